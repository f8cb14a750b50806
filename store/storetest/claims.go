package storetest

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// A worklist is one kind of work seen from a worker.
type worklist struct {
	add     func(t *testing.T, due time.Time, lease repli.Lease) repli.SID
	done    func(t *testing.T, s repli.SID)
	claim   func(ctx context.Context, lease repli.Lease, now time.Time, limit int) ([]repli.SID, error)
	renew   func(ctx context.Context, held []repli.SID, lease repli.Lease) error
	release func(ctx context.Context, s repli.SID, by string, due time.Time) error
}

// claimTests are the same for every kind of work.
func claimTests(kind func(*store.DB) worklist) map[string]func(*testing.T, *store.DB) {
	with := func(test func(*testing.T, worklist)) func(*testing.T, *store.DB) {
		return running(func(t *testing.T, db *store.DB) { test(t, kind(db)) })
	}
	return map[string]func(*testing.T, *store.DB){
		"only what is due and not held is claimed":   with(onlyDue),
		"what is due the longest is claimed first":   with(longestFirst),
		"a lease can be claimed when it has ended":   with(leaseEnds),
		"a renewed lease ends later":                 with(renewed),
		"released work is due when it is said to be": with(released),
		"what one worker claims, no other does":      with(disjoint),
	}
}

func messageWork(db *store.DB) worklist {
	return worklist{
		add: func(t *testing.T, due time.Time, lease repli.Lease) repli.SID {
			t.Helper()
			m := text("work")
			m.Due, m.Lease = due, lease
			must(t, db, repli.Change{New: []repli.Message{m}})
			return m.SID
		},
		done: func(t *testing.T, s repli.SID) {
			t.Helper()
			must(t, db, repli.Change{Moves: []repli.Move{answered(repli.Message{SID: s})}})
		},
		claim: func(ctx context.Context, lease repli.Lease, now time.Time, limit int) ([]repli.SID, error) {
			all, err := db.ClaimMessages(ctx, repli.Pending, lease, now, limit)
			var claimed []repli.SID
			for _, m := range all {
				claimed = append(claimed, m.SID)
			}
			return claimed, err
		},
		renew:   db.RenewMessages,
		release: db.ReleaseMessage,
	}
}

func noticeWork(db *store.DB) worklist {
	return worklist{
		add: func(t *testing.T, due time.Time, lease repli.Lease) repli.SID {
			t.Helper()
			n := aNotice(repli.NewSID(repli.MessagePrefix))
			n.Due, n.Lease = due, lease
			must(t, db, repli.Change{Notices: []repli.Notice{n}})
			return n.SID
		},
		done: func(t *testing.T, s repli.SID) {
			t.Helper()
			must(t, db, repli.Change{Told: []repli.Told{{Notice: s}}})
		},
		claim: func(ctx context.Context, lease repli.Lease, now time.Time, limit int) ([]repli.SID, error) {
			all, err := db.ClaimNotices(ctx, lease, now, limit)
			var claimed []repli.SID
			for _, n := range all {
				claimed = append(claimed, n.SID)
			}
			return claimed, err
		},
		renew:   db.RenewNotices,
		release: db.ReleaseNotice,
	}
}

// lease returns a worker's lease of so many minutes from noon.
func lease(by string, minutes int) repli.Lease { return repli.Lease{By: by, Until: after(minutes)} }

func after(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }

// claims fails the test unless a claim at that minute takes just these.
func (w worklist) claims(t *testing.T, shows string, minute int, lease repli.Lease, want ...repli.SID) {
	t.Helper()
	got, err := w.claim(t.Context(), lease, after(minute), 100)
	got = found(t, got, err)
	slices.Sort(got)
	slices.Sort(want)
	same(t, shows, got, want)
}

