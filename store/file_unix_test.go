//go:build unix

package store_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

func TestFilesAreTheirOwnersAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	commit(t, open(t, path), repli.Change{New: []repli.Message{held()}})
	for _, suffix := range []string{"", "-wal", "-shm", ".lock"} {
		info, err := os.Stat(path + suffix)
		if err != nil {
			t.Error(err)
		} else if got := info.Mode(); got != 0o600 {
			t.Errorf("%s: got mode %v, want -rw-------", filepath.Base(path+suffix), got)
		}
	}
}

func TestTwoNamesOfAFileShareALock(t *testing.T) {
	dir := t.TempDir()
	alias := filepath.Join(dir, "alias.db")
	if err := os.Symlink("repli.db", alias); err != nil {
		t.Fatal(err)
	}
	open(t, filepath.Join(dir, "repli.db"))
	if _, err := store.Open(t.Context(), store.Config{Path: alias}); err == nil || !strings.Contains(err.Error(), "another process has it open") {
		t.Errorf("by its other name: got error %v, want that another process has it open", err)
	}
}

// TestAStoreThatOthersMayReadIsMadeItsOwnersAlone has each of its files readable by others.
func TestAStoreThatOthersMayReadIsMadeItsOwnersAlone(t *testing.T) {
	path := crashed(t)
	phones := path + ".phones"
	write(t, phones, "")
	names := []string{path, path + "-wal", phones}
	for _, name := range names {
		if err := os.Chmod(name, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var logged bytes.Buffer
	db, err := store.Open(t.Context(), store.Config{Path: path, Companions: []string{phones}, Log: slog.New(slog.NewTextHandler(&logged, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	for _, name := range append(names, path+"-shm", path+".lock") {
		if info, err := os.Stat(name); err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: got mode %v, error %v; want -rw-------", filepath.Base(name), info.Mode(), err)
		}
	}
	for _, name := range names {
		if want := "file=" + name + " was=-rw-r--r--"; !strings.Contains(logged.String(), want) {
			t.Errorf("the log does not say %q:\n%s", want, &logged)
		}
	}

	other := filepath.Join(t.TempDir(), "other.db")
	foreign(t, other, "CREATE TABLE bookmarks (url TEXT)")
	if err := os.Chmod(other, 0o644); err != nil {
		t.Fatal(err)
	}
	if db, err := store.Open(t.Context(), store.Config{Path: other}); err == nil {
		t.Error("another program's database was opened")
		db.Close()
	}
	if info, err := os.Stat(other); err != nil || info.Mode() != 0o644 {
		t.Errorf("another program's database: got mode %v, error %v; want it as it was", info.Mode(), err)
	}
}
