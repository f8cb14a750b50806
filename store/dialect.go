package store

import (
	"database/sql"
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

	"modernc.org/sqlite" // also the driver named "sqlite"

	"github.com/repli-sms/repli"
)

// This file and migrations/ hold everything that differs between databases.

// realPath returns the path of a file, which need not exist, without symbolic links. Its folder
// must exist.
func realPath(path string) (string, error) {
	if path == "" {
		return "", errors.New("no path is given")
	}
	real, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		if target, err := os.Readlink(path); err == nil { // of a file that is still to be made
			if !filepath.IsAbs(target) {
				target = filepath.Join(filepath.Dir(path), target)
			}
			return realPath(target)
		}
		var folder string
		if folder, err = filepath.EvalSymlinks(filepath.Dir(path)); errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("the folder %s does not exist", filepath.Dir(path))
		}
		real = filepath.Join(folder, filepath.Base(path))
	}
	if err != nil {
		return "", err
	}
	return filepath.Abs(real)
}

// createFile makes a file that does not exist; it is its owner's alone, because it will hold tokens.
func createFile(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// tighten makes files that others may read their owner's alone, and says so. Files that do not
// exist are passed over.
func tighten(paths []string, log *slog.Logger) {
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm()&0o077 == 0 || runtime.GOOS == "windows" { // which has no such bits
			continue
		}
		if err := os.Chmod(path, 0o600); err != nil {
			log.Warn("others than its owner may use a file of the store", "file", path, "mode", info.Mode().Perm(), "error", err)
			continue
		}
		log.Warn("others than its owner could use a file of the store; now they no longer can", "file", path, "was", info.Mode().Perm())
	}
}

// fileURI returns an absolute path as an SQLite URI, with special characters escaped.
func fileURI(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/…
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}

// busyTimeout is how long a statement waits for another connection, in milliseconds.
const busyTimeout = "busy_timeout(10000)"

// openSQLite returns a pool of one connection for writing and a pool for reading. A store in
// memory has a single connection for both, and no pool for reading.
func openSQLite(path string) (writes, reads *sql.DB, err error) {
	q := url.Values{"_pragma": {
		"journal_mode(WAL)",
		"synchronous(FULL)", // fsync at each commit
		"secure_delete(ON)", // deleted data is overwritten, in freed pages too
		busyTimeout,
		"cache_size(-4000)",     // kB; at each commit that rebalances a tree, SQLite scans all of it
		"wal_autocheckpoint(0)", // see checkpoint.go
		fmt.Sprintf("journal_size_limit(%d)", logLimit),
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
	q["_pragma"] = append(q["_pragma"], "query_only(1)", "cache_size(-16000)")
	if reads, err = sql.Open("sqlite", fileURI(path)+"?"+q.Encode()); err != nil {
		return nil, nil, errors.Join(err, writes.Close())
	}
	reads.SetMaxOpenConns(max(4, runtime.NumCPU()))
	reads.SetMaxIdleConns(max(4, runtime.NumCPU()))
	return writes, reads, nil
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
	11: malformed,                          // SQLITE_CORRUPT
	13: "its disk is full",                 // SQLITE_FULL
	14: "its file can no longer be opened", // SQLITE_CANTOPEN
	26: malformed,                          // SQLITE_NOTADB
}

// malformed returns the advice for a file that was written to by something other than Repli.
const malformed = "its file is malformed; stop the server, see what `repli store check` says of it, and restore a backup"

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
