package store

import (
	"context"
	"time"
)

// Upkeep is what a start has to know of the runs before it.
type Upkeep struct {
	Ran       time.Time // when a server was last known to run; zero is never
	Held      time.Time // since when retention waits; zero when it does not
	Resetting bool      // the store has forgotten all traffic, and the phones may not have
}

// Upkeep returns what earlier runs have left.
func (db *DB) Upkeep(ctx context.Context) (Upkeep, error) {
	found, err := list(ctx, db, func(r row) (u Upkeep, err error) {
		var ran, held int64
		err = r.Scan(&ran, &held, &u.Resetting)
		u.Ran, u.Held = instant(ran), instant(held)
		return u, err
	}, `SELECT ran, held, resetting FROM upkeep`)
	if err != nil {
		return Upkeep{}, err
	}
	return found[0], nil
}

// SetRan notes that a server runs, and since when retention waits.
func (db *DB) SetRan(ctx context.Context, ran, held time.Time) error {
	return db.transact(ctx, func(tx *Tx) error {
		return tx.exec(ctx, `UPDATE upkeep SET ran = $1, held = $2`, micros(ran), micros(held))
	})
}

// EndReset notes that the phones too have forgotten what [DB.Reset] has made the store forget.
func (db *DB) EndReset(ctx context.Context) error {
	return db.transact(ctx, func(tx *Tx) error { return tx.exec(ctx, `UPDATE upkeep SET resetting = 0`) })
}

// Outdated returns how many messages, events and drills retention would delete that are older than
// a time, and how many there are.
func (db *DB) Outdated(ctx context.Context, before time.Time) (old, all int, err error) {
	number := func(r row) (n int, err error) { return n, r.Scan(&n) }
	found, err := list(ctx, db, number, `
		SELECT (SELECT COUNT(*) FROM (SELECT created FROM messages WHERE due = 0 ORDER BY id LIMIT 200) WHERE created < $1)
			+ (SELECT COUNT(*) FROM events WHERE created < $1) + (SELECT COUNT(*) FROM drills WHERE started < $1)`, micros(before))
	if err != nil || found[0] == 0 { // the oldest are deleted first, so there are no others
		return 0, 0, err
	}
	found, err = list(ctx, db, number, `
		SELECT (SELECT COUNT(*) FROM messages WHERE due = 0 AND created < $1)
			+ (SELECT COUNT(*) FROM events WHERE created < $1) + (SELECT COUNT(*) FROM drills WHERE started < $1)`, micros(before))
	if err != nil || found[0] == 0 {
		return 0, 0, err
	}
	old = found[0]
	found, err = list(ctx, db, number, `
		SELECT (SELECT COUNT(*) FROM messages) + (SELECT COUNT(*) FROM events) + (SELECT COUNT(*) FROM drills)`)
	if err != nil {
		return 0, 0, err
	}
	return old, found[0], nil
}
