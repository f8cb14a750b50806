package store_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// TestAStoreWhoseFilesAreGoneOrReplacedTakesNothing takes away each file that is open, in each way.
func TestAStoreWhoseFilesAreGoneOrReplacedTakesNothing(t *testing.T) {
	for _, suffix := range []string{"", "-wal", "-shm", ".lock"} {
		for _, row := range []struct {
			shows, why string
			replaced   bool
		}{
			{"renamed", "is gone: it was removed or renamed", false},
			{"replaced", "was replaced by another file", true},
		} {
			t.Run("repli.db"+suffix+" is "+row.shows, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "repli.db")
				synctest.Test(t, func(t *testing.T) {
					var logged bytes.Buffer
					db, err := store.Open(t.Context(), store.Config{Path: path, Log: slog.New(slog.NewTextHandler(&logged, nil))})
					if err != nil {
						t.Fatal(err)
					}
					t.Cleanup(func() { db.Close() })
					writer(t, db)
					before := held()
					if err := db.Commit(t.Context(), repli.Change{New: []repli.Message{before}}); err != nil {
						t.Fatal(err)
					}

					name := path + suffix
					rename(t, name, name+".aside")
					if row.replaced {
						write(t, name, "something else")
					}
					<-time.After(2 * time.Second)
					synctest.Wait()
					told := strings.Count(logged.String(), "\n")
					for range 100 {
						err := db.Commit(t.Context(), repli.Change{New: []repli.Message{held()}})
						if !isTemporary(err) || !strings.Contains(err.Error(), name+" "+row.why) {
							t.Fatalf("Commit: got error %v, want a Temporary 20503 that says that %s %s", err, name, row.why)
						}
					}
					if err := db.Writable(t.Context()); !isTemporary(err) || !strings.Contains(err.Error(), row.why) {
						t.Errorf("Writable: got error %v, want a Temporary 20503 that says why", err)
					}
					if err := db.Configure(t.Context(), func(tx *store.Tx) error { return tx.AddBin(t.Context(), repli.Bin{}) }); !isTemporary(err) {
						t.Errorf("Configure: got error %v, want a Temporary 20503", err)
					}

					rename(t, name+".aside", name)
					<-time.After(2 * time.Second)
					if err := db.Writable(t.Context()); err != nil {
						t.Errorf("Writable, once the file is back: %v", err)
					}
					after := held()
					if err := db.Commit(t.Context(), repli.Change{New: []repli.Message{after}}); err != nil {
						t.Errorf("Commit, once the file is back: %v", err)
					}
					for _, m := range []repli.Message{before, after} {
						if _, err := db.Message(t.Context(), m.SID); err != nil {
							t.Error(err)
						}
					}
					if n := strings.Count(logged.String(), "\n"); told == 0 || n > 4 {
						t.Errorf("the log had %d lines before anybody asked and %d in the end, want one and a few:\n%s", told, n, &logged)
					}
				})
			})
		}
	}
}

// TestClosingSparesTheLogOfASuccessor puts another store in the place of one that is open. SQLite
// itself sees to it that a store which has moved removes no log by its old name.
func TestClosingSparesTheLogOfASuccessor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	db, err := store.Open(t.Context(), store.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	rename(t, path, path+".aside")
	rename(t, path+"-wal", path+".aside-wal")
	write(t, path, "another store")
	write(t, path+"-wal", "its log")
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	if b, err := os.ReadFile(path + "-wal"); string(b) != "its log" {
		t.Errorf("after the first store was closed the log of the other is %q (error %v), want it untouched", b, err)
	}
}

// TestAMalformedStoreSaysWhatToDo writes over pages of a store that is open.
func TestAMalformedStoreSaysWhatToDo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	synctest.Test(t, func(t *testing.T) {
		var logged bytes.Buffer
		db, err := store.Open(t.Context(), store.Config{Path: path, Log: slog.New(slog.NewTextHandler(&logged, nil))})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		writer(t, db)
		m := large()
		if err := db.Commit(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		<-time.After(2 * time.Minute) // it comes to the file
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteAt(bytes.Repeat([]byte{0xff}, int(info.Size())-4096), 4096); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		for range 100 {
			_, err := db.Message(t.Context(), m.New[0].SID)
			if !isTemporary(err) || !strings.Contains(err.Error(), "malformed; stop the server") {
				t.Fatalf("got error %v, want a Temporary 20503 that says what to do", err)
			}
		}
		if n := strings.Count(logged.String(), "\n"); n != 1 {
			t.Errorf("the log has %d lines of it, want one:\n%s", n, &logged)
		}
	})
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
