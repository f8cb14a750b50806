package store_test

import (
	"database/sql"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli/store"
)

var update = flag.Bool("update", false, "rewrite migrations/schema.sql")

// TestSchemaIsWhatMigrationsMake compares migrations/schema.sql, which people read, with
// what the migrations have made of an empty file.
func TestSchemaIsWhatMigrationsMake(t *testing.T) {
	const path = "migrations/schema.sql"
	got := schema(t)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), got); d != "" {
		t.Errorf("%s is out of date (-want +got); go test ./store -update rewrites it:\n%s", path, d)
	}
}

// schema returns the statements that make a new store's schema, each table followed by its
// indexes.
func schema(t *testing.T) string {
	t.Helper()
	db := raw(t, filled(t))
	rows, err := db.QueryContext(t.Context(), `
		SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name NOT LIKE 'goose_%' AND tbl_name NOT LIKE 'sqlite_%'
		ORDER BY tbl_name, type = 'index', name`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var b strings.Builder
	b.WriteString("-- The schema of a SQLite store, as its migrations make it. Compared by a test; do not edit.\n")
	for rows.Next() {
		var statement string
		if err := rows.Scan(&statement); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(statement, "CREATE TABLE") {
			b.WriteByte('\n')
		}
		b.WriteString(statement + ";\n")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// filled returns the path of a new store that has been closed again.
func filled(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "repli.db")
	db, err := store.Open(t.Context(), store.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// raw opens a store's file as any program could.
func raw(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
