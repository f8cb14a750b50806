package store_test

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// folder returns what is in each file of a folder.
func folder(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(b)
	}
	return files
}

// foreign makes the database of another program.
func foreign(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestTheDatabaseOfAnotherProgramIsLeftAsItIs(t *testing.T) {
	for _, row := range []struct {
		shows      string
		statements []string
		why        string
	}{
		{"a table", []string{"CREATE TABLE bookmarks (url TEXT)"}, `it has a table "bookmarks"`},
		{"SQLite's log", []string{"PRAGMA journal_mode = WAL", "CREATE TABLE bookmarks (url TEXT)"}, `it has a table "bookmarks"`},
		{"a mark of its own", []string{"PRAGMA application_id = 252006674"}, "application_id 0xf055112"},
		{"the same tool for migrations", []string{"CREATE TABLE goose_db_version (id INTEGER)"}, `it has a table "goose_db_version"`},
	} {
		t.Run(row.shows, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "other.db")
			foreign(t, path, row.statements...)
			before := folder(t, dir)
			_, err := store.Open(t.Context(), store.Config{Path: path})
			if err == nil || !strings.Contains(err.Error(), "it is the database of another program") || !strings.Contains(err.Error(), row.why) {
				t.Errorf("got error %v, want that it is another program's, because of %s", err, row.why)
			}
			if d := cmp.Diff(before, folder(t, dir)); d != "" {
				t.Errorf("the folder has changed (-before +after):\n%s", d)
			}
		})
	}
}

// TestAStoreThatWasLostIsNotBegunAnewWithoutAWord takes away what somebody who copies or removes
// the file alone takes away.
func TestAStoreThatWasLostIsNotBegunAnewWithoutAWord(t *testing.T) {
	for _, row := range []struct {
		shows string
		lose  func(t *testing.T, path string)
		why   string
		left  []string
	}{
		{"the file is gone, SQLite's log is not", func(t *testing.T, path string) { remove(t, path); remove(t, path+".phones") },
			"repli.db is missing, but beside it lies what a store has left (repli.db-wal)", []string{"repli.db-wal"}},
		{"only the phones' journal is left", func(t *testing.T, path string) { remove(t, path); remove(t, path+"-wal") },
			"repli.db is missing, but beside it lies what a store has left (repli.db.phones)", []string{"repli.db.phones"}},
		{"the file is empty", func(t *testing.T, path string) { write(t, path, "") },
			"repli.db is empty, but beside it lies what a store has left (repli.db-wal, repli.db.phones)", []string{"repli.db-wal", "repli.db.phones"}},
		{"the file has no table, as an early build left it for long", func(t *testing.T, path string) {
			remove(t, path)
			remove(t, path+"-wal")
			foreign(t, path, "PRAGMA journal_mode = WAL")
		}, "repli.db is empty, but beside it lies what a store has left (repli.db.phones)", []string{"repli.db.phones"}},
	} {
		t.Run(row.shows, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "repli.db")
			left := crashed(t)
			for _, suffix := range []string{"", "-wal"} {
				rename(t, left+suffix, path+suffix)
			}
			write(t, path+".phones", "a line\n")
			row.lose(t, path)
			before := folder(t, dir)

			cfg := store.Config{Path: path, Companions: []string{path + ".phones", path + ".phones.old"}}
			_, err := store.Open(t.Context(), cfg)
			if err == nil || !strings.Contains(err.Error(), row.why) || !strings.Contains(err.Error(), "--fresh") || !strings.Contains(err.Error(), "restore a backup") {
				t.Errorf("got error %v, want that %s and what to do", err, row.why)
			}
			after := folder(t, dir)
			delete(after, "repli.db.lock")
			if d := cmp.Diff(before, after); d != "" {
				t.Errorf("the folder has changed (-before +after):\n%s", d)
			}

			cfg.Fresh = true
			db, err := store.Open(t.Context(), cfg)
			if err != nil {
				t.Fatalf("with --fresh: %v", err)
			}
			t.Cleanup(func() { db.Close() })
			for _, name := range row.left {
				aside, err := filepath.Glob(filepath.Join(dir, name+".lost-*"))
				if err != nil || len(aside) != 1 {
					t.Fatalf("with --fresh, %s lies in %v (error %v), want one file", name, aside, err)
				}
				if b, err := os.ReadFile(aside[0]); string(b) != before[name] {
					t.Errorf("%s was changed (error %v)", name, err)
				}
			}
		})
	}
}

// TestAFirstStartThatWasKilledIsNoLostStore leaves what SQLite does when it dies as it makes the
// first page: that page, and the journal to take it back.
func TestAFirstStartThatWasKilledIsNoLostStore(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "repli.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	for _, s := range []string{"PRAGMA cache_size = 1", "PRAGMA cache_spill = 1", "BEGIN", "CREATE TABLE a (b)", "INSERT INTO a VALUES (zeroblob(100000))"} {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	left := folder(t, dir)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if left["repli.db-journal"] == "" {
		t.Fatalf("SQLite has left %d files and no journal, so this shows nothing", len(left))
	}
	killed := filepath.Join(t.TempDir(), "repli.db")
	write(t, killed+"-journal", left["repli.db-journal"])
	write(t, killed, "SQLite format 3\x00"+strings.Repeat("\x00", 4096-16))
	open(t, killed)
}

func TestFreshIsRefusedWhereAStoreIs(t *testing.T) {
	path := filled(t)
	_, err := store.Open(t.Context(), store.Config{Path: path, Fresh: true})
	if err == nil || !strings.Contains(err.Error(), "--fresh is for a store that was lost, and this one was not") {
		t.Errorf("got error %v, want that it is not for a store that is there", err)
	}
	open(t, path)
}

// TestTheFileAloneIsAStoreFromTheFirstMomentOn copies the file without SQLite's log, as people do.
func TestTheFileAloneIsAStoreFromTheFirstMomentOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	open(t, path)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b[68:72], []byte("RPLI")) {
		t.Errorf("the header says application_id %q, want RPLI", b[68:72])
	}
	alone := filepath.Join(t.TempDir(), "repli.db")
	write(t, alone, string(b))
	if r, err := store.Check(t.Context(), alone); err != nil || len(r.Problems) > 0 || r.Schema != r.Known {
		t.Errorf("the file alone: got %+v, error %v; want the newest schema and no problem", r, err)
	}
}

// crashed returns the path of what a store with a message in it leaves when its process dies.
func crashed(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "repli.db")
	commit(t, open(t, path), repli.Change{New: []repli.Message{held()}})
	left := filepath.Join(t.TempDir(), "left.db")
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		write(t, left+suffix, string(b))
	}
	return left
}

func remove(t *testing.T, name string) {
	t.Helper()
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
}
