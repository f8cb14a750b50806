package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// inIndex counts the messages that the index of what is due holds.
const inIndex = `SELECT COUNT(*) FROM messages INDEXED BY messages_due WHERE due > 0`

func TestAFreshMessageIsInNoIndexUntilItIsSettled(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "repli.db"))
	m := held()
	m.Lease.Until = m.Created.Add(5 * time.Minute)
	commit(t, db, repli.Change{New: []repli.Message{m}})
	count := func(when string, want int) {
		t.Helper()
		if got, err := db.Count(t.Context(), inIndex); err != nil || got != want {
			t.Errorf("%s: got %d messages in the index and error %v, want %d", when, got, err, want)
		}
	}
	settle := func(before time.Time) {
		t.Helper()
		if err := db.Settle(t.Context(), before); err != nil {
			t.Fatal(err)
		}
	}
	count("made under a lease", 0)
	settle(m.Created.Add(-time.Minute))
	count("settled up to a minute before", 0)
	settle(m.Created.Add(time.Minute))
	count("settled", 1)

	mine := repli.Lease{By: "me", Until: m.Created.Add(time.Hour)}
	early, err := db.ClaimMessages(t.Context(), repli.Pending, mine, m.Lease.Until.Add(-time.Second), 9)
	if err != nil || len(early) != 0 {
		t.Errorf("before its lease ends: got %+v claimed and error %v, want nothing", early, err)
	}
	late, err := db.ClaimMessages(t.Context(), repli.Pending, mine, m.Lease.Until, 9)
	if err != nil || len(late) != 1 {
		t.Errorf("when its lease ends: got %+v claimed and error %v, want the message", late, err)
	}
}

func TestAMessageUnderAShortLeaseIsInTheIndexAtOnce(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "repli.db"))
	m := held()
	m.Lease.Until = m.Created.Add(10 * time.Second)
	commit(t, db, repli.Change{New: []repli.Message{m}})
	if got, err := db.Count(t.Context(), inIndex); err != nil || got != 1 {
		t.Errorf("got %d messages in the index and error %v, want 1", got, err)
	}
}

// What could not be settled is found the next time, and by the next process.
func TestAMessageThatCannotBeSettledIsNotLost(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	db, err := store.Open(t.Context(), store.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	m := held()
	commit(t, db, repli.Change{New: []repli.Message{m}})
	if err := db.Set(t.Context(), "query_only(1)"); err != nil {
		t.Fatal(err)
	}
	if err := db.Settle(t.Context(), m.Created.Add(time.Minute)); !repli.IsUnavailable(err) {
		t.Fatalf("settling on a disk that may only be read: got error %v, want 20503", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	mine := repli.Lease{By: "me", Until: time.Now().Add(time.Hour)}
	got, err := open(t, path).ClaimMessages(t.Context(), repli.Pending, mine, time.Now(), 9)
	if err != nil || len(got) != 1 {
		t.Errorf("the next process: got %+v claimed and error %v, want the message", got, err)
	}
}

// TestNoMessageIsLostByARestart: whatever the clock did, and whenever messages were settled, the
// next process finds all there is to do and nothing else.
func TestNoMessageIsLostByARestart(t *testing.T) {
	folder := t.TempDir()
	runs := 0
	rapid.Check(t, func(rt *rapid.T) {
		runs++
		f := &freshness{t: t, path: filepath.Join(folder, fmt.Sprint(runs, ".db")), clock: time.Now()}
		f.open()
		defer func() { f.close() }()
		rt.Repeat(map[string]func(*rapid.T){
			"the clock is set":     func(rt *rapid.T) { f.clock = f.clock.Add(seconds(rt, -600, 600)) },
			"a message is made":    func(*rapid.T) { f.make() },
			"a message is done":    func(rt *rapid.T) { f.finish(rt) },
			"messages are settled": func(rt *rapid.T) { f.settle(f.clock.Add(seconds(rt, -30, 10))) },
			"a process ends": func(rt *rapid.T) {
				f.close()
				f.open()
				f.compare(rt)
			},
		})
	})
}

func seconds(rt *rapid.T, from, to int) time.Duration {
	return time.Duration(rapid.IntRange(from, to).Draw(rt, "seconds")) * time.Second
}

// freshness is a store and what has to be found in it.
type freshness struct {
	t     *testing.T
	path  string
	db    *store.DB
	end   func()    // the writer
	clock time.Time // by which messages are made and settled
	work  []repli.SID
}

func (f *freshness) open() {
	var err error
	if f.db, err = store.Open(f.t.Context(), store.Config{Path: f.path}); err != nil {
		f.t.Fatal(err)
	}
	if err := f.db.Set(f.t.Context(), "synchronous(OFF)"); err != nil { // the disk does not crash here
		f.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(f.t.Context())
	var writer sync.WaitGroup
	writer.Go(func() { f.db.Run(ctx) })
	f.end = func() { stop(); writer.Wait() }
}

func (f *freshness) close() {
	f.end()
	if err := f.db.Close(); err != nil {
		f.t.Fatal(err)
	}
}

func (f *freshness) make() {
	m := held()
	m.SID = repli.SIDAt(repli.MessagePrefix, f.clock)
	f.commit(repli.Change{New: []repli.Message{m}})
	f.work = append(f.work, m.SID)
}

func (f *freshness) finish(rt *rapid.T) {
	if len(f.work) == 0 {
		return
	}
	i := rapid.IntRange(0, len(f.work)-1).Draw(rt, "message")
	f.commit(repli.Change{Moves: []repli.Move{{Message: f.work[i], From: repli.Pending, To: repli.Answered, At: time.Now()}}})
	f.work = slices.Delete(f.work, i, i+1)
}

func (f *freshness) commit(c repli.Change) {
	if err := f.db.Commit(f.t.Context(), c); err != nil {
		f.t.Fatal(err)
	}
}

func (f *freshness) settle(before time.Time) {
	if err := f.db.Settle(f.t.Context(), before); err != nil {
		f.t.Fatal(err)
	}
}

// compare claims all there is to do, holds it against what it must be, and gives it back.
func (f *freshness) compare(rt *rapid.T) {
	ctx := f.t.Context()
	claimed, err := f.db.ClaimMessages(ctx, repli.Pending, repli.Lease{By: "me", Until: time.Now().Add(time.Hour)}, time.Now(), 1000)
	if err != nil {
		rt.Fatal(err)
	}
	var got []repli.SID
	for _, m := range claimed {
		got = append(got, m.SID)
	}
	slices.Sort(got)
	want := slices.Sorted(slices.Values(f.work))
	if d := cmp.Diff(want, got); d != "" {
		rt.Errorf("due after a restart (-want +got):\n%s", d)
	}
}
