package store_test

import (
	"path/filepath"
	"testing"

	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/store/storetest"
)

func TestStoreInAFile(t *testing.T) {
	storetest.Run(t, func(t *testing.T) *store.DB { return open(t, filepath.Join(t.TempDir(), "repli.db")) })
}

func TestStoreInMemory(t *testing.T) {
	storetest.Run(t, func(t *testing.T) *store.DB { return open(t, store.Memory) })
}

// open opens a store that is closed when the test is over.
func open(t *testing.T, path string) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), store.Config{Path: path, Queue: storetest.Queue})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return db
}
