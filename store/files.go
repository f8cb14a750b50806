package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/repli-sms/repli"
)

// SQLite goes on writing to a file whose name is gone, and nobody finds again what it has written
// there. So the files that are open are compared with their paths before they are written to, and
// while any of them is gone, renamed or replaced the store takes nothing.
const (
	// lookAfter is how old the last comparison may be when something is written.
	lookAfter = time.Second

	// lookEvery is how often they are compared while nothing is written, for the log.
	lookEvery = 2 * time.Second
)

// openFiles are the files that a store has open.
type openFiles struct {
	log *slog.Logger

	opened map[string]os.FileInfo

	mu     sync.Mutex // guards what follows
	looked time.Time  // when they were compared last
	lost   error      // what was found then
}

// newOpenFiles notes which files lie at the paths of a store that has just been opened. was is the
// store's own file before it was opened, which must be the same still.
func newOpenFiles(path string, was os.FileInfo, lock *fileLock, log *slog.Logger) (*openFiles, error) {
	f := &openFiles{log: log, opened: map[string]os.FileInfo{path: was}}
	for _, name := range []string{path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		f.opened[name] = info
	}
	info, err := lock.f.Stat()
	if err != nil {
		return nil, err
	}
	f.opened[lock.f.Name()] = info
	return f, misplaced(f.opened) // Windows learns only by a comparison which files they are
}

// check returns the Temporary error 20503 while a file is not the one that was opened.
func (f *openFiles) check(now time.Time) error {
	if f == nil { // in memory
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if since := now.Sub(f.looked); since >= 0 && since < lookAfter {
		return f.lost
	}
	f.looked = now
	was := f.lost
	f.lost = misplaced(f.opened)
	switch {
	case was == nil && f.lost != nil:
		f.log.Error("nothing is taken until the store's files are back", "error", f.lost)
	case was != nil && f.lost == nil:
		f.log.Info("the store's files are back")
	}
	return f.lost
}

// misplaced returns why the store cannot be used when one of its files is no longer at its path.
func misplaced(opened map[string]os.FileInfo) error {
	for name, was := range opened {
		is, err := os.Stat(name)
		var why string
		switch {
		case errors.Is(err, fs.ErrNotExist):
			why = "is gone: it was removed or renamed while the server ran"
		case err != nil:
			why = fmt.Sprintf("cannot be found: %v", err)
		case !os.SameFile(was, is):
			why = "was replaced by another file while the server ran"
		default:
			continue
		}
		return &repli.Error{
			Code: repli.CodeUnavailable, Temporary: true,
			Detail: fmt.Sprintf("The store cannot be used: %s %s; move the right one back, or stop the server and restore a backup", name, why),
		}
	}
	return nil
}

// watch compares the files with their paths until ctx ends.
func (db *DB) watch(ctx context.Context) {
	if db.files == nil {
		return
	}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			_ = db.files.check(now) // which tells the log
		}
	}
}
