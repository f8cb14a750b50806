//go:build unix

package store_test

import (
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
