package breaker

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/repli-sms/repli"
)

// noon is when the tests of this file begin.
func noon() time.Time { return time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC) }

// A step of a breaker's life: an event at a second, and the breaker after it.
type step struct {
	at    int
	event string
	want  string
}

// live carries a step out and returns the breaker after it, its state and its decision.
func live(b breaker, s step) (breaker, string) {
	now, decided := noon().Add(time.Duration(s.at)*time.Second), ""
	switch s.event {
	case "success":
		b = b.succeeded(b.round, now)
	case "late success":
		b = b.succeeded(b.round-1, now)
	case "failure":
		b = b.failed(b.round, repli.HandlerFailure{Code: 11205}, now)
	case "late failure":
		b = b.failed(b.round-1, repli.HandlerFailure{Code: 11217}, now)
	case "bad document":
		b = b.unusable(b.round, now)
	case "given up":
		b = b.abandoned(b.round)
	case "hung":
		b = b.hung(repli.HandlerFailure{Code: 11205}, now)
	case "failed check", "check":
		var due bool
		if b, due = b.checkDue(now); !due {
			return b, string(b.state) + ", no check"
		}
		b = b.checked(b.round, s.event == "check")
	case "saved":
		b = b.close(now)
	case "text":
		var a admission
		b, a = b.admit()
		decided = map[admission]string{toPrimary: ", to primary", asProbe: ", as probe", toNextStep: ", to next step"}[a]
	}
	return b, string(b.state) + decided
}

func TestABreakerOpensAndCloses(t *testing.T) {
	down := []step{{0, "failure", "closed"}, {1, "failure", "closed"}, {2, "failure", "closed"}, {3, "failure", "closed"}, {4, "failure", "open"}}
	opened := func(more ...step) []step { return append(slices.Clone(down), more...) }
	for _, row := range []struct {
		shows string
		steps []step
	}{
		{"a primary that answers is asked", []step{{0, "text", "closed, to primary"}, {1, "success", "closed"}, {2, "text", "closed, to primary"}}},
		{"five failures in a row open it", opened(step{5, "text", "open, to next step"})},
		{"a success between them keeps it closed", []step{
			{0, "failure", "closed"}, {1, "failure", "closed"}, {2, "failure", "closed"}, {3, "failure", "closed"}, {4, "success", "closed"}, {5, "failure", "closed"}}},
		{"a bad document between them does not count", []step{
			{0, "failure", "closed"}, {1, "failure", "closed"}, {2, "failure", "closed"}, {3, "failure", "closed"}, {4, "bad document", "closed"}, {5, "failure", "open"}}},
		{"bad documents never open it", []step{
			{0, "bad document", "closed"}, {1, "bad document", "closed"}, {2, "bad document", "closed"}, {3, "bad document", "closed"}, {4, "bad document", "closed"}}},
		{"the five must lie within a minute", []step{
			{0, "failure", "closed"}, {1, "failure", "closed"}, {2, "failure", "closed"}, {3, "failure", "closed"}, {61, "failure", "closed"}, {62, "failure", "closed"}, {63, "failure", "closed"}, {63, "failure", "open"}}},
		{"exactly a minute is within a minute", []step{
			{0, "failure", "closed"}, {1, "failure", "closed"}, {2, "failure", "closed"}, {3, "failure", "closed"}, {60, "failure", "open"}}},
		{"hanging opens it", []step{{0, "hung", "open"}, {1, "hung", "open"}, {1, "text", "open, to next step"}}},
		{"a health check every ten seconds", opened(step{13, "check", "open, no check"}, step{14, "failed check", "open"}, step{23, "check", "open, no check"}, step{24, "check", "half-open"})},
		{"one text at a time probes", opened(step{14, "check", "half-open"}, step{15, "text", "half-open, as probe"}, step{15, "text", "half-open, to next step"}, step{16, "success", "closed"}, step{17, "text", "closed, to primary"})},
		{"a probe that fails opens it for another ten seconds", opened(step{14, "check", "half-open"}, step{15, "text", "half-open, as probe"}, step{18, "failure", "open"},
			step{18, "text", "open, to next step"}, step{27, "check", "open, no check"}, step{28, "check", "half-open"}, step{29, "text", "half-open, as probe"})},
		{"a probe that is given up makes room for another", opened(step{14, "check", "half-open"}, step{15, "text", "half-open, as probe"}, step{16, "given up", "half-open"}, step{17, "text", "half-open, as probe"})},
		{"a probe that finds a bad document finds somebody there", opened(step{14, "check", "half-open"}, step{15, "text", "half-open, as probe"}, step{16, "bad document", "closed"})},
		{"a late success of before does not close it", opened(step{5, "late success", "open"}, step{14, "check", "half-open"}, step{15, "late success", "half-open"})},
		{"late failures of before do not open it again", opened(step{14, "check", "half-open"}, step{15, "success", "closed"},
			step{16, "late failure", "closed"}, step{16, "late failure", "closed"}, step{16, "late failure", "closed"}, step{16, "late failure", "closed"}, step{16, "late failure", "closed"})},
		{"saving the number closes it", opened(step{5, "saved", "closed"}, step{6, "text", "closed, to primary"}, step{7, "failure", "closed"})},
		{"saving forgets failures", []step{
			{0, "failure", "closed"}, {1, "failure", "closed"}, {2, "failure", "closed"}, {3, "failure", "closed"}, {4, "saved", "closed"}, {5, "failure", "closed"}}},
	} {
		b := newBreaker()
		var got, want []string
		for _, s := range row.steps {
			var is string
			b, is = live(b, s)
			got, want = append(got, is), append(want, s.want)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.shows, diff)
		}
	}
}

