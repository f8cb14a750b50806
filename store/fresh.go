package store

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/repli-sms/repli"
)

// Nearly every message is done within moments by the worker who has held it since it was made.
// To put it into the index of what is due, and to take it out again, would be as much work as two
// more rows a text. So a message made under a lease is fresh: its due is negative, which keeps it
// out of the index. It is put there when the lease is renewed or given up, or else by settling,
// a few seconds after it was made. A process that is gone may have left fresh messages behind;
// the store keeps from which id on, so that the next one finds them without reading all.
const (
	// freshFor is how long a message may be fresh before it is settled, and settleEvery how
	// often that is looked at.
	freshFor    = 10 * time.Second
	settleEvery = 5 * time.Second

	// settleStep is how many messages are settled in one transaction.
	settleStep = 500
)

// fresh says where fresh messages may lie.
type fresh struct {
	settling sync.Mutex // held by whoever settles; guards since
	since    int64      // none lies before this id, and the store keeps that

	from   int64 // a message made with an id below this is put into the index; guarded by DB.write
	newest int64 // the last fresh one that was made; guarded by DB.write
}

// freshDue returns the column due of a message made under a lease. A lease that ends before the
// message would be settled for sure goes into the index at once.
func freshDue(lease repli.Lease, now time.Time) int64 {
	if lease.Until.Before(now.Add(2 * (freshFor + settleEvery))) {
		return micros(lease.Until)
	}
	return -micros(lease.Until)
}

// admit decides whether a fresh message stays so. One whose id lies before where fresh ones are
// looked for, because the clock was set back or the disk kept it waiting, does not. The caller
// holds DB.write.
func (f *fresh) admit(row insertion) {
	if id := row.values[0].(int64); id >= f.from {
		f.newest = max(f.newest, id)
	} else if due := row.values[1].(int64); due < 0 {
		row.values[1] = -due
	}
}

// Settle puts the messages that were made before a time, and are still held since then, into the
// index of what is due when their leases end. What it has not come to when it fails is found the
// next time.
func (db *DB) Settle(ctx context.Context, before time.Time) error {
	f := &db.fresh
	f.settling.Lock()
	defer f.settling.Unlock()
	to := firstID(before)
	db.write.Lock()
	none := f.newest < f.since
	f.from = max(f.from, to)
	db.write.Unlock()
	if none || to <= f.since {
		return nil
	}
	held, err := list(ctx, db, scanID,
		`SELECT id FROM messages WHERE id >= $1 AND id < $2 AND due < 0`, f.since, to)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(held, settleStep) {
		err := db.transact(ctx, func(tx *Tx) error {
			for _, id := range some {
				if err := tx.exec(ctx, `UPDATE messages SET due = -due WHERE id = $1 AND due < 0`, id); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	err = db.transact(ctx, func(tx *Tx) error { return tx.exec(ctx, `UPDATE fresh SET since = $1`, to) })
	if err == nil {
		f.since = to
	}
	return err
}

// settle settles until ctx ends.
func (db *DB) settle(ctx context.Context) {
	tick := time.NewTicker(settleEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			if err := db.Settle(ctx, now.Add(-freshFor)); err != nil {
				db.note("messages could not be put into the index of what is due", err)
			}
		}
	}
}

// voidFresh makes fresh messages that a vanished process held due at once. After that there are
// none, and the next one will be the newest message of all.
func (db *DB) voidFresh(ctx context.Context, now time.Time) error {
	since, err := list(ctx, db, scanID, `SELECT since FROM fresh`)
	if err != nil {
		return err
	}
	newest, err := list(ctx, db, scanID, `SELECT COALESCE(MAX(id), 0) FROM messages`)
	if err != nil {
		return err
	}
	f := &db.fresh
	f.since = max(since[0], newest[0]+1)
	f.from = f.since
	if f.since == since[0] {
		return nil
	}
	return db.transact(ctx, func(tx *Tx) error {
		if err := tx.exec(ctx, `UPDATE messages SET leased_by = '', due = $1 WHERE id >= $2 AND due < 0`, micros(now), since[0]); err != nil {
			return err
		}
		return tx.exec(ctx, `UPDATE fresh SET since = $1`, f.since)
	})
}

func scanID(r row) (id int64, err error) { return id, r.Scan(&id) }
