package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
)

// applicationID is what SQLite's header of a store says, so that no other program's file is taken
// for one: "RPLI".
//
// sqlite: fileformat2.html#application_id
const applicationID = 0x52504c49

// A content is what lies at the path of a store.
type content int

const (
	nothing content = iota // no file, or not a byte in it
	empty                  // a database without any table
	marked                 // a store that says so
	early                  // a store from before they did
)

// identify returns the kind of file at a path. It changes nothing there. A file that is no store is an
// error.
func identify(ctx context.Context, path string) (content, error) {
	id, err := readID(path)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, io.EOF):
		return nothing, nil
	case err != nil:
		return nothing, err
	case id != 0 && id != applicationID:
		return nothing, fmt.Errorf("it is the database of another program (application_id %#x); nothing of it was changed", id)
	}
	tables, err := tablesIn(ctx, path)
	switch {
	case err != nil && id == applicationID: // a crash may have left it so that it cannot be read without being mended
		return marked, nil
	case err != nil && isBarelyBegun(path):
		return empty, nil
	case err != nil:
		return nothing, fmt.Errorf("it cannot be read: %w", err)
	case len(tables) == 0:
		return empty, nil
	case id == applicationID:
		return marked, nil
	case slices.Contains(tables, "goose_db_version") && slices.Contains(tables, "messages") && slices.Contains(tables, "standings"):
		return early, nil
	}
	return nothing, fmt.Errorf("it is the database of another program (it has a table %q); nothing of it was changed", tables[0])
}

// isBarelyBegun reports whether a process died while it made the first page of a database, which
// SQLite takes back when the file is opened for writing.
//
// sqlite: lockingv3.html#hot_journals
func isBarelyBegun(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Size() <= 4096 && exists(path+"-journal")
}

// readID returns the application_id in the header of a file, and io.EOF for an empty file.
//
// sqlite: fileformat2.html#the_database_header
func readID(path string) (uint32, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	header := make([]byte, 100)
	_, err = io.ReadFull(f, header)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), err == nil && !bytes.HasPrefix(header, []byte("SQLite format 3\x00")):
		return 0, errors.New("the file is not a database")
	case err != nil:
		return 0, err
	}
	return binary.BigEndian.Uint32(header[68:]), nil
}

// tablesIn returns the names of the tables in a file. It does not change the file.
func tablesIn(ctx context.Context, path string) (names []string, err error) {
	db, err := openToRead(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return column[string](ctx, db, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
}

// openToRead opens a file that another process may have open, for reading only. One that nobody
// has open, nor left in the midst of something, is read without leaving files beside it.
func openToRead(path string) (*sql.DB, error) {
	uri := fileURI(path) + "?mode=ro&_pragma=busy_timeout(10000)"
	if !exists(path+"-wal") && !exists(path+"-journal") {
		uri += "&immutable=1"
	}
	db, err := sql.Open("sqlite", uri)
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

// exists reports whether there is a file, or might be.
func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// column returns the one column that a query finds.
func column[T any](ctx context.Context, db *sql.DB, query string, args ...any) (found []T, err error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var one T
		if err := rows.Scan(&one); err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, rows.Err()
}
