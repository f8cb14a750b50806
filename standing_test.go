package repli_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/repli-sms/repli"
)

// heard is one text that was answered: when it was received, in seconds, and who answered.
type heard struct {
	at int
	by repli.Answerer
}

func TestTheTextReceivedLastSaysHowANumberStands(t *testing.T) {
	noon := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	const none = repli.EventKind("")
	for _, row := range []struct {
		shows  string
		texts  []heard // in the order in which they were answered
		events []repli.EventKind
		by     repli.Answerer
		since  int // seconds; -1 is never
		count  int
	}{
		{"a number whose primary answers", []heard{{0, repli.ByPrimary}, {1, repli.ByPrimary}},
			[]repli.EventKind{none, none}, repli.ByPrimary, -1, 0},
		{"the first text of an outage begins it", []heard{{0, repli.ByPrimary}, {5, repli.ByFallback}, {9, repli.ByFallback}},
			[]repli.EventKind{none, repli.EnteredFallback, none}, repli.ByFallback, 5, 2},
		{"a text nobody answers counts", []heard{{5, repli.Nobody}},
			[]repli.EventKind{repli.EnteredFallback}, repli.Nobody, 5, 1},
		{"who answered the text received last", []heard{{5, repli.ByFallback}, {9, repli.ByLastResort}, {7, repli.ByFallback}},
			[]repli.EventKind{repli.EnteredFallback, none, none}, repli.ByLastResort, 5, 3},
		{"the primary is back", []heard{{5, repli.ByFallback}, {9, repli.ByPrimary}},
			[]repli.EventKind{repli.EnteredFallback, repli.LeftFallback}, repli.ByPrimary, 9, 0},
		{"one answered late by the fallback was received before", []heard{{5, repli.ByPrimary}, {0, repli.ByFallback}},
			[]repli.EventKind{none, none}, repli.ByPrimary, -1, 0},
		{"one answered late by the primary was received before", []heard{{5, repli.ByFallback}, {0, repli.ByPrimary}},
			[]repli.EventKind{repli.EnteredFallback, none}, repli.ByFallback, 5, 1},
		{"an outage begins with the text received first", []heard{{4, repli.ByFallback}, {1, repli.ByFallback}, {2, repli.ByFallback}},
			[]repli.EventKind{repli.EnteredFallback, none, none}, repli.ByFallback, 1, 3},
		{"what was received before the primary was back belongs to no outage",
			[]heard{{4, repli.ByFallback}, {8, repli.ByPrimary}, {6, repli.ByFallback}, {9, repli.ByFallback}},
			[]repli.EventKind{repli.EnteredFallback, repli.LeftFallback, none, repli.EnteredFallback}, repli.ByFallback, 9, 1},
		{"of two received at once the one answered last counts", []heard{{4, repli.ByFallback}, {4, repli.ByPrimary}},
			[]repli.EventKind{repli.EnteredFallback, repli.LeftFallback}, repli.ByPrimary, 4, 0},
	} {
		s := repli.NewStanding(repli.Number{Address: "+15550001000"})
		var events []repli.EventKind
		for _, h := range row.texts {
			var kind repli.EventKind
			s, kind = s.Answered(noon.Add(time.Duration(h.at)*time.Second), h.by, false)
			events = append(events, kind)
		}
		var since time.Time
		if row.since >= 0 {
			since = noon.Add(time.Duration(row.since) * time.Second)
		}
		if diff := cmp.Diff(row.events, events); diff != "" {
			t.Errorf("%s: events (-want +got): %s", row.shows, diff)
		}
		if s.By != row.by || !s.Since.Equal(since) || s.Texts != row.count {
			t.Errorf("%s: got %q since %v with %d texts, want %q since %v with %d", row.shows, s.By, s.Since, s.Texts, row.by, since, row.count)
		}
	}
}