func TestTheLastRealFailureIsRemembered(t *testing.T) {
	b := newBreaker().hung(repli.HandlerFailure{Code: 11205}, noon())
	b = b.failed(b.round-1, repli.HandlerFailure{Code: 11217, Detail: "502"}, noon().Add(time.Second))
	if b.lastFailure.Code != 11217 || b.state != repli.CircuitOpen {
		t.Errorf("got %d, %s, want 11217 of the answer that came late, open", b.lastFailure.Code, b.state)
	}
	for range 3 {
		b, _ = b.admit()
	}
	if b.bypassed != 3 {
		t.Errorf("%d texts were sent past it, want 3", b.bypassed)
	}
}

// TestWhateverHappensABreakerKeepsItsPromises holds a breaker's random life against its history.
func TestWhateverHappensABreakerKeepsItsPromises(t *testing.T) {
	events := []string{"success", "late success", "failure", "late failure", "bad document", "given up", "hung", "failed check", "check", "saved", "text"}
	rapid.Check(t, func(t *rapid.T) {
		b, at, underway := newBreaker(), 0, 0
		var row []int // seconds of failures in a row
		for range rapid.IntRange(1, 80).Draw(t, "steps") {
			at += rapid.IntRange(0, 20).Draw(t, "seconds")
			s := step{at: at, event: rapid.SampledFrom(events).Draw(t, "event")}
			before := b
			var is string
			b, is = live(b, s)
			switch s.event {
			case "failure":
				if before.state == repli.CircuitClosed {
					row = append(row, at)
				}
				due := len(row) >= maxFailures && row[len(row)-1]-row[len(row)-maxFailures] <= 60
				if before.state == repli.CircuitClosed && (b.state == repli.CircuitOpen) != due {
					t.Fatalf("after failures in a row at %v the breaker is %s", row, b.state)
				}
			case "success", "saved":
				row = nil
			}
			if b.state == repli.CircuitOpen && before.state == repli.CircuitClosed && s.event != "failure" && s.event != "hung" {
				t.Fatalf("%q has opened it", s.event)
			}
			if b.state == repli.CircuitClosed && before.state == repli.CircuitOpen && s.event != "saved" {
				t.Fatalf("%q has closed it without a probe", s.event)
			}
			if b.state != repli.CircuitClosed {
				row = nil
			}
			switch is {
			case "closed, to next step", "open, to primary", "open, as probe", "half-open, to primary":
				t.Fatalf("a text: %s", is)
			case "half-open, as probe":
				underway++
			}
			if !b.probing {
				underway = 0
			}
			if underway > 1 {
				t.Fatal("two texts probe at a time")
			}
			if b.round < before.round || (b.state == repli.CircuitClosed) != (before.state == repli.CircuitClosed) && b.round == before.round {
				t.Fatalf("from %s to %s in round %d after %d", before.state, b.state, b.round, before.round)
			}
		}
	})
}

