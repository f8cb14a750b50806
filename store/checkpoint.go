package store

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/repli-sms/repli"
)

// What is committed stands in SQLite's log and has to be brought from there into its file, by
// a checkpoint. Done by a commit, as SQLite would by itself, that takes tens of milliseconds
// for which everybody waits. So most of it is done beside the writer, on a connection for
// reading, and the writer has only to bring over what came meanwhile: then the log begins anew.
//
// sqlite: wal.html#checkpointing
const (
	// checkpointAfter is how many rows are written before a checkpoint. A row adds a page or
	// two to the log.
	checkpointAfter = 8000

	// finishAfter is how many pages the log may have before the writer lets it begin anew.
	finishAfter = 8000

	// logLimit is the size in bytes to which the log's file is cut when it begins anew.
	logLimit = 64 << 20

	// idleAfter is how long nothing is written before there is a checkpoint of what was, and
	// behindFor is the longest time for which the store's file may be without what was written.
	idleAfter = 5 * time.Second
	behindFor = time.Minute
)

const checkpointQuery = `PRAGMA wal_checkpoint(PASSIVE)`

// A checkpointer says when checkpoints are due, and which part of one.
type checkpointer struct {
	ran    int           // rows written since the last one was asked for
	all    atomic.Int64  // rows written since Open
	due    chan struct{} // it is time for one
	finish chan struct{} // the writer has the rest to do
}

func newCheckpointer() checkpointer {
	return checkpointer{due: make(chan struct{}, 1), finish: make(chan struct{}, 1)}
}

// count notes that some rows were written. The caller holds DB.write.
func (c *checkpointer) count(rows int) {
	c.all.Add(int64(rows))
	if c.ran += rows; c.ran < checkpointAfter {
		return
	}
	c.ran = 0
	signal(c.due)
}

// signal tells whoever waits at a channel of one place.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// checkpoints makes the long part of each checkpoint until ctx ends. A store in memory has none.
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
		rows := db.checkpoint.all.Load()
		found, err := list(ctx, db, scanCheckpoint, checkpointQuery)
		switch {
		case err != nil:
			db.note("a checkpoint failed", err)
			continue
		case len(found) > 0 && found[0] >= finishAfter:
			signal(db.checkpoint.finish)
		}
		seen = behind{copied: rows, rows: seen.rows, since: time.Now()}
	}
}

// behind is how far the store's file is behind what was written.
type behind struct {
	copied int64     // rows written before the last checkpoint
	rows   int64     // rows written at the last look
	since  time.Time // of the last checkpoint, or of a look at which there was nothing to bring over
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

// finishCheckpoint lets the log begin anew with the next commit, unless somebody reads from it
// just now; then the next one will do.
func (db *DB) finishCheckpoint(ctx context.Context) {
	db.write.Lock()
	defer db.write.Unlock()
	if _, err := collect(ctx, &db.writing, scanCheckpoint, checkpointQuery); err != nil {
		db.note("a checkpoint failed", err)
	}
}

// note tells the log of something beside the writer that failed. Nothing is lost by it: it is done
// the next time. Of a disk that is ill the writer speaks.
func (db *DB) note(what string, err error) {
	if !repli.IsUnavailable(err) && !errors.Is(err, context.Canceled) {
		db.log.Warn(what, slog.Any("error", err))
	}
}

// scanCheckpoint returns how many pages SQLite's log has.
func scanCheckpoint(r row) (pages int, err error) {
	var busy, copied int
	err = r.Scan(&busy, &pages, &copied)
	return pages, err
}
