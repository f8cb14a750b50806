package store

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
)

// hastenAtOnce is the maximum number of messages in one transaction, so that Hasten does not
// block the writer for long.
const hastenAtOnce = 500

// Hasten makes messages in the given state due now, if they are due later and not leased.
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
