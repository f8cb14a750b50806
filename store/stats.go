package store

import (
	"errors"
	"sync/atomic"
)

// Stats describes the writer's work since Open, and its queue.
type Stats struct {
	Waiting   int   // Changes in the queue
	Committed int64 // Changes written
	Conflicts int64 // Changes refused because a row had changed in the meantime
	Failed    int64 // Changes the database could not write
	Batches   int64 // transactions of one or more Changes
}

// Stats returns the counts so far.
func (db *DB) Stats() Stats {
	return Stats{
		Waiting:   len(db.queue),
		Committed: db.stats.committed.Load(),
		Conflicts: db.stats.conflicts.Load(),
		Failed:    db.stats.failed.Load(),
		Batches:   db.stats.batches.Load(),
	}
}

type counters struct{ committed, conflicts, failed, batches atomic.Int64 }

// count adds the results of one batch.
func (c *counters) count(results []error) {
	c.batches.Add(1)
	for _, err := range results {
		switch {
		case err == nil:
			c.committed.Add(1)
		case errors.Is(err, ErrConflict):
			c.conflicts.Add(1)
		default:
			c.failed.Add(1)
		}
	}
}
