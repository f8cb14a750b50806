package store

import (
	"context"
	"runtime"
	"sync"
	"time"

	"github.com/repli-sms/repli"
)

// batchLimit is how many Changes one transaction takes at most. On a disk that takes its time to
// sync, everybody who texts at once waits here, and few large transactions serve them sooner.
const batchLimit = 512

// A commit is one Change on its way to the disk. Whoever commits puts it into statements, so
// that the one writer has nothing to do but to carry them out.
type commit struct {
	insertions []insertion // they come first
	writes     []write
	done       chan error
}

// patience is how long a Change waits for a place in a queue that stays full.
const patience = 5 * time.Second

// Commit makes the Change durable, all of it or none of it, and returns when it is. It
// returns [ErrConflict] when a guarded row is no longer in the state it must have, the
// Temporary error 20503 when the disk is to blame or too slow to get a place in the queue
// within 5 s, and another error for a Move that no message may make. Waiting for a place ends
// with ctx; once queued, the Change is carried out whatever becomes of ctx. After any error
// nothing of the Change has happened.
func (db *DB) Commit(ctx context.Context, change repli.Change) error {
	if db.off {
		return nil
	}
	now := time.Now()
	rows, err := insertions(&change, now)
	if err != nil {
		return err
	}
	all, err := writes(&change, now)
	if err != nil {
		return err
	}
	if len(change.Cookies) > 0 {
		db.anyCookies.Store(true)
	}
	if len(change.OptOuts) > 0 {
		db.anyOptOuts.Store(true)
	}
	err = db.submit(ctx, rows, all...)
	if len(change.Faults)+len(change.Strikes)+len(change.FaultEnds) > 0 {
		db.faults.forget()
	}
	if len(change.Maintenances)+len(change.MaintenanceEnds) > 0 {
		db.maintenances.forget()
	}
	if err == nil {
		db.followers.tell(News{Change: change})
	}
	return err
}

// submit gives statements to the writer and returns what became of them.
func (db *DB) submit(ctx context.Context, rows []insertion, all ...write) error {
	c := commit{rows, all, make(chan error, 1)}
	select {
	case db.queue <- c:
	default:
		if err := db.wait(ctx, c); err != nil {
			return err
		}
	}
	if db.ended.Load() {
		db.refuseQueued()
	}
	return <-c.done
}

// refuseQueued answers what is queued after the writer has ended. The writer does so once it has
// said that it has; whoever queues a Change later than that does it himself.
func (db *DB) refuseQueued() {
	for {
		select {
		case c := <-db.queue:
			c.done <- ErrClosed
		default:
			return
		}
	}
}

// wait waits for a place in the queue.
func (db *DB) wait(ctx context.Context, c commit) error {
	enough := time.NewTimer(patience)
	defer enough.Stop()
	select {
	case db.queue <- c:
		return nil
	case <-enough.C:
		e := repli.Errorf(20503, "The store is too slow: %d changes wait to be written", len(db.queue))
		e.Temporary = true
		return e
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-db.stopped:
		return ErrClosed
	}
}

// Run writes what is committed. It blocks until ctx has ended and everything queued by then
// is written.
func (db *DB) Run(ctx context.Context) error {
	defer func() {
		close(db.stopped)
		db.ended.Store(true)
		db.refuseQueued()
	}()
	var aside sync.WaitGroup
	defer aside.Wait()
	aside.Go(func() { db.checkpoints(ctx) })
	aside.Go(func() { db.settle(ctx) })
	aside.Go(func() { db.watch(ctx) })
	batch := make([]commit, 0, batchLimit)
	for {
		select {
		case c := <-db.queue:
			runtime.Gosched() // whoever can run may have something to commit too
			batch = db.gather(append(batch[:0], c), batchLimit)
			db.writeBatch(batch)
			clear(batch)
		case <-db.checkpoint.finish:
			db.finishCheckpoint(context.WithoutCancel(ctx))
		case <-ctx.Done():
			for left := len(db.queue); left > 0; left -= len(batch) {
				batch = db.gather(batch[:0], min(left, batchLimit))
				db.writeBatch(batch)
			}
			return nil
		}
	}
}

// gather adds to the batch what waits, up to limit. It does not linger for more, which costs
// an idle server more than it gives. But Run lets everybody who can run do so once before: on
// an idle server nobody can, and on one whose processors are busy it makes one transaction,
// with one fsync, of ten.
func (db *DB) gather(batch []commit, limit int) []commit {
	for len(batch) < limit {
		select {
		case c := <-db.queue:
			batch = append(batch, c)
		default:
			return batch
		}
	}
	return batch
}

// writeBatch writes all of the batch in one transaction. When that fails, it is run again
// with a savepoint for each Change, so that a bad one fails alone.
func (db *DB) writeBatch(batch []commit) {
	ctx := context.Background() // a queued Change is carried out
	results := make([]error, len(batch))
	err := db.transact(ctx, func(tx *Tx) error {
		if err := tx.insertAll(batch); err != nil {
			return err
		}
		for _, c := range batch {
			if err := tx.apply(c.writes); err != nil {
				return err
			}
		}
		return nil
	})
	switch {
	case err == nil:
	case len(batch) == 1 || repli.IsUnavailable(err): // no Change of them is to blame
		for i := range results {
			results[i] = err
		}
	default:
		results = db.writeEach(ctx, batch)
	}
	db.stats.count(results)
	db.health.note(db.log, results[0], time.Now()) // a store that is unavailable fails all of them
	for i, c := range batch {
		c.done <- results[i]
	}
}

// writeEach writes the batch with a savepoint for each Change and returns what became of each. When
// the store turns out to be unavailable, no Change is to blame and none has happened: SQLite may
// have rolled back the whole transaction, savepoints and all.
func (db *DB) writeEach(ctx context.Context, batch []commit) []error {
	results := make([]error, len(batch))
	err := db.transact(ctx, func(tx *Tx) error {
		for i, c := range batch {
			if err := tx.exec(ctx, `SAVEPOINT one`); err != nil {
				return err
			}
			if results[i] = tx.carryOut(c); repli.IsUnavailable(results[i]) {
				return results[i]
			}
			if results[i] != nil {
				if err := tx.exec(ctx, `ROLLBACK TO one`); err != nil {
					return err
				}
			}
			if err := tx.exec(ctx, `RELEASE one`); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		return results
	}
	for i := range results { // also of one that conflicted: what it conflicted with may not have happened
		results[i] = err
	}
	return results
}
