package store

import (
	"context"
	"slices"
	"time"

	"github.com/repli-sms/repli"
)

// forgets lists the rows that are deleted with their message.
var forgets = []string{
	`DELETE FROM attempts WHERE message = $1`,
	`DELETE FROM alerts WHERE message = $1`,
	`DELETE FROM media WHERE message = $1`,
	`DELETE FROM feedback WHERE message = $1`,
}

// forget deletes a message and the rows that belong to it.
func (tx *Tx) forget(ctx context.Context, s repli.SID) error {
	for _, query := range forgets {
		if err := tx.exec(ctx, query, key(s)); err != nil {
			return err
		}
	}
	if err := tx.exec(ctx, `DELETE FROM parts WHERE message = $1`, id(s)); err != nil {
		return err
	}
	return tx.exec(ctx, `DELETE FROM messages WHERE id = $1`, id(s))
}

// clocksDiffer is the tolerated difference between the time in a message's key and the time at
// which it was created.
const clocksDiffer = time.Hour

// oldMessages returns up to limit messages that are old enough to delete. Rows are ordered by
// key, so it reads those with an old key first, then those whose key lies in the future: a key
// does not prove the creation time, and a wrong one must not block the deletion of others.
func (db *DB) oldMessages(ctx context.Context, before, now time.Time, limit int) ([]repli.SID, error) {
	scan := func(r row) (repli.SID, error) {
		var k []byte
		err := r.Scan(&k)
		return sid(repli.MessagePrefix, k), err
	}
	old, err := list(ctx, db, scan,
		`SELECT key FROM messages WHERE due = 0 AND id < $1 AND created < $2 ORDER BY id LIMIT $3`,
		firstID(before.Add(clocksDiffer)), micros(before), limit)
	if err != nil || len(old) == limit {
		return old, err
	}
	odd, err := list(ctx, db, scan,
		`SELECT key FROM messages WHERE due = 0 AND id >= $1 AND created < $2 ORDER BY id LIMIT $3`,
		firstID(now.Add(clocksDiffer)), micros(before), limit-len(old))
	return append(old, odd...), err
}

// Forget deletes up to limit messages that are older than before and have no work left, oldest
// first, with their attempts, alerts, media and feedback. It returns how many it deleted; fewer
// than limit means that none is left. It also deletes up to limit alerts without a message,
// events and closed breakers of that age, cookies that have expired by now, and expired sayings.
func (db *DB) Forget(ctx context.Context, before, now time.Time, limit int) (int, error) {
	old, err := db.oldMessages(ctx, before, now, limit)
	if err != nil {
		return 0, err
	}
	return len(old), db.transact(ctx, func(tx *Tx) error {
		for _, s := range old {
			if err := tx.forget(ctx, s); err != nil {
				return err
			}
		}
		for _, also := range []write{
			statement(`DELETE FROM alerts WHERE created < $1 AND key IN (SELECT key FROM alerts WHERE message IS NULL ORDER BY key LIMIT $2)`,
				micros(before), limit),
			statement(`DELETE FROM events WHERE created < $1`, micros(before)),
			statement(`DELETE FROM breakers WHERE state = 'closed' AND since < $1`, micros(before)),
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

// ForgetDrills deletes up to limit drills and up to limit rehearsals that began before the given
// time, oldest first, with the attempts of their texts. Running drills stay. It returns how many
// it deleted; fewer than limit means that none is left.
func (db *DB) ForgetDrills(ctx context.Context, before time.Time, limit int) (int, error) {
	drills, err := list(ctx, db, scanDrill, `
		SELECT `+drillColumns+` FROM drills WHERE status <> 'running' ORDER BY key LIMIT $1`, limit)
	if err != nil {
		return 0, err
	}
	rehearsals, err := list(ctx, db, scanRehearsal, `SELECT `+rehearsalColumns+` FROM rehearsals ORDER BY key LIMIT $1`, limit)
	if err != nil {
		return 0, err
	}
	drills = slices.DeleteFunc(drills, func(d repli.Drill) bool { return !d.Started.Before(before) })
	rehearsals = slices.DeleteFunc(rehearsals, func(r repli.Rehearsal) bool { return !r.Started.Before(before) })
	if len(drills)+len(rehearsals) == 0 {
		return 0, nil
	}
	return max(len(drills), len(rehearsals)), db.transact(ctx, func(tx *Tx) error {
		for _, d := range drills {
			if err := tx.deleteDrill(ctx, `DELETE FROM drills WHERE key = $1`, d.SID, d.Results...); err != nil {
				return err
			}
		}
		for _, r := range rehearsals {
			if err := tx.deleteDrill(ctx, `DELETE FROM rehearsals WHERE key = $1`, r.SID, r.Result); err != nil {
				return err
			}
		}
		return nil
	})
}

// deleteDrill deletes a drill or a rehearsal and the attempts of its texts.
func (tx *Tx) deleteDrill(ctx context.Context, query string, s repli.SID, results ...repli.DrillResult) error {
	for _, r := range results {
		if err := tx.exec(ctx, `DELETE FROM attempts WHERE message = $1`, key(r.Message)); err != nil {
			return err
		}
	}
	return tx.exec(ctx, query, key(s))
}
