// Package store keeps the nouns in SQLite.
//
// Traffic is written as a [repli.Change] with [DB.Commit]: a single writer merges all waiting
// Changes into one transaction, so that they share one fsync. Configuration is written in a
// transaction of its own with [DB.Configure], one writer at a time. Deletions and redactions of
// traffic, such as [DB.RedactMessage], are methods of DB.
//
// Work is a state of a row, not a row in a second table: a message or a notice becomes due, a
// worker claims it with a lease, and the Move that completes the work ends the lease as well.
package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/repli-sms/repli"
)

// Memory is the path of a store in memory, which is lost when it is closed.
const Memory = ":memory:"

// Config says where the store is and how long its queue may be.
type Config struct {
	Path  string // a file, or Memory
	Queue int    // Changes that may wait for the writer; 4096 when 0
	Rows  int    // rows and statements that one Change may have; MaxChangeRows when 0
	Log   *slog.Logger

	// Companions are the other files that only a server whose store has something in it leaves.
	// A start that finds one with something in it and no store is refused, because the store was
	// lost.
	Companions []string

	// Fresh begins with an empty store all the same, and renames what is left. It is an error when
	// the store was not lost.
	Fresh bool

	// Off makes Commit return at once and discard its Change, so messages are never found.
	// Configuration is stored. It serves only to measure the cost of storing messages.
	Off bool
}

// Errors that a caller can handle.
var (
	// ErrConflict says that a row is no longer in the state that a Change assumed, or that a name
	// is taken. Nothing was written.
	ErrConflict = errors.New("store: the row has changed meanwhile")
	// ErrClosed says that the store is stopping and nothing was written.
	ErrClosed = errors.New("store: closed")
)

// A DB is an open store. Its methods may be called from any goroutine.
type DB struct {
	// Breaking is the lock of faults. A caller that starts, counts or ends a fault holds it from
	// reading the current state until the commit, so that two texts cannot both take the last hit
	// of a fault. The store itself never takes it.
	Breaking sync.Mutex

	configuring chan struct{} // the lock of configuration, full while somebody holds it; see Configure

	log  *slog.Logger
	off  bool
	rows int // that one Change may have
	lock *fileLock

	files *openFiles // nil in memory

	reads   *sql.DB // nil in memory, where the one connection serves both
	reading statements

	write   sync.Mutex // guards conn
	writes  *sql.DB    // a pool that has only conn
	conn    *sql.Conn
	writing statements // statements that return rows
	exec    executor   // all other statements

	numbers      cache[string, []repli.Number] // by address
	accounts     cache[repli.SID, repli.Account]
	bins         cache[repli.SID, repli.Bin]
	apiKeys      cache[repli.SID, repli.APIKey]
	applications cache[repli.SID, repli.Application]
	services     cache[repli.SID, repli.Service]
	pools        cache[repli.SID, []repli.Number] // by service
	faults       cache[struct{}, map[repli.SID][]repli.Fault]
	maintenances cache[struct{}, map[repli.SID]repli.Maintenance]

	anyCookies atomic.Bool // false until the first cookie is stored
	anyOptOuts atomic.Bool

	pseudonymKey []byte      // see pseudonym.go
	anyForgotten atomic.Bool // false until the first opt-out of a phone that was forgotten

	followers followers

	probeMu sync.Mutex // guards probe
	probe   *probe     // the last or current probe

	queue      chan commit
	stopped    chan struct{} // closed when Run has returned
	ended      atomic.Bool   // set when Run has stopped writing: later commits are refused
	checkpoint checkpointer
	fresh      fresh
	stats      counters
	health     health
	unread     unread
}

// Open opens the store, creates the schema or migrates it, and ends the leases left by a process
// that died. It creates the file readable by its owner only, in a folder that must exist, and
// copies it before it changes the schema. It fails if another process has the file open, if a newer
// Repli or another program wrote it, or if there is none where one was lost. Then nothing of it is
// changed.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	if cfg.Queue == 0 {
		cfg.Queue = 4096
	}
	if cfg.Rows == 0 {
		cfg.Rows = MaxChangeRows
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	db := &DB{
		rows:    cfg.Rows,
		log:     cfg.Log,
		off:     cfg.Off,
		queue:   make(chan commit, cfg.Queue),
		stopped: make(chan struct{}),

		configuring: make(chan struct{}, 1),

		checkpoint: newCheckpointer(),
	}
	if err := db.open(ctx, cfg); err != nil {
		return nil, errors.Join(fmt.Errorf("store %s: %w", cfg.Path, err), db.Close())
	}
	return db, nil
}

