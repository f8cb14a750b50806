package store

import (
	"context"
	"slices"
	"time"

	"github.com/repli-sms/repli"
)

// forgets lists what a message leaves behind, which goes with it.
var forgets = []string{
	`DELETE FROM attempts WHERE message = $1`,
	`DELETE FROM alerts WHERE message = $1`,
	`DELETE FROM media WHERE message = $1`,
	`DELETE FROM feedback WHERE message = $1`,
}

// forget deletes a message and what it leaves behind.
func (tx *Tx) forget(ctx context.Context, s repli.SID) error {
	for _, query := range forgets {
		if err := tx.exec(ctx, query, key(s)); err != nil {
			return err
		}
	}
	return tx.exec(ctx, `DELETE FROM messages WHERE id = $1`, id(s))
}

// Forget deletes up to limit messages that are older than the time given and have no work
// left, the oldest first, with their attempts, alerts, media and feedback. It returns how
// many it deleted; fewer than limit means that there are no more. As many alerts that old which
// concern no message go too, and events that old, cookies that have ended by now, and what has
// been said too long ago for anybody to remember.
func (db *DB) Forget(ctx context.Context, before, now time.Time, limit int) (int, error) {
	type message struct {
		sid     repli.SID
		created int64
	}
	oldest, err := list(ctx, db, func(r row) (m message, err error) {
		var k []byte
		err = r.Scan(&k, &m.created)
		m.sid = sid(repli.MessagePrefix, k)
		return m, err
	}, `SELECT key, created FROM messages WHERE due = 0 ORDER BY id LIMIT $1`, limit)
	if err != nil {
		return 0, err
	}
	old := slices.DeleteFunc(oldest, func(m message) bool { return m.created >= micros(before) })
	return len(old), db.transact(ctx, func(tx *Tx) error {
		for _, m := range old {
			if err := tx.forget(ctx, m.sid); err != nil {
				return err
			}
		}
		for _, also := range []write{
			statement(`DELETE FROM alerts WHERE created < $1 AND key IN (SELECT key FROM alerts WHERE message IS NULL ORDER BY key LIMIT $2)`,
				micros(before), limit),
			statement(`DELETE FROM events WHERE created < $1`, micros(before)),
			statement(`DELETE FROM cookies WHERE expires <= $1`, micros(now)),
			statement(`DELETE FROM sayings WHERE said <= $1`, micros(now.Add(-repli.MaxRepeatAfter))),
		} {
			if err := tx.exec(ctx, also.query, also.args...); err != nil {
				return err
			}
		}
		return nil
	})
}
