package store

import (
	"context"
	"errors"
	"log/slog"

	"github.com/repli-sms/repli"
)

// Commits go to SQLite's write-ahead log, and a checkpoint copies them from there into the
// database file. If a commit made the checkpoint, as SQLite does by default, every caller would
// wait tens of milliseconds for it. So a read connection does most of the copying beside the
// writer. The writer copies only what was added meanwhile and then restarts the log.
//
// sqlite: wal.html#checkpointing
const (
	// checkpointAfter is the number of written rows after which a checkpoint is due. A row adds a
	// page or two to the log.
	checkpointAfter = 8000

	// finishAfter is the length of the log, in pages, above which the writer restarts it.
	finishAfter = 8000
)

const checkpointQuery = `PRAGMA wal_checkpoint(PASSIVE)`

// A checkpointer decides when a checkpoint is due, and which part of it.
type checkpointer struct {
	ran    int           // rows written since the last checkpoint was requested
	due    chan struct{} // signals that a checkpoint is due
	finish chan struct{} // signals that the writer must finish it
}

func newCheckpointer() checkpointer {
	return checkpointer{due: make(chan struct{}, 1), finish: make(chan struct{}, 1)}
}

// count records that rows were written. The caller holds DB.write.
func (c *checkpointer) count(rows int) {
	if c.ran += rows; c.ran < checkpointAfter {
		return
	}
	c.ran = 0
	signal(c.due)
}

// signal wakes the receiver of a channel with capacity one.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// checkpoints runs the long part of each checkpoint until ctx ends. A store in memory needs none.
func (db *DB) checkpoints(ctx context.Context) {
	if db.reads == nil {
		return
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-db.checkpoint.due:
		}
		found, err := list(ctx, db, scanCheckpoint, checkpointQuery)
		switch {
		case err != nil:
			db.note("a checkpoint failed", err)
		case len(found) > 0 && found[0] >= finishAfter:
			signal(db.checkpoint.finish)
		}
	}
}

// finishCheckpoint makes the next commit restart the log. If a reader is using the log, the next
// checkpoint tries again.
func (db *DB) finishCheckpoint(ctx context.Context) {
	db.write.Lock()
	defer db.write.Unlock()
	if _, err := collect(ctx, &db.writing, scanCheckpoint, checkpointQuery); err != nil {
		db.note("a checkpoint failed", err)
	}
}

// note logs that a background job failed. No data is lost, because the job runs again later.
// Failures of the disk are logged by the writer instead.
func (db *DB) note(message string, err error) {
	if !repli.IsUnavailable(err) && !errors.Is(err, context.Canceled) {
		db.log.Warn(message, slog.Any("error", err))
	}
}

// scanCheckpoint returns the length of SQLite's log in pages.
func scanCheckpoint(r row) (pages int, err error) {
	var busy, copied int
	err = r.Scan(&busy, &pages, &copied)
	return pages, err
}
