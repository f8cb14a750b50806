package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"runtime"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver named "sqlite"
)

// What differs from one database to another stands in this file and in migrations/.

//go:embed migrations
var migrations embed.FS

// openSQLite returns a pool of one connection for writing and a pool for reading. A store in
// memory has a single connection for both, and no pool for reading.
func openSQLite(path string) (writes, reads *sql.DB, err error) {
	q := url.Values{"_txlock": {"immediate"}, "_pragma": {
		"journal_mode(WAL)",
		"synchronous(FULL)",        // fsync at each commit
		"busy_timeout(10000)",      // milliseconds
		"cache_size(-16000)",       // kB, each connection
		"wal_autocheckpoint(4000)", // pages
	}}
	if path == Memory {
		db, err := sql.Open("sqlite", "file::memory:?"+q.Encode())
		if err != nil {
			return nil, nil, err
		}
		db.SetMaxOpenConns(1)
		return db, nil, nil
	}
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
	if writes, err = sql.Open("sqlite", dsn); err != nil {
		return nil, nil, err
	}
	writes.SetMaxOpenConns(1)
	q["_pragma"] = append(q["_pragma"], "query_only(1)")
	if reads, err = sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode()); err != nil {
		return nil, nil, err
	}
	reads.SetMaxOpenConns(max(4, runtime.NumCPU()))
	reads.SetMaxIdleConns(max(4, runtime.NumCPU()))
	return writes, reads, nil
}

// migrate brings the schema to the newest version.
func migrate(ctx context.Context, db *sql.DB, log *slog.Logger) error {
	files, err := fs.Sub(migrations, "migrations/sqlite")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, files, goose.WithSlog(log))
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}
