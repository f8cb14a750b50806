package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite" // also the driver named "sqlite"

	"github.com/repli-sms/repli"
)

// This file and migrations/ hold everything that differs between databases.

//go:embed migrations/sqlite/*.sql
var migrations embed.FS

// ownFile makes sure that the store's file exists and that only its owner can access it, because
// it holds tokens. It returns the path with symbolic links resolved, so that all names of a file
// share one lock.
func ownFile(path string) (string, error) {
	if path == "" {
		return "", errors.New("no path is given")
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("the folder %s does not exist", filepath.Dir(path))
	}
	if err != nil {
		return "", err
	}
	if err := f.Close(); err != nil {
		return "", err
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return "", err
	}
	return filepath.Abs(path)
}

// fileURI returns an absolute path as an SQLite URI, with special characters escaped.
func fileURI(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/…
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}

// openSQLite returns a pool of one connection for writing and a pool for reading. A store in
// memory has a single connection for both, and no pool for reading.
func openSQLite(path string) (writes, reads *sql.DB, err error) {
	q := url.Values{"_pragma": {
		"journal_mode(WAL)",
		"synchronous(FULL)",     // fsync at each commit
		"secure_delete(ON)",     // deleted data is overwritten, in freed pages too
		"busy_timeout(10000)",   // milliseconds
		"cache_size(-16000)",    // kB, each connection
		"wal_autocheckpoint(0)", // see checkpoint.go
	}}
	if path == Memory {
		writes, err = sql.Open("sqlite", "file::memory:?"+q.Encode())
		if err != nil {
			return nil, nil, err
		}
		writes.SetMaxOpenConns(1)
		return writes, nil, nil
	}
	if writes, err = sql.Open("sqlite", fileURI(path)+"?"+q.Encode()); err != nil {
		return nil, nil, err
	}
	writes.SetMaxOpenConns(1)
	q["_pragma"] = append(q["_pragma"], "query_only(1)")
	if reads, err = sql.Open("sqlite", fileURI(path)+"?"+q.Encode()); err != nil {
		return nil, nil, errors.Join(err, writes.Close())
	}
	reads.SetMaxOpenConns(max(4, runtime.NumCPU()))
	reads.SetMaxIdleConns(max(4, runtime.NumCPU()))
	return writes, reads, nil
}

// migrate brings the schema to the newest version. It fails if the schema is newer than that.
func migrate(ctx context.Context, db *sql.DB, log *slog.Logger) error {
	files, err := fs.Sub(migrations, "migrations/sqlite")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithSlog(log))
	if err != nil {
		return err
	}
	kept, known, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("cannot read the version of its schema: %w", err)
	}
	if kept > known {
		return fmt.Errorf("a newer Repli wrote it (schema %d; this one knows %d)", kept, known)
	}
	if kept == known {
		return nil
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("cannot bring its schema from version %d to %d: %w", kept, known, err)
	}
	log.Debug("the store has a new schema", "was", kept, "is", known)
	return nil
}

// inOrder returns the query with "?" in place of $1, $2, … if these appear in this order. SQLite
// looks up a named parameter by its name at every execution, and "?" avoids that.
func inOrder(query string) string {
	place, ordered := 0, true
	plain := regexp.MustCompile(`\$\d+`).ReplaceAllStringFunc(query, func(name string) string {
		place++
		ordered = ordered && name == fmt.Sprintf("$%d", place)
		return "?"
	})
	if !ordered {
		return query
	}
	return plain
}

// SQLite's extended result codes for a duplicate key.
//
// sqlite: rescode.html
const (
	constraintPrimaryKey = 1555
	constraintUnique     = 2067
)

// isTaken reports whether a statement failed because of a duplicate key.
func isTaken(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && (e.Code() == constraintPrimaryKey || e.Code() == constraintUnique)
}

// ailments maps SQLite's result codes that blame the disk, not the statement, to a description.
//
// sqlite: rescode.html
var ailments = map[int]string{
	5:  "it is in use by somebody else",    // SQLITE_BUSY
	8:  "it may only be read",              // SQLITE_READONLY
	10: "its disk fails",                   // SQLITE_IOERR
	13: "its disk is full",                 // SQLITE_FULL
	14: "its file can no longer be opened", // SQLITE_CANTOPEN
}

// diagnosed returns err as error 20503, which may be retried, when the disk is to blame. It
// returns any other error unchanged.
func diagnosed(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	why, ill := ailments[e.Code()&0xff] // the higher bits only add detail
	if !ill {
		return err
	}
	return &repli.Error{Code: 20503, Detail: "The store cannot be used right now: " + why, Err: err, Temporary: true}
}

// isOver reports whether a rollback failed because no transaction was open.
func isOver(err error) bool { return strings.Contains(err.Error(), "no transaction is active") }
