package store

import (
	"context"
	"runtime"
	"sync"
	"time"

	"github.com/repli-sms/repli"
)

// batchLimit is the maximum number of Changes in one transaction. When fsync is slow, a few large
// transactions clear a burst sooner than many small ones.
const batchLimit = 512

// A commit is one Change queued for the writer. The caller of Commit builds the statements, so
// that the single writer only executes them.
type commit struct {
	insertions []insertion // run before the other statements
	writes     []write
	done       chan error
}

// queueTimeout is how long a Change waits for a place in a full queue.
const queueTimeout = 5 * time.Second

// Commit makes the Change durable, all of it or none of it, and returns when it is. It returns
// [ErrConflict] when a guarded row is no longer in the expected state, [ErrTooLarge] when the Change
// is, the temporary error 20503 when the disk fails or the queue stays full for 5 s, and another error for a Move that no
// message may make. Waiting for a place in the queue ends with ctx; once queued, the Change is
// executed even if ctx ends. After any error nothing of the Change has been written.
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
	if len(change.OptIns) > 0 {
		all = append(all, db.endForgottenOptOuts(change.OptIns)...)
	}
	if err := checkSize(rows, all, db.rows); err != nil {
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
		db.followers.publish(News{Change: change})
	}
	return err
}

// submit queues statements for the writer and returns their result.
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

// refuseQueued fails every queued commit with ErrClosed. Run calls it after setting ended; a
// submitter that then sees ended calls it too.
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

// wait queues the commit, waiting for a place if the queue is full.
func (db *DB) wait(ctx context.Context, c commit) error {
	timeout := time.NewTimer(queueTimeout)
	defer timeout.Stop()
	select {
	case db.queue <- c:
		return nil
	case <-timeout.C:
		e := repli.Errorf(20503, "The store is too slow: %d changes wait to be written", len(db.queue))
		e.Temporary = true
		return e
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-db.stopped:
		return ErrClosed
	}
}

// Run writes queued Changes. It blocks until ctx has ended and everything queued by then has been
// written.
func (db *DB) Run(ctx context.Context) error {
	defer func() {
		close(db.stopped)
		db.ended.Store(true)
		db.refuseQueued()
	}()
	var background sync.WaitGroup
	defer background.Wait()
	background.Go(func() { db.checkpoints(ctx) })
	background.Go(func() { db.settle(ctx) })
	background.Go(func() { db.watch(ctx) })
	batch := make([]commit, 0, batchLimit)
	for {
		select {
		case c := <-db.queue:
			runtime.Gosched() // let other goroutines enqueue first
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

// gather adds the Changes already queued to the batch, up to limit. It does not wait for more,
// which would cost an idle server more than it saves. Run yields once before calling gather: on
// an idle server that costs nothing, and on a busy one it lets about ten callers enqueue and
// share one transaction and its fsync.
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

// writeBatch writes the batch in one transaction. If that fails, it writes it again with a
// savepoint for each Change, so that only the bad one fails.
func (db *DB) writeBatch(batch []commit) {
	ctx := context.Background() // a queued Change is executed even if its caller has gone
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
	case len(batch) == 1 || repli.IsUnavailable(err): // the failure belongs to the only Change, or to none of them
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

// writeEach writes the batch with a savepoint for each Change and returns the result of each. If
// the store turns out to be unavailable, every Change fails: SQLite may have rolled back the
// whole transaction, savepoints included.
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
	for i := range results { // conflicts too: the row they conflicted with may have been rolled back
		results[i] = err
	}
	return results
}