func TestAPrimaryHangsWhenFiveTextsWaitTooLong(t *testing.T) {
	at := func(seconds float64) time.Time { return noon().Add(time.Duration(seconds * float64(time.Second))) }
	waits := func(timeout time.Duration, began ...float64) (all []wait) {
		for _, s := range began {
			all = append(all, wait{began: at(s), timeout: timeout})
		}
		return all
	}
	const normal = 4 * time.Second
	for _, row := range []struct {
		shows   string
		waits   []wait
		success float64 // seconds; below zero is never
		now     float64
		hangs   bool
		look    float64 // when to look again; below zero is not at all
	}{
		{"nobody waits", nil, -1, 9, false, -1},
		{"four wait for ever", waits(normal, 0, 0, 0, 0), -1, 900, false, -1},
		{"five wait for four seconds", waits(normal, 0, 0, 0, 0, 0), -1, 4, true, 4},
		{"five wait for not quite four", waits(normal, 0, 0, 0, 0, 0), -1, 3.9, false, 4},
		{"the fifth came later", waits(normal, 3, 0, 1, 2, 1.5), -1, 5, false, 7},
		{"and has waited too", waits(normal, 3, 0, 1, 2, 1.5), -1, 7, true, 7},
		{"somebody was answered since the first began", waits(normal, 0, 0, 1, 1, 1), 0.5, 9, false, -1},
		{"five began after the last answer", waits(normal, 0, 1, 1, 1, 1, 1), 0.5, 9, true, 5},
		{"a primary that is slow by design", waits(20*time.Second, 0, 0, 0, 0, 0), -1, 19, false, 20},
		{"one number of two calls it slow", append(waits(normal, 0, 0, 0, 0), waits(20*time.Second, 0)...), -1, 9, false, 20},
	} {
		success, look := time.Time{}, time.Time{}
		if row.success >= 0 {
			success = at(row.success)
		}
		if row.look >= 0 {
			look = at(row.look)
		}
		hung, next := hangs(row.waits, success, at(row.now))
		if hung != row.hangs || !next.Equal(look) {
			t.Errorf("%s: got %v and %v, want %v and %v", row.shows, hung, next, row.hangs, look)
		}
	}
}

func TestWhatIsOnePrimary(t *testing.T) {
	const account = "AC00000000000000000000000000000001"
	first, _ := PrimaryAt(account, "https://Shop.example/sms?a=1#ct=100")
	for _, row := range []struct {
		url  string
		same bool
	}{
		{"https://shop.example:443/sms", true},
		{"https://user:secret@shop.example/sms?b=2", true},
		{"http://shop.example/sms", false},
		{"https://shop.example:8443/sms", false},
		{"https://shop.example/sms/", false},
		{"https://shop.example", false},
		{"https://other.example/sms", false},
	} {
		if other, ok := PrimaryAt(account, row.url); !ok || (other == first) != row.same {
			t.Errorf("%s: got %+v, want the same primary: %v", row.url, other, row.same)
		}
	}
	if other, _ := PrimaryAt("AC00000000000000000000000000000002", "https://shop.example/sms"); other == first {
		t.Error("two accounts share a primary")
	}
	for _, raw := range []string{"", "https://", "http://[::1", "/sms"} {
		if p, ok := PrimaryAt(account, raw); ok {
			t.Errorf("%q is the primary %+v, want none", raw, p)
		}
	}
}
