package store_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/store/storetest"
)

// TestReleasedMigrationsAreNotEdited compares those that stores have been migrated by with their
// hashes in migrations/released.txt. A release adds its own to it; none is ever changed.
func TestReleasedMigrationsAreNotEdited(t *testing.T) {
	list, err := os.Open("migrations/released.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	released := map[string]bool{}
	last := ""
	for lines := bufio.NewScanner(list); lines.Scan(); {
		want, name, _ := strings.Cut(lines.Text(), "  ")
		text, err := os.ReadFile(filepath.Join("migrations/sqlite", name))
		if err != nil {
			t.Errorf("%s was released and is gone: %v", name, err)
			continue
		}
		hash := sha256.Sum256(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))
		if got := hex.EncodeToString(hash[:]); got != want {
			t.Errorf("%s was released and has been edited: its hash is %s, want %s; write another migration", name, got, want)
		}
		released[name], last = true, max(last, name)
	}
	if len(released) == 0 {
		t.Error("migrations/released.txt names no migration")
	}
	files, err := filepath.Glob("migrations/sqlite/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if name := filepath.Base(file); !released[name] && name < last {
			t.Errorf("%s comes before %s, which was released: stores will not have seen it; give it a later number", name, last)
		}
	}
}

// TestAStoreIsCopiedBeforeItsSchemaChanges opens the store that an early build left.
func TestAStoreIsCopiedBeforeItsSchemaChanges(t *testing.T) {
	path := storetest.Early(t)
	early, err := store.Check(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), store.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	now, err := store.Check(t.Context(), path)
	if err != nil || now.Schema <= early.Schema || now.Schema != now.Known || !now.Marked || now.Messages != early.Messages || len(now.Problems) > 0 {
		t.Errorf("the store: got %+v, error %v; want the newest schema and %d messages", now, err, early.Messages)
	}

	kept := path + ".before-2"
	was, err := store.Check(t.Context(), kept)
	if err != nil || was.Schema != early.Schema || was.Messages != early.Messages || was.Due != early.Due || len(was.Problems) > 0 {
		t.Errorf("the copy: got %+v, error %v; want schema %d and %d messages, of which %d are due", was, err, early.Schema, early.Messages, early.Due)
	}
	if info, err := os.Stat(kept); runtime.GOOS != "windows" && (err != nil || info.Mode().Perm() != 0o600) {
		t.Errorf("the copy has mode %v, error %v; want its owner's alone", info.Mode(), err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	remove(t, kept)
	open(t, path)
	if _, err := os.Stat(kept); err == nil {
		t.Error("it was copied again although its schema did not change")
	}
}
