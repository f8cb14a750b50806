package store

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/sms"
)

// Deleted rows are overwritten in SQLite's file (secure_delete), but its log still has the pages as
// they were. So has the room between the rows of a page, where another program deleted some that did
// not ask for it.
//
// sqlite: pragma.html#pragma_secure_delete
const (
	// scrubPause is the time between two tries to empty the log, which fail while somebody reads it.
	scrubPause = 250 * time.Millisecond

	// scrubTime is how long they go on.
	scrubTime = 30 * time.Second
)

// Scrub sees to it that neither SQLite's log nor the room between the rows holds a phone that
// [DB.ForgetPhone] has deleted. It empties the log, looks at each page of the file, and writes the
// file anew if it finds any. That takes as much room as the store, and nothing is committed
// meanwhile. Error 20503 says that another process goes on reading the log.
func (db *DB) Scrub(ctx context.Context, phone string) error {
	if db.reads == nil {
		return nil
	}
	if err := db.emptyLog(ctx); err != nil {
		return err
	}
	left, err := db.pagesWith(ctx, phone)
	if err != nil || left == 0 {
		return err
	}
	db.log.Info("the store's file is written anew, because its pages still name a phone that was forgotten", "pages", left)
	if err := db.rewrite(ctx); err != nil {
		return err
	}
	return db.emptyLog(ctx)
}

// pagesWith counts the pages of the file that name a phone.
//
// sqlite: dbpage.html
func (db *DB) pagesWith(ctx context.Context, phone string) (n int64, err error) {
	for _, spelling := range sms.Spellings(phone) {
		found, err := list(ctx, db, scanInt, `SELECT COUNT(*) FROM sqlite_dbpage WHERE instr(data, $1) > 0`, []byte(spelling))
		if err != nil {
			return 0, err
		}
		n += found[0]
	}
	return n, nil
}

// rewrite writes the file anew, with no room between its rows.
func (db *DB) rewrite(ctx context.Context) error {
	db.write.Lock()
	defer db.write.Unlock()
	if err := db.files.check(time.Now()); err != nil {
		return err
	}
	_, err := db.conn.ExecContext(context.WithoutCancel(ctx), `VACUUM`)
	return diagnosed(err)
}

// emptyLog brings all of SQLite's log into the file and cuts the log to nothing.
func (db *DB) emptyLog(ctx context.Context) error {
	end := time.Now().Add(scrubTime)
	for {
		found, err := list(ctx, db, scanCheckpoint, checkpointQuery) // the long part, beside the writer
		if err != nil {
			return err
		}
		if len(found) > 0 && found[0].left == 0 {
			left, err := db.truncateLog(ctx)
			if err != nil || left == 0 {
				return err
			}
		}
		if time.Now().After(end) {
			e := repli.Errorf(20503, "The phone is deleted, but another process still reads the log in which it stands; forget it once more when that is done")
			e.Temporary = true
			return e
		}
		select {
		case <-time.After(scrubPause):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// truncateLog cuts the log to nothing, unless somebody reads it, and returns how many pages are
// left to copy. It does not wait for readers, because every commit would wait as well.
func (db *DB) truncateLog(ctx context.Context) (left int, err error) {
	db.write.Lock()
	defer db.write.Unlock()
	ctx = context.WithoutCancel(ctx)
	if _, err := db.conn.ExecContext(ctx, `PRAGMA busy_timeout(100)`); err != nil {
		return 0, diagnosed(err)
	}
	defer func() {
		if _, reset := db.conn.ExecContext(ctx, `PRAGMA `+busyTimeout); err == nil {
			err = diagnosed(reset)
		}
	}()
	found, err := collect(ctx, &db.writing, scanCheckpoint, `PRAGMA wal_checkpoint(TRUNCATE)`)
	if err != nil {
		return 0, err
	}
	return found[0].left, nil
}
