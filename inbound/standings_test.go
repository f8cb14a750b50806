package inbound

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// TestARecordThatIsTakenBack plays texts to one number, in the order in which they were received,
// and takes the record of one back when all have been recorded.
func TestARecordThatIsTakenBack(t *testing.T) {
	const p, f = repli.ByPrimary, repli.ByFallback
	for _, row := range []struct {
		shows    string
		answered []repli.Answerer
		back     int // index of the text whose answer is not committed
		by       repli.Answerer
		texts    int
		reported []repli.EventKind
	}{
		{"the only one", []repli.Answerer{f}, 0, p, 0, nil},
		{"the last of many", []repli.Answerer{f, f, f}, 2, f, 2, nil},
		{"one in between is taken off the count", []repli.Answerer{f, f, f}, 1, f, 2, nil},
		{"the first, on which the others are built", []repli.Answerer{f, f, f}, 0, f, 2, []repli.EventKind{repli.EnteredFallback}},
		{"the one that left the fallback", []repli.Answerer{f, f, p}, 2, f, 2, nil},
		{"the one that left it, when it was entered again", []repli.Answerer{f, p, f, f}, 1, f, 2, []repli.EventKind{repli.LeftFallback}},
		{"the first, when the number has left since", []repli.Answerer{f, p}, 0, p, 0, []repli.EventKind{repli.EnteredFallback}},
	} {
		db, err := store.Open(t.Context(), store.Config{Path: store.Memory})
		if err != nil {
			t.Fatal(err)
		}
		var reported []repli.EventKind
		s := newStandings(db, newStats().fallback, func(c repli.Change) {
			for _, e := range c.Events {
				reported = append(reported, e.Kind)
			}
		})
		num, began := repli.Number{SID: repli.NewSID(repli.NumberPrefix), Address: "+15550001000"}, time.Now()
		var undo func()
		for i, by := range row.answered {
			_, back, err := s.answered(t.Context(), num, began.Add(time.Duration(i)*time.Second), by, false, nil)
			if err != nil {
				t.Fatal(err)
			}
			if i == row.back {
				undo = back
			}
		}
		undo()
		got, err := s.of(t.Context(), num)
		if err != nil || got.By != row.by || got.Texts != row.texts {
			t.Errorf("%s: answered by %q, %d texts (error %v), want %q and %d", row.shows, got.By, got.Texts, err, row.by, row.texts)
		}
		if diff := cmp.Diff(row.reported, reported); diff != "" {
			t.Errorf("%s: reported (-want +got): %s", row.shows, diff)
		}
		if n, on := s.countOnFallback(), row.by != p; (n == 1) != on {
			t.Errorf("%s: %d numbers are on their fallback", row.shows, n)
		}
		db.Close()
	}
}

func TestADeletedNumberIsNotTakenBack(t *testing.T) {
	db, err := store.Open(t.Context(), store.Config{Path: store.Memory})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := newStandings(db, newStats().fallback, func(c repli.Change) { t.Errorf("reported %+v", c) })
	num := repli.Number{SID: repli.NewSID(repli.NumberPrefix)}
	_, undo, err := s.answered(context.Background(), num, time.Now(), repli.ByFallback, false, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.forget(num.SID)
	undo()
	if n := s.countOnFallback(); n != 0 {
		t.Errorf("%d numbers are on their fallback, want none", n)
	}
}
