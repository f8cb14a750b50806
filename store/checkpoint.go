package store

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

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

	// logLimit is the size in bytes to which the log's file is cut when it begins anew.
	logLimit = 64 << 20

	// idleAfter is how long nothing is written before there is a checkpoint of what was, and
	// behindFor is the longest time for which the store's file may be without what was written.
	idleAfter = 5 * time.Second
	behindFor = time.Minute
)

const checkpointQuery = `PRAGMA wal_checkpoint(PASSIVE)`

// A checkpointer decides when a checkpoint is due, and which part of it.
type checkpointer struct {
	ran    int           // rows written since the last checkpoint was requested
	all    atomic.Int64  // rows written since Open
	due    chan struct{} // signals that a checkpoint is due
	finish chan struct{} // signals that the writer must finish it
}

func newCheckpointer() checkpointer {
	return checkpointer{due: make(chan struct{}, 1), finish: make(chan struct{}, 1)}
}

// count records that rows were written. The caller holds DB.write.
func (c *checkpointer) count(rows int) {
	c.all.Add(int64(rows))
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
	tick := time.NewTicker(idleAfter)
	defer tick.Stop()
	seen := behind{since: time.Now()}
	for {
		var due bool
		select {
		case <-ctx.Done():
			return
		case <-db.checkpoint.due:
			due = true
		case now := <-tick.C:
			seen, due = seen.look(db.checkpoint.all.Load(), now)
		}
		if !due {
			continue
		}
		rows := db.rowsCommitted()
		found, err := list(ctx, db, scanCheckpoint, checkpointQuery)
		if err != nil || len(found) == 0 {
			db.note("a checkpoint failed", err)
			continue
		}
		if found[0].pages >= finishAfter {
			signal(db.checkpoint.finish)
		}
		if found[0].left == 0 { // else a reader or another checkpoint was in the way
			seen = behind{copied: rows, rows: seen.rows, since: time.Now()}
		}
	}
}

// rowsCommitted returns how many rows were written since Open, without those of a transaction that
// has not ended.
func (db *DB) rowsCommitted() int64 {
	db.write.Lock()
	defer db.write.Unlock()
	return db.checkpoint.all.Load()
}

// behind is how much of what was written is not in the store's file yet.
type behind struct {
	copied int64     // rows written before the last checkpoint
	rows   int64     // rows written at the last look
	since  time.Time // of the last checkpoint, or of a look at which there was nothing to copy
}

// look notes how many rows were written by now, and reports whether a checkpoint is due: because
// nothing more has been written since the last look, or because the file is behind for too long.
func (b behind) look(rows int64, now time.Time) (behind, bool) {
	idle := rows == b.rows
	b.rows = rows
	if rows == b.copied {
		b.since = now
		return b, false
	}
	return b, idle || now.Sub(b.since) >= behindFor-idleAfter
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

// A checkpointed is the length of SQLite's log in pages, and how many of them are yet to be copied.
type checkpointed struct{ pages, left int }

func scanCheckpoint(r row) (c checkpointed, err error) {
	var busy, copied int
	err = r.Scan(&busy, &c.pages, &copied)
	c.left = c.pages - copied
	if busy != 0 {
		c.left = max(c.left, 1)
	}
	return c, err
}
