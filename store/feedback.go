package store

import (
	"context"

	"github.com/repli-sms/repli"
)

// Feedback returns the customer's feedback on a message, or error 20404.
func (db *DB) Feedback(ctx context.Context, message repli.SID) (repli.Feedback, error) {
	return get(ctx, db, "There is no feedback on the message "+string(message), func(r row) (repli.Feedback, error) {
		f := repli.Feedback{Message: message}
		var created, updated int64
		err := r.Scan(&f.Outcome, &created, &updated)
		f.Created, f.Updated = instant(created), instant(updated)
		return f, err
	}, `SELECT outcome, created, updated FROM feedback WHERE message = $1`, key(message))
}

// PutFeedback inserts or replaces feedback. Replacing keeps the creation time. If the message is
// gone, it returns [ErrConflict].
func (db *DB) PutFeedback(ctx context.Context, f repli.Feedback) error {
	return db.transact(ctx, func(tx *Tx) error {
		return tx.one(ctx, `
			INSERT INTO feedback (message, outcome, created, updated)
			SELECT key, $1, $2, $3 FROM messages WHERE id = $4
			ON CONFLICT (message) DO UPDATE SET outcome = excluded.outcome, updated = excluded.updated`,
			f.Outcome, micros(f.Created), micros(f.Updated), id(f.Message))
	})
}
