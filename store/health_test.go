package store_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/store/storetest"
)

// writer runs a store's writer until the test's bubble ends.
func writer(t *testing.T, db *store.DB) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	over := make(chan error, 1)
	go func() { over <- db.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-over; err != nil {
			t.Error(err)
		}
	})
}

// large returns a Change that needs new pages.
func large() repli.Change {
	m := held()
	m.Body = strings.Repeat("x", 200_000)
	return repli.Change{New: []repli.Message{m}}
}

// isTemporary reports whether an error is 20503 and may pass.
func isTemporary(err error) bool {
	var known *repli.Error
	return errors.As(err, &known) && known.Code == 20503 && known.Temporary
}

func TestAStoreThatCannotBeWrittenToSaysSoAndRecovers(t *testing.T) {
	for _, row := range []struct{ shows, ill, well, why string }{
		{"no room", "max_page_count = 1", "max_page_count = 1000000", "its disk is full"},
		{"read-only", "query_only = 1", "query_only = 0", "it may only be read"},
	} {
		t.Run(row.shows, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "repli.db")
			synctest.Test(t, func(t *testing.T) {
				var logged bytes.Buffer
				db, err := store.Open(t.Context(), store.Config{Path: path, Log: slog.New(slog.NewTextHandler(&logged, nil))})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { db.Close() })
				writer(t, db)
				set := func(pragma string) {
					if err := db.Set(t.Context(), pragma); err != nil {
						t.Fatal(err)
					}
				}

				set(row.ill)
				for range 100 {
					if err := db.Commit(t.Context(), large()); !isTemporary(err) || !strings.Contains(err.Error(), row.why) {
						t.Fatalf("Commit: got error %v, want a Temporary 20503 that says %q", err, row.why)
					}
				}
				if err := db.Writable(t.Context()); !isTemporary(err) {
					t.Errorf("Writable: got error %v, want a Temporary 20503", err)
				}

				set(row.well)
				<-time.After(2 * time.Second)
				if err := db.Writable(t.Context()); err != nil {
					t.Errorf("Writable, once it is well: %v", err)
				}
				commit := large()
				if err := db.Commit(t.Context(), commit); err != nil {
					t.Errorf("Commit, once it is well: %v", err)
				}
				if _, err := db.Message(t.Context(), commit.New[0].SID); err != nil {
					t.Error(err)
				}
				if n := strings.Count(logged.String(), "\n"); n != 2 {
					t.Errorf("the log has %d lines, want one when it fell ill and one when it was well:\n%s", n, &logged)
				}
			})
		})
	}
}

// TestADiskThatFillsUpFailsTheWholeBatch has the disk fill up at the last Change of a batch in which
// another conflicts, so that each is carried out by itself. SQLite then rolls back all of them.
func TestADiskThatFillsUpFailsTheWholeBatch(t *testing.T) {
	conflict := repli.Change{Told: []repli.Told{{Notice: repli.NewSID(repli.NoticePrefix)}}}
	large := repli.Change{Alerts: []repli.Alert{{SID: repli.NewSID(repli.AlertPrefix), Account: repli.NewSecretSID(repli.AccountPrefix), Detail: strings.Repeat("x", 200_000)}}}
	for _, batch := range [][]repli.Change{{conflict, large}, {{}, conflict, large}} {
		path := filepath.Join(t.TempDir(), "repli.db")
		synctest.Test(t, func(t *testing.T) {
			var logged bytes.Buffer
			db, err := store.Open(t.Context(), store.Config{Path: path, Log: slog.New(slog.NewTextHandler(&logged, nil))})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { db.Close() })
			if err := db.Set(t.Context(), "max_page_count = 1"); err != nil {
				t.Fatal(err)
			}
			results := make([]chan error, len(batch))
			for i, c := range batch {
				results[i] = make(chan error, 1)
				go func() { results[i] <- db.Commit(t.Context(), c) }()
				synctest.Wait() // until it is queued
			}
			writer(t, db)
			for i, result := range results {
				if err := <-result; !isTemporary(err) || errors.Is(err, store.ErrConflict) {
					t.Errorf("Change %d of %d: got error %v, want a Temporary 20503 and no conflict", i+1, len(batch), err)
				}
			}
			if n := strings.Count(logged.String(), "\n"); n != 1 {
				t.Errorf("the log has %d lines, want one that the store cannot be written to:\n%s", n, &logged)
			}
		})
	}
}

// TestAQueueThatStaysFullIsAnErrorBeforeLong has a store that writes nothing.
func TestAQueueThatStaysFullIsAnErrorBeforeLong(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	synctest.Test(t, func(t *testing.T) {
		db := open(t, path)
		queued := make(chan error, storetest.Queue)
		for range storetest.Queue {
			go func() { queued <- db.Commit(t.Context(), repli.Change{New: []repli.Message{held()}}) }()
		}
		synctest.Wait()
		began := time.Now()
		if err := db.Commit(t.Context(), repli.Change{New: []repli.Message{held()}}); !isTemporary(err) {
			t.Errorf("got error %v, want a Temporary 20503", err)
		}
		if waited := time.Since(began); waited != 5*time.Second {
			t.Errorf("it waited for %v, want 5s", waited)
		}
		writer(t, db)
		for range storetest.Queue {
			if err := <-queued; err != nil {
				t.Error(err)
			}
		}
	})
}

func TestWhoeverAsksTooOftenIfTheStoreIsWritableWritesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	synctest.Test(t, func(t *testing.T) {
		db, err := store.Open(t.Context(), store.Config{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		before := walSize(t, path)
		for range 100 {
			if err := db.Writable(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		once := walSize(t, path) - before
		if once == 0 {
			t.Error("nothing was written, so nothing was found out")
		}
		<-time.After(2 * time.Second)
		if err := db.Writable(t.Context()); err != nil {
			t.Fatal(err)
		}
		if twice := walSize(t, path) - before; twice <= once || twice > 3*once {
			t.Errorf("%d bytes for 100 questions, %d after one more later; want one probe and then another", once, twice)
		}
	})
}

// walSize returns the size of a store's log on disk.
func walSize(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}
