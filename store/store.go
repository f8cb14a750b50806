// Package store keeps the nouns in SQLite.
//
// Traffic is written as a [repli.Change] with [DB.Commit]: one writer merges whatever
// Changes wait into one transaction, so that many of them share one fsync. Configuration is
// written in a transaction of its own with [DB.Configure], one writer after the other. What
// takes traffic back, such as [DB.RedactMessage], is a method of DB each. Reads hang on DB, so
// every write is a transaction by construction.
//
// Work is a state of the row, not a second table: a message or a notice is due, a worker
// claims it with a lease, and a Move that ends the work ends the lease with it.
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

// Memory is the path of a store that is forgotten when it is closed.
const Memory = ":memory:"

// Config says where the store is and how much may wait for it.
type Config struct {
	Path  string // a file, or Memory
	Queue int    // Changes that may wait for the writer; 4096 when 0
	Log   *slog.Logger

	// Companions are the other files that only a server whose store has something in it leaves.
	// A start that finds one with something in it and no store is refused, because the store was
	// lost.
	Companions []string

	// Fresh begins with an empty store all the same, and renames what is left. It is an error when
	// the store was not lost.
	Fresh bool

	// Off takes Changes, says at once that they are durable, and keeps none of them; no
	// message is ever found. Configuration is kept. It measures what keeping messages costs,
	// and is for nothing else.
	Off bool
}

// Errors a caller can do something about.
var (
	// ErrConflict says that a row no longer has the state a Change was decided on, or that
	// a name is taken. Nothing of the Change has happened.
	ErrConflict = errors.New("store: the row has changed meanwhile")
	// ErrClosed says that the store is stopping and took nothing.
	ErrClosed = errors.New("store: closed")
)

// A DB is an open store. Its methods may be called from any goroutine.
type DB struct {
	// Breaking is the lock of faults. Whoever begins, counts or ends one holds it from reading
	// what there is to committing what is to be, so that two texts do not meet the last of a
	// fault. The store itself never takes it.
	Breaking sync.Mutex

	configuring chan struct{} // the lock of configuration, full while somebody holds it; see Configure

	log  *slog.Logger
	off  bool
	lock *fileLock

	files *openFiles // nil in memory

	reads   *sql.DB // nil in memory, where the one connection serves both
	reading statements

	write   sync.Mutex // held by whoever uses conn
	writes  *sql.DB    // a pool of conn alone
	conn    *sql.Conn
	writing statements // those that return rows
	exec    executor   // the others

	numbers      cache[string, repli.Number] // by address
	accounts     cache[repli.SID, repli.Account]
	bins         cache[repli.SID, repli.Bin]
	apiKeys      cache[repli.SID, repli.APIKey]
	applications cache[repli.SID, repli.Application]
	services     cache[repli.SID, repli.Service]
	pools        cache[repli.SID, []repli.Number] // by service
	faults       cache[struct{}, map[string][]repli.Fault]
	maintenances cache[struct{}, map[string]repli.Maintenance]

	anyCookies atomic.Bool // false while none was ever kept
	anyOptOuts atomic.Bool

	followers followers

	probeMu sync.Mutex // guards probe
	probe   *probe     // the last one

	queue      chan commit
	stopped    chan struct{} // closed when Run has returned
	ended      atomic.Bool   // set then: what is queued later is refused
	checkpoint checkpointer
	fresh      fresh
	stats      counters
	health     health
	unread     unread
}

// Open opens the store, creates or migrates its schema, and makes void all leases left by a
// process that is gone. A file is created for its owner alone, in a folder that must exist, and is
// copied before its schema is changed. A file that another process has open, that a newer Repli
// wrote, or that is another program's, is an error, as is none where one was lost; nothing of it
// is changed then.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	if cfg.Queue == 0 {
		cfg.Queue = 4096
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	db := &DB{
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

// learn notes whether the query finds anything.
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

// instant is the reverse of micros. Times are UTC.
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

// id returns where a message's row lies among the others: in the order in which the messages
// were made, so that a new row is put at the end and no index has to say where a row is. It is
// the time in the message's key, 43 bits of milliseconds and 12 below them, which no two keys
// made in one process share, and 8 of the key's random bits.
//
// RFC 9562 §5.7, and §6.2, method 3
func id(s repli.SID) any {
	k := s.Key()
	ms := int64(binary.BigEndian.Uint64(k[:]) >> 16 & (1<<43 - 1))
	below := int64(binary.BigEndian.Uint16(k[6:]) & (1<<12 - 1))
	return ms<<20 | below<<8 | int64(k[9])
}

// firstID returns the smallest id of a message that is made at a time.
func firstID(at time.Time) int64 { return max(at.UnixMilli(), 0) & (1<<43 - 1) << 20 }

// sid is the reverse of key.
func sid(prefix string, b []byte) repli.SID {
	if len(b) != len(repli.Key{}) {
		return ""
	}
	return repli.Key(b).SID(prefix)
}