func (db *DB) open(ctx context.Context, cfg Config) (err error) {
	path := cfg.Path
	var was os.FileInfo
	if path != Memory {
		if path, was, err = db.claim(ctx, cfg); err != nil {
			return err
		}
	}
	if db.writes, db.reads, err = openSQLite(path); err != nil {
		return err
	}
	if err := migrate(ctx, db.writes, path, db.log); err != nil {
		return err
	}
	if db.conn, err = db.writes.Conn(ctx); err != nil {
		return err
	}
	db.writing.on, db.exec.on = db.conn, db.conn
	db.reading.on = db.reads
	now := time.Now()
	if err := errors.Join(db.voidLeases(ctx, now), db.voidFresh(ctx, now)); err != nil {
		return err
	}
	if err := db.learn(ctx, &db.anyCookies, `SELECT 1 FROM cookies LIMIT 1`); err != nil {
		return err
	}
	if err := db.learn(ctx, &db.anyOptOuts, `SELECT 1 FROM opt_outs LIMIT 1`); err != nil {
		return err
	}
	if err := db.learn(ctx, &db.anyForgotten, `SELECT 1 FROM forgotten_opt_outs LIMIT 1`); err != nil {
		return err
	}
	if err := db.learnKey(ctx); err != nil {
		return err
	}
	if path != Memory {
		db.files, err = newOpenFiles(path, was, db.lock, db.log)
	}
	return err
}

// claim sees to it that the store's file exists, is this process's alone and may be opened. It
// returns its path without symbolic links, so that all names of a file share one lock.
func (db *DB) claim(ctx context.Context, cfg Config) (path string, was os.FileInfo, err error) {
	if path, err = realPath(cfg.Path); err != nil {
		return "", nil, err
	}
	is, err := identify(ctx, path)
	if err != nil {
		return "", nil, err
	}
	if db.lock, err = lockFile(path); err != nil {
		return "", nil, err
	}
	if err = allowBeginning(path, is, remains(path, cfg.Companions), cfg.Fresh, db.log); err != nil {
		return "", nil, err
	}
	if err = createFile(path); err != nil {
		return "", nil, err
	}
	tighten(append([]string{path, path + "-wal", path + "-shm", path + ".lock"}, cfg.Companions...), db.log)
	was, err = os.Stat(path)
	return path, was, err
}

// learn sets is to whether the query finds a row.
func (db *DB) learn(ctx context.Context, is *atomic.Bool, query string) error {
	kept, err := list(ctx, db, func(r row) (n int, err error) { return n, r.Scan(&n) }, query)
	is.Store(len(kept) > 0)
	return err
}

// Close closes the store. Run must have returned.
func (db *DB) Close() error {
	errs := []error{db.reading.close(), db.writing.close(), db.exec.close()}
	if db.reads != nil {
		errs = append(errs, db.reads.Close())
	}
	if db.conn != nil {
		errs = append(errs, db.conn.Close())
	}
	if db.writes != nil {
		errs = append(errs, db.writes.Close())
	}
	if db.lock != nil {
		errs = append(errs, db.lock.Close())
	}
	return errors.Join(errs...)
}

// micros returns t as the store keeps it: microseconds since 1970, 0 for the zero time.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// instant is the inverse of micros. Times are UTC.
func instant(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// key returns a SID's 16 bytes, and NULL for the zero SID.
func key(s repli.SID) any {
	if s == "" {
		return nil
	}
	k := s.Key()
	return k[:]
}

// id returns the row id of a message. Ids grow in the order in which messages are created, so
// that a new row is appended and no separate index is needed. An id consists of the time in the
// message's key, 43 bits of milliseconds and 12 bits below them, which are unique within one
// process, and 8 of the key's random bits.
//
// RFC 9562 §5.7, and §6.2, method 3
func id(s repli.SID) any {
	k := s.Key()
	ms := int64(binary.BigEndian.Uint64(k[:]) >> 16 & (1<<43 - 1))
	below := int64(binary.BigEndian.Uint16(k[6:]) & (1<<12 - 1))
	return ms<<20 | below<<8 | int64(k[9])
}

// firstID returns the smallest possible id of a message created at the given time.
func firstID(at time.Time) int64 { return max(at.UnixMilli(), 0) & (1<<43 - 1) << 20 }

// sid is the inverse of key.
func sid(prefix string, b []byte) repli.SID {
	if len(b) != len(repli.Key{}) {
		return ""
	}
	return repli.Key(b).SID(prefix)
}
