package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"

	"github.com/repli-sms/repli"
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

// Whoever commits while the writer ends is told what became of it, however late.
func TestNobodyWaitsForAWriterThatHasEnded(t *testing.T) {
	for range 50 {
		db := open(t, store.Memory)
		ctx, end := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() { db.Run(ctx) })
		for range 8 {
			all.Go(func() {
				for {
					event := repli.Event{SID: repli.NewSID(repli.EventPrefix), Account: "AC000000000000000000000000000000a1"}
					err := db.Commit(context.WithoutCancel(ctx), repli.Change{Events: []repli.Event{event}})
					if errors.Is(err, store.ErrClosed) {
						return
					}
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		end()
		all.Wait()
	}
}
