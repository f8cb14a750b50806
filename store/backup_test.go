package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// TestABackupOfABusyStoreIsTheStoreAtOneMoment has messages and their replies come in, in one
// Change each, while it is copied.
func TestABackupOfABusyStoreIsTheStoreAtOneMoment(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	db := open(t, path)
	writer(t, db)
	first := held()
	if err := db.Commit(t.Context(), repli.Change{New: []repli.Message{first}}); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var busy sync.WaitGroup
	for range 8 {
		busy.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				one, other := held(), held()
				if err := db.Commit(t.Context(), repli.Change{New: []repli.Message{one, other}}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	defer busy.Wait()
	defer close(stop)
	for range 5 {
		file := filepath.Join(t.TempDir(), "copy.db")
		size, err := store.Backup(t.Context(), path, file)
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(file)
		if err != nil || info.Size() != size || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("the copy has %d bytes and mode %v (error %v), want the %d that were said, and its owner's alone", info.Size(), info.Mode(), err, size)
		}
		r, err := store.Check(t.Context(), file)
		if err != nil || !r.Marked || r.Messages%2 != 1 || len(r.Problems) > 0 {
			t.Errorf("the copy: got %+v, error %v; want one message and pairs", r, err)
		}
		if got, err := open(t, file).Message(t.Context(), first.SID); err != nil || got.Body != first.Body {
			t.Errorf("opened: got %+v, error %v; want the message", got, err)
		}
	}
}

func TestABackupChangesNothing(t *testing.T) {
	dir := filepath.Dir(filled(t))
	path := filepath.Join(dir, "repli.db")
	before := folder(t, dir)
	file := filepath.Join(t.TempDir(), "copy.db")
	if _, err := store.Backup(t.Context(), path, file); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(before, folder(t, dir)); d != "" {
		t.Errorf("the store's folder has changed (-before +after):\n%s", d)
	}
	if got := folder(t, filepath.Dir(file)); len(got) != 1 {
		t.Errorf("beside the copy there is %d more, want nothing", len(got)-1)
	}
}

func TestABackupThatCannotBeMadeSaysWhyAndLeavesNothing(t *testing.T) {
	path := filled(t)
	other := filepath.Join(t.TempDir(), "other.db")
	foreign(t, other, "CREATE TABLE bookmarks (url TEXT)")
	taken := filepath.Join(t.TempDir(), "taken")
	write(t, taken, "mine")
	for _, row := range []struct{ shows, path, file, why string }{
		{"the file exists", path, taken, "file already exists"},
		{"it is the store itself", path, path, "file already exists"},
		{"no folder", path, filepath.Join(t.TempDir(), "missing", "copy.db"), "no such file or directory"},
		{"no store", filepath.Join(t.TempDir(), "repli.db"), filepath.Join(t.TempDir(), "copy.db"), "it does not exist"},
		{"an empty file", emptyFile(t), filepath.Join(t.TempDir(), "copy.db"), "it is empty"},
		{"another program's", other, filepath.Join(t.TempDir(), "copy.db"), "it is the database of another program"},
	} {
		_, err := store.Backup(t.Context(), row.path, row.file)
		if err == nil || !strings.Contains(err.Error(), row.why) {
			t.Errorf("%s: got error %v, want %s", row.shows, err, row.why)
		}
		if left, err := filepath.Glob(row.file + ".*.part"); err != nil || len(left) > 0 {
			t.Errorf("%s: %v is left (error %v)", row.shows, left, err)
		}
	}
	if b, err := os.ReadFile(taken); string(b) != "mine" {
		t.Errorf("the file that exists was changed to %q (error %v)", b, err)
	}
}

// emptyFile returns the path of an empty file.
func emptyFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "repli.db")
	write(t, path, "")
	return path
}

func TestCheckSaysWhatIsWrongWithAStore(t *testing.T) {
	for _, row := range []struct {
		shows string
		spoil func(t *testing.T, path string)
		want  string
	}{
		{"nothing", func(*testing.T, string) {}, ""},
		{"a table is missing", statement("DROP TABLE standings"), "The table standings is missing."},
		{"a table too many", statement("CREATE TABLE bookmarks (url TEXT)"), "There is a table bookmarks that Repli has not made."},
		{"a newer schema", statement("INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)"), "A newer Repli wrote it: its schema is version 9999"},
		{"pages that are spoilt", spoil, "malformed"},
		{"an index that does not agree", statement(
			"PRAGMA writable_schema = ON",
			"UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'api_keys_account') WHERE name = 'accounts_owner'",
		), "SQLite finds it malformed"},
	} {
		t.Run(row.shows, func(t *testing.T) {
			path := filled(t)
			row.spoil(t, path)
			r, err := store.Check(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(r.Problems, "\n"); row.want == "" && got != "" || !strings.Contains(got, row.want) {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

// statement spoils a store by SQL.
func statement(statements ...string) func(t *testing.T, path string) {
	return func(t *testing.T, path string) { t.Helper(); foreign(t, path, statements...) }
}

// spoil writes over the second half of a store.
func spoil(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	half := info.Size() / 4096 / 2 * 4096
	_, err = f.WriteAt([]byte(strings.Repeat("\xff", int(info.Size()-half))), half)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}
