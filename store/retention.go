package store

import (
	"context"
	"slices"
	"time"
)

// forgets lists what a message leaves behind, which goes with it.
var forgets = []string{
	`DELETE FROM attempts WHERE message = $1`,
	`DELETE FROM alerts WHERE message = $1`,
	`DELETE FROM media WHERE message = $1`,
	`DELETE FROM feedback WHERE message = $1`,
	`DELETE FROM messages WHERE key = $1`,
}

// Forget deletes up to limit messages that are older than the time given and have no work
// left, the oldest first, with their attempts, alerts, media and feedback. It returns how
// many it deleted; fewer than limit means that there are no more. As many alerts that old which
// concern no message go too, and cookies that have ended by now.
func (db *DB) Forget(ctx context.Context, before, now time.Time, limit int) (int, error) {
	type message struct {
		key     []byte
		created int64
	}
	oldest, err := list(ctx, db, func(r row) (m message, err error) { return m, r.Scan(&m.key, &m.created) },
		`SELECT key, created FROM messages WHERE due = 0 ORDER BY key LIMIT $1`, limit)
	if err != nil {
		return 0, err
	}
	old := slices.DeleteFunc(oldest, func(m message) bool { return m.created >= micros(before) })
	return len(old), db.transact(ctx, func(tx *Tx) error {
		for _, m := range old {
			for _, query := range forgets {
				if err := tx.exec(ctx, query, m.key); err != nil {
					return err
				}
			}
		}
		err := tx.exec(ctx, `
			DELETE FROM alerts WHERE created < $1 AND key IN (SELECT key FROM alerts WHERE message IS NULL ORDER BY key LIMIT $2)`,
			micros(before), limit)
		if err != nil {
			return err
		}
		return tx.exec(ctx, `DELETE FROM cookies WHERE expires <= $1`, micros(now))
	})
}
