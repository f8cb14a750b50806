package store

import (
	"context"
	"errors"
	"log/slog"

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
)

const checkpointQuery = `PRAGMA wal_checkpoint(PASSIVE)`

// A checkpointer says when checkpoints are due, and which part of one.
type checkpointer struct {
	ran    int           // rows written since the last one was asked for
	due    chan struct{} // it is time for one
	finish chan struct{} // the writer has the rest to do
}

func newCheckpointer() checkpointer {
	return checkpointer{due: make(chan struct{}, 1), finish: make(chan struct{}, 1)}
}

// count notes that some rows were written. The caller holds DB.write.
func (c *checkpointer) count(rows int) {
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
