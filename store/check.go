package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"slices"
)

// A Report is what [Check] has found in a store.
type Report struct {
	Marked   bool  // it says in its header that it is a store; early ones do not
	Schema   int64 // the version of its schema
	Known    int64 // the newest version that this Repli knows
	Numbers  int64
	Messages int64
	Due      int64    // of the messages, those that are unfinished
	Problems []string // what is wrong with it, a sentence each; none is a store that is well
}

// problemLimit is how many problems of one kind are listed.
const problemLimit = 20

// Check reads all of the store at path, of which it changes nothing, and says what is wrong with
// it. The store may be open. What is no store is an error.
func Check(ctx context.Context, path string) (r Report, err error) {
	db, err := openStoreToRead(ctx, path)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	for _, check := range []func(context.Context, *sql.DB, *Report) error{checkPages, checkRows, checkSchema, count} {
		if err := check(ctx, db, &r); err != nil {
			r.Problems = append(r.Problems, fmt.Sprintf("It cannot be read to its end: %v.", err))
			break
		}
	}
	return r, nil
}

// checkPages asks SQLite whether its pages and indexes are whole.
func checkPages(ctx context.Context, db *sql.DB, r *Report) error {
	found, err := column[string](ctx, db, fmt.Sprintf("PRAGMA integrity_check(%d)", problemLimit))
	for _, problem := range found {
		if problem != "ok" {
			r.Problems = append(r.Problems, "SQLite finds it malformed: "+problem+".")
		}
	}
	return err
}

// checkRows asks SQLite for rows whose foreign key leads nowhere.
func checkRows(ctx context.Context, db *sql.DB, r *Report) error {
	found, err := column[string](ctx, db, `SELECT "table" || ' ' || COALESCE(rowid, '') FROM pragma_foreign_key_check LIMIT $1`, problemLimit)
	for _, row := range found {
		r.Problems = append(r.Problems, "A row belongs to one that is missing: "+row+".")
	}
	return err
}

// checkSchema compares the schema with what the migrations make of an empty file.
func checkSchema(ctx context.Context, db *sql.DB, r *Report) error {
	ids, err := column[int64](ctx, db, "PRAGMA application_id")
	if err != nil {
		return err
	}
	r.Marked = ids[0] == applicationID
	versions, err := column[int64](ctx, db, `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version`)
	if err != nil {
		return err
	}
	r.Schema = versions[0]
	want, known, err := schemaOf(ctx, r.Schema)
	if r.Known = known; err != nil {
		return err
	}
	if r.Schema > r.Known {
		r.Problems = append(r.Problems, fmt.Sprintf("A newer Repli wrote it: its schema is version %d, and this Repli knows none beyond %d.", r.Schema, r.Known))
		return nil
	}
	got, err := column[string](ctx, db, schemaNames)
	if err != nil {
		return err
	}
	for _, name := range want {
		if !slices.Contains(got, name) {
			r.Problems = append(r.Problems, fmt.Sprintf("The %s is missing.", name))
		}
	}
	for _, name := range got {
		if !slices.Contains(want, name) {
			r.Problems = append(r.Problems, fmt.Sprintf("There is a %s that Repli has not made.", name))
		}
	}
	return nil
}

const schemaNames = `SELECT type || ' ' || name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name`

// schemaOf returns the tables and indexes of a version of the schema, and the newest version.
func schemaOf(ctx context.Context, version int64) (names []string, known int64, err error) {
	db, err := sql.Open("sqlite", "file::memory:")
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	p, err := newMigrator(db, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, 0, err
	}
	if _, known, err = p.GetVersions(ctx); err != nil || version > known {
		return nil, known, err
	}
	if _, err = p.UpTo(ctx, version); err != nil {
		return nil, known, err
	}
	names, err = column[string](ctx, db, schemaNames)
	return names, known, err
}

func count(ctx context.Context, db *sql.DB, r *Report) error {
	if r.Schema > r.Known { // who knows what it has
		return nil
	}
	return db.QueryRowContext(ctx, `
		SELECT (SELECT COUNT(*) FROM numbers), (SELECT COUNT(*) FROM messages), (SELECT COUNT(*) FROM messages WHERE due <> 0)`,
	).Scan(&r.Numbers, &r.Messages, &r.Due)
}
