package drill

import (
	"strings"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/inbound"
)

const (
	shop    = "+15550002000"
	primary = "https://shop.example/sms"
)

// outcome returns what came of a text that the primary failed with 11205.
func outcome(by repli.Answerer, state repli.State, texts ...string) inbound.Outcome {
	o := inbound.Outcome{Message: "SM00000000000000000000000000000001", Waits: 1234 * time.Millisecond}
	o.Change.Alerts = []repli.Alert{{SID: "NO1", Code: 11205, URL: primary, Detail: "No answer"}}
	for _, text := range texts {
		o.Change.New = append(o.Change.New, repli.Message{To: repli.DrillPhone, Body: text, State: repli.Queued})
	}
	o.Change.Moves = []repli.Move{{To: state, AnsweredBy: by}}
	return o
}

func with(o inbound.Outcome, alerts ...repli.Alert) inbound.Outcome {
	o.Change.Alerts = append(o.Change.Alerts, alerts...)
	return o
}

func TestWhatATextShows(t *testing.T) {
	backup := []repli.Step{{URL: primary}, {Bin: "EH00000000000000000000000000000002"}}
	for _, row := range []struct {
		shows  string
		steps  []repli.Step
		out    inbound.Outcome
		passed bool
		by     repli.Answerer
		cost   int
		says   string
	}{
		{"a fallback that answers", backup, outcome(repli.ByFallback, repli.Answered, "Back soon."), true, repli.ByFallback, 1,
			"The primary does not respond (11205): the fallback says “Back soon.” after 1.2 s."},
		{"with two texts", backup, outcome(repli.ByFallback, repli.Answered, "Back", "soon 🍰"), true, repli.ByFallback, 2, "“Back soon 🍰”"},
		{"a long text", backup, outcome(repli.ByFallback, repli.Answered, strings.Repeat("x", 200)), true, repli.ByFallback, 2,
			"“" + strings.Repeat("x", 79) + "…”"},
		{"a warning that drops nothing", backup, with(outcome(repli.ByFallback, repli.Answered, "Hi"), repli.Alert{Code: 12200}), true, repli.ByFallback, 1, "“Hi”"},
		{"a warning that drops one", backup, with(outcome(repli.ByFallback, repli.Answered, "Hi"), repli.Alert{Code: 14101, Detail: "Nowhere."}), false, repli.ByFallback, 1,
			"a message of the fallback is dropped (14101); the fallback says “Hi” after 1.2 s. Fix the fallback's document: Nowhere."},
		{"the last resort", backup, with(outcome(repli.ByLastResort, repli.Answered, "Call us."), repli.Alert{SID: "NO2", Code: 11217, URL: "https://b.example", Detail: "It answered 500."}),
			false, repli.ByLastResort, 1, "the fallback fails too (11217); the last resort says “Call us.” after 1.2 s. Fix the fallback at https://b.example: It answered 500."},
		{"silence", backup, outcome(repli.ByFallback, repli.Silent), false, repli.Nobody, 0, "the fallback answers without a message; the texter gets no reply. Put a <Message>"},
		{"no fallback", backup[:1], outcome(repli.Nobody, repli.Unanswered), false, repli.Nobody, 0, "there is no fallback; the texter gets no reply. Give +15550002000 a fallback"},
		{"no handler", nil, outcome(repli.Nobody, repli.Unanswered), false, repli.Nobody, 0, "no handler is configured; the texter gets no reply. Give +15550002000 a primary handler and a fallback."},
	} {
		num := repli.Number{Address: shop, Chain: repli.Chain{Steps: row.steps, AnswerBy: repli.DefaultAnswerBy}}
		r := judge(trip{num: num, fault: repli.FaultTimeout, out: row.out})
		if r.Passed != row.passed || r.AnsweredBy != row.by || r.Segments != row.cost || !strings.Contains(r.Reason, row.says) {
			t.Errorf("%s: %+v\nwant passed %v, by %q, %d segments, …%s…", row.shows, r, row.passed, row.by, row.cost, row.says)
		}
	}
}

func TestEveryFaultHasWords(t *testing.T) {
	for _, k := range repli.Faults() {
		if broken[k] == "" {
			t.Errorf("nothing is said of %s", k)
		}
	}
}

func TestGradesOfAFallback(t *testing.T) {
	now := time.Date(2026, time.November, 25, 12, 0, 0, 0, time.UTC)
	chain := []repli.Step{{URL: primary, Method: "POST"}, {URL: "https://backup.example/sms", Method: "POST"}}
	ran := func(ago time.Duration, status repli.DrillStatus) repli.Drill {
		return repli.Drill{SID: "DR00000000000000000000000000000001", Status: status, Steps: chain, Started: now.Add(-ago),
			Reason: "All is well.", Results: []repli.DrillResult{{Reason: "It broke. Fix it."}}}
	}
	const day = 24 * time.Hour
	none, port := repli.Finding{}, repli.Finding{Kind: repli.SharedHost, Place: "x:443"}
	for _, row := range []struct {
		shows   string
		steps   []repli.Step
		last    repli.Drill
		changed time.Duration // ago, 0 for never
		shares  repli.Finding
		want    repli.Grade
		says    string
	}{
		{"no handler at all", nil, ran(day, repli.DrillPassed), 0, none, repli.GradeNone, "No handler is configured. Give +15550002000 a primary handler and a fallback."},
		{"no fallback, failing too", chain[:1], ran(day, repli.DrillBad), 0, none, repli.GradeNone, "There is no fallback."},
		{"the last drill failed", chain, ran(day, repli.DrillBad), 0, port, repli.GradeFailing, "It broke. Fix it. Run repli drill +15550002000 when it is fixed."},
		{"it was degraded", chain, ran(30*day, repli.DrillDegraded), 0, none, repli.GradeFailing, "It broke."},
		{"it failed, and was changed since", chain, ran(day, repli.DrillBad), time.Hour, none, repli.GradeFailing, "The last drill failed; the handlers have changed since. Run"},
		{"the primary's host, drilled or not", chain, repli.Drill{}, 0, port, repli.GradeSharedFate, "Primary and fallback share the host and port x:443, so they fail together."},
		{"never drilled", chain, repli.Drill{}, 0, none, repli.GradeUntested, "It was never drilled. Run repli drill +15550002000."},
		{"handlers in another order", []repli.Step{chain[1], chain[0]}, ran(day, repli.DrillPassed), 0, none, repli.GradeUntested, "Its handlers have changed since it was drilled."},
		{"a bin saved since", chain, ran(day, repli.DrillPassed), time.Hour, none, repli.GradeUntested, "Its handlers have changed"},
		{"a bin saved before", chain, ran(day, repli.DrillPassed), 2 * day, none, repli.GradeProven, "All is well."},
		{"a week and a second", chain, ran(7*day+time.Second, repli.DrillPassed), 0, none, repli.GradeStale, "It was drilled 7 days ago. Run repli drill +15550002000, or set a schedule."},
		{"a week", chain, ran(7*day, repli.DrillPassed), 0, none, repli.GradeProven, "All is well."},
	} {
		s := standing{
			num: repli.Number{Address: shop, Chain: repli.Chain{Steps: row.steps}}, last: row.last, shares: row.shares,
			stale: repli.DefaultStale, now: now,
		}
		if row.changed > 0 {
			s.changed = now.Add(-row.changed)
		}
		if got, _, says := grade(s); got != row.want || !strings.Contains(says, row.says) {
			t.Errorf("%s: %s: %s\nwant %s: …%s…", row.shows, got, says, row.want, row.says)
		}
	}
}
