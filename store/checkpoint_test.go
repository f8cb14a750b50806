package store_test

import (
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// TestWhatIsCommittedComesToTheFileSoon looks at the file alone, which is what people copy.
func TestWhatIsCommittedComesToTheFileSoon(t *testing.T) {
	for _, row := range []struct {
		shows  string
		every  time.Duration // between commits; 0 is one only
		within time.Duration
	}{
		{"when nothing more comes", 0, 17 * time.Second},
		{"while more and more comes", time.Second, 70 * time.Second},
	} {
		t.Run(row.shows, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "repli.db")
			synctest.Test(t, func(t *testing.T) {
				db, err := store.Open(t.Context(), store.Config{Path: path})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { db.Close() })
				writer(t, db)
				for end := time.Now().Add(row.within); time.Now().Before(end); {
					m := held()
					m.Lease = repli.Lease{} // so that it need not be settled later, which writes too
					if err := db.Commit(t.Context(), repli.Change{New: []repli.Message{m}}); err != nil {
						t.Fatal(err)
					}
					if row.every == 0 {
						<-time.After(row.within)
					} else {
						<-time.After(row.every)
					}
				}
				synctest.Wait()
				if n := messagesIn(t, path); n == 0 {
					t.Errorf("after %v the file alone has no message", row.within)
				}
			})
		})
	}
}

// messagesIn returns how many messages are in a store's file without SQLite's log.
func messagesIn(t *testing.T, path string) int64 {
	t.Helper()
	alone := filepath.Join(t.TempDir(), "alone.db")
	write(t, alone, folder(t, filepath.Dir(path))[filepath.Base(path)])
	r, err := store.Check(t.Context(), alone)
	if err != nil || len(r.Problems) > 0 {
		t.Fatalf("the file alone: got %+v, error %v; want no problem", r, err)
	}
	return r.Messages
}

// TestTheLogIsCutAfterABurst writes more than the log may keep and lets it begin anew.
func TestTheLogIsCutAfterABurst(t *testing.T) {
	const limit = 64 << 20
	path := filepath.Join(t.TempDir(), "repli.db")
	db, err := store.Open(t.Context(), store.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	writer(t, db)
	large := repli.Bin{SID: repli.NewSecretSID(repli.BinPrefix), Account: repli.NewSID(repli.AccountPrefix), TwiML: strings.Repeat("x", limit+limit/4)}
	if err := db.Configure(t.Context(), func(tx *store.Tx) error { return tx.AddBin(t.Context(), large) }); err != nil {
		t.Fatal(err)
	}
	if size := walSize(t, path); size <= limit {
		t.Fatalf("the log has %d bytes, want more than %d, or this shows nothing", size, limit)
	}
	if err := db.Set(t.Context(), "wal_checkpoint(PASSIVE)"); err != nil {
		t.Fatal(err)
	}
	if err := db.Commit(t.Context(), repli.Change{New: []repli.Message{held()}}); err != nil {
		t.Fatal(err)
	}
	if size := walSize(t, path); size > limit {
		t.Errorf("the log has %d bytes after it began anew, want at most %d", size, limit)
	}
}
