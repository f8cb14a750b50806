package store

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
)

// hastenAtOnce is how many messages one transaction hastens, so that it does not hold up the
// store's writer.
const hastenAtOnce = 500

// Hasten makes messages in the given state due now that nobody holds and that would be due later.
func (db *DB) Hasten(ctx context.Context, state repli.State, now time.Time) error {
	for touched := int64(hastenAtOnce); touched == hastenAtOnce; {
		err := db.transact(ctx, func(tx *Tx) (err error) {
			touched, err = tx.affect(ctx, `
				UPDATE messages SET due = $1 WHERE id IN (
					SELECT id FROM messages WHERE state = $2 AND due > 0 AND due > $1 AND leased_by = '' ORDER BY due LIMIT $3)`,
				micros(now), string(state), hastenAtOnce)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