func onlyDue(t *testing.T, w worklist) {
	due := w.add(t, noon, repli.Lease{})
	w.add(t, noon.Add(time.Microsecond), repli.Lease{}) // later
	w.add(t, noon, lease("somebody", 1))                // held from birth
	w.done(t, w.add(t, noon, repli.Lease{}))
	w.claims(t, "at noon", 0, lease("a", 5), due)
	w.claims(t, "at noon again", 0, lease("b", 5))
}

func longestFirst(t *testing.T, w worklist) {
	// Made in another order than they are due in.
	second, fourth := w.add(t, after(2), repli.Lease{}), w.add(t, after(4), repli.Lease{})
	first, third := w.add(t, after(1), repli.Lease{}), w.add(t, after(3), repli.Lease{})
	for i, want := range [][]repli.SID{{first}, {second, third}, {fourth}} {
		got, err := w.claim(t.Context(), lease("a", 60), after(5), len(want))
		got = found(t, got, err)
		slices.Sort(got)
		slices.Sort(want)
		same(t, "claim "+string(rune('1'+i)), got, want)
	}
}

func leaseEnds(t *testing.T, w worklist) {
	one := w.add(t, noon, repli.Lease{})
	w.claims(t, "when it is due", 0, lease("a", 2), one)
	w.claims(t, "while it is held", 1, lease("b", 9))
	w.claims(t, "when the lease has ended", 2, lease("b", 4), one)
	w.claims(t, "while somebody else holds it", 3, lease("a", 9))
	w.done(t, one)
	w.claims(t, "when it is done", 60, lease("a", 99))
}

func renewed(t *testing.T, w worklist) {
	ctx := t.Context()
	mine, yours, over := w.add(t, noon, lease("me", 1)), w.add(t, noon, lease("you", 1)), w.add(t, noon, lease("me", 1))
	w.done(t, over)
	if err := w.renew(ctx, []repli.SID{mine, yours, over}, lease("me", 5)); err != nil {
		t.Fatal(err)
	}
	w.claims(t, "what was not mine to renew", 1, lease("other", 99), yours)
	w.claims(t, "while the renewed lease lasts", 4, lease("other", 99))
	w.claims(t, "when the renewed lease has ended", 5, lease("other", 99), mine)
	if err := w.renew(ctx, []repli.SID{mine}, lease("me", 200)); err != nil {
		t.Fatal(err)
	}
	w.claims(t, "a renewal that came too late", 99, lease("third", 999), mine, yours)
}

func released(t *testing.T, w worklist) {
	ctx := t.Context()
	mine, yours := w.add(t, noon, lease("me", 50)), w.add(t, noon, lease("you", 50))
	for _, s := range []repli.SID{mine, yours} {
		if err := w.release(ctx, s, "me", after(10)); err != nil {
			t.Fatal(err)
		}
	}
	w.claims(t, "before it is due again", 9, lease("other", 99))
	w.claims(t, "when it is due again", 10, lease("other", 99), mine)
	done := w.add(t, noon, lease("me", 1))
	w.done(t, done)
	if err := w.release(ctx, done, "me", noon); err != nil {
		t.Fatal(err)
	}
	w.claims(t, "what was done before its release", 11, lease("other", 99))
}

func disjoint(t *testing.T, w worklist) {
	const pieces, workers, each = 60, 6, 7
	for range pieces {
		w.add(t, noon, repli.Lease{})
	}
	var mu sync.Mutex
	took := map[repli.SID]int{}
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for {
				claimed, err := w.claim(t.Context(), lease("worker", 1), noon, each)
				if err != nil || len(claimed) > each {
					t.Errorf("claim of %d: got %d and error %v", each, len(claimed), err)
				}
				if len(claimed) == 0 {
					return
				}
				mu.Lock()
				for _, s := range claimed {
					took[s]++
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if len(took) != pieces {
		t.Errorf("got %d pieces claimed, want %d", len(took), pieces)
	}
	for s, n := range took {
		if n != 1 {
			t.Errorf("%s was claimed %d times", s, n)
		}
	}
}