// TestTheOrderOfAnswersDoesNotMatter: however texts overtake each other, in the end a number
// stands as the text received last says, and comes and goes by turns.
func TestTheOrderOfAnswersDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		noon := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
		by := rapid.SampledFrom([]repli.Answerer{repli.ByPrimary, repli.ByFallback, repli.ByLastResort, repli.Nobody})
		received := rapid.SliceOfN(by, 1, 20).Draw(t, "texts, as they were received")
		order := make([]int, len(received))
		for i := range order {
			order[i] = i
		}
		order = rapid.Permutation(order).Draw(t, "order of the answers")
		s := repli.NewStanding(repli.Number{})
		on, others := false, 0
		for _, i := range order {
			next, kind := s.Answered(noon.Add(time.Duration(i)*time.Second), received[i], false)
			if want := map[repli.EventKind]bool{repli.EnteredFallback: false, repli.LeftFallback: true, "": on}[kind]; on != want {
				t.Fatalf("%q of a number that stood on its fallback: %v", kind, on)
			}
			s, on = next, next.OnFallback()
			if received[i] != repli.ByPrimary {
				others++
			}
		}
		if last := received[len(received)-1]; s.By != last {
			t.Fatalf("the number stands as %q, want %q, which answered the text received last", s.By, last)
		}
		if s.OnFallback() != (s.Texts > 0) || s.Texts > others {
			t.Fatalf("%d texts counted of %d that the primary did not answer, on its fallback: %v", s.Texts, others, s.OnFallback())
		}
		run := len(received) - 1 - lastOf(received, repli.ByPrimary)
		if s.OnFallback() && s.Texts < run {
			t.Fatalf("%d texts counted, want at least the %d received last", s.Texts, run)
		}
	})
}

func lastOf(all []repli.Answerer, by repli.Answerer) int {
	for i, a := range slices.Backward(all) {
		if a == by {
			return i
		}
	}
	return -1
}

func TestEventsOfAStandingSaySinceWhenAndForHowMany(t *testing.T) {
	since := time.Date(2026, 11, 25, 22, 10, 0, 0, time.UTC)
	s := repli.Standing{Address: "+15550001000", Account: "AC1", By: repli.ByFallback, Since: since, Texts: 12}
	one := s
	one.Texts, one.By = 1, repli.Nobody
	for _, row := range []struct {
		standing repli.Standing
		kind     repli.EventKind
		want     string
	}{
		{one, repli.EnteredFallback, "+15550001000 is on its fallback: a text received at 2026-11-25 22:10:00 UTC was answered by nobody, not by the primary"},
		{s, repli.OnFallback, "+15550001000 has been on its fallback for 1h30m0s, since 2026-11-25 22:10:00 UTC: its primary did not answer 12 texts; at present the fallback answers"},
		{s, repli.LeftFallback, "+15550001000 is answered by its primary again, after 1h30m0s in which it did not answer 12 texts"},
		{one, repli.LeftFallback, "+15550001000 is answered by its primary again, after 1h30m0s in which it did not answer 1 text"},
	} {
		now := since.Add(90 * time.Minute)
		got := row.standing.Event(row.kind, now)
		want := repli.Event{
			SID: got.SID, Account: "AC1", Kind: row.kind, Number: "+15550001000", Sentence: row.want,
			Since: since, Texts: row.standing.Texts, Created: now,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got): %s", row.kind, diff)
		}
		if !strings.HasPrefix(string(got.SID), repli.EventPrefix) {
			t.Errorf("the event is called %q", got.SID)
		}
	}
}

func TestAStandingKnowsWhenTheFallbackWasUsedLast(t *testing.T) {
	noon := time.Date(2026, time.November, 5, 12, 0, 0, 0, time.UTC)
	s := repli.NewStanding(repli.Number{})
	for i, by := range []repli.Answerer{repli.ByFallback, repli.ByFallback, repli.ByLastResort, repli.ByPrimary} {
		s, _ = s.Answered(noon.Add(time.Duration(i)*time.Minute), by, false)
	}
	if want := noon.Add(time.Minute); !s.Used.Equal(want) {
		t.Errorf("the fallback was used last at %v, want %v", s.Used, want)
	}
}

// TestAStandingIsOnPurposeWhileAllItsTextsAre: one text that its primary failed by itself makes it an
// outage, whichever comes first.
func TestAStandingIsOnPurposeWhileAllItsTextsAre(t *testing.T) {
	for _, row := range []struct {
		texts []bool // whether the primary was made to fail for each
		want  bool
	}{
		{[]bool{true}, true}, {[]bool{true, true}, true}, {[]bool{true, false}, false}, {[]bool{false, true}, false},
		{[]bool{true, false, true}, false},
	} {
		s, at := repli.NewStanding(repli.Number{}), time.Now()
		for i, onPurpose := range row.texts {
			s, _ = s.Answered(at.Add(time.Duration(i)*time.Second), repli.ByFallback, onPurpose)
		}
		if s.OnPurpose != row.want {
			t.Errorf("%v: on purpose is %v, want %v", row.texts, s.OnPurpose, row.want)
		}
	}
}
