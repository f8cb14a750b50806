package store

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/repli-sms/repli"
)

// Nearly every message is finished within moments by the worker that created it and still holds
// it. Adding it to the index of due work and removing it again would cost as much as writing two
// more rows a text. So a message created under a lease is "fresh": its due column is negative,
// which keeps it out of the index. It enters the index when its lease is renewed or released, or
// otherwise when it is settled, a few seconds after creation. A process that died may leave fresh
// messages behind. The store keeps the lowest id they can have, so that the next process finds
// them without a full scan.
const (
	// freshFor is how long a message may stay fresh before it is settled. settleEvery is the
	// interval at which settling runs.
	freshFor    = 10 * time.Second
	settleEvery = 5 * time.Second

	// settleStep is the maximum number of messages settled in one transaction.
	settleStep = 500
)

// fresh tracks the range of ids that fresh messages may have.
type fresh struct {
	settling sync.Mutex // held while settling; guards since
	since    int64      // no fresh message has a lower id; also stored durably

	from   int64 // a message with a lower id goes into the index at once; guarded by DB.write
	newest int64 // id of the newest fresh message; guarded by DB.write
}

// freshDue returns the due column for a message created under a lease. A lease that may end
// before the message is settled is indexed at once.
func freshDue(lease repli.Lease, now time.Time) int64 {
	if lease.Until.Before(now.Add(2 * (freshFor + settleEvery))) {
		return micros(lease.Until)
	}
	return -micros(lease.Until)
}

// admit decides whether a fresh message may stay fresh. It may not if its id is below the range
// in which fresh messages are searched, because the clock was set back or the write was delayed.
// The caller holds DB.write.
func (f *fresh) admit(row insertion) {
	if id := row.values[0].(int64); id >= f.from {
		f.newest = max(f.newest, id)
	} else if due := row.values[1].(int64); due < 0 {
		row.values[1] = -due
	}
}

// Settle indexes the messages that were created before the given time and are still held by their
// creator, so that they become due when their leases end. If it fails, the next call settles the
// rest.
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

// settle calls Settle periodically until ctx ends.
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

// voidFresh makes the fresh messages of a process that died due at once. Afterwards none is left,
// and the search range begins after the newest message.
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
