package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/sms"
	"github.com/repli-sms/repli/store"
)

var drillTests = map[string]func(*testing.T, *store.DB){
	"drills read as they were last written":           running(drillsRead),
	"rehearsals read as they were written":            running(rehearsalsRead),
	"the last drill is one that says something":       running(lastDrill),
	"old drills go with their attempts":               running(drillsForgotten),
	"a schedule replaces its elder and knows its run": scheduleKept,
}

// aDrill returns a drill that runs, begun so long after noon.
func aDrill(after time.Duration) repli.Drill {
	return repli.Drill{
		SID: repli.NewSID(repli.DrillPrefix), Account: account, Number: shop, NumberSID: aNumber().SID, Status: repli.DrillRuns, Whole: true,
		Steps: []repli.Step{{URL: "https://example.com/sms", Method: "POST"}}, Started: noon.Add(after),
		Uncovered: repli.PlainFaults(),
	}
}

// ended returns the drill as it ended.
func ended(d repli.Drill, status repli.DrillStatus) repli.Drill {
	d.Status, d.Reason, d.Ended = status, "It's over", d.Started.Add(time.Second)
	d.Results = []repli.DrillResult{{
		Fault: repli.FaultTimeout, Message: repli.NewSID(repli.MessagePrefix), Passed: true, ErrorCode: 11205,
		AnsweredBy: repli.ByFallback, Text: "Back soon 🍰", Encoding: sms.UCS2, Segments: 1,
		Waits: 15*time.Second + 3*time.Millisecond, Reason: "The fallback answered",
	}}
	return d
}

func drillsRead(t *testing.T, db *store.DB) {
	first, second := aDrill(0), aDrill(time.Second)
	must(t, db, repli.Change{Drills: []repli.Drill{first, second}})
	runs, err := db.RunningDrills(t.Context())
	same(t, "drills that run", found(t, runs, err), []repli.Drill{first, second})
	first = ended(first, repli.DrillDegraded)
	must(t, db, repli.Change{Drills: []repli.Drill{first}})
	got, err := db.Drill(t.Context(), first.SID)
	same(t, "the drill that ended", found(t, got, err), first)
	all, err := db.Drills(t.Context(), account, everything)
	same(t, "all drills", found(t, all, err), []repli.Drill{second, first})
	runs, err = db.RunningDrills(t.Context())
	same(t, "drills that run still", found(t, runs, err), []repli.Drill{second})
	if _, err := db.Drill(t.Context(), "DR00000000000000000000000000000001"); !repli.IsNotFound(err) {
		t.Errorf("a drill that is not there: got error %v, want 20404", err)
	}
}

func rehearsalsRead(t *testing.T, db *store.DB) {
	r := repli.Rehearsal{
		SID: repli.NewSID(repli.DrillPrefix), Account: account, Number: shop, NumberSID: aNumber().SID, Why: repli.InOutage, Passed: true,
		Result: ended(aDrill(0), repli.DrillPassed).Results[0], Started: noon,
	}
	other := r
	other.SID, other.Number, other.NumberSID = repli.NewSID(repli.DrillPrefix), "+15550009999", repli.NewSID(repli.NumberPrefix)
	must(t, db, repli.Change{Rehearsals: []repli.Rehearsal{r, other}})
	all, err := db.Rehearsals(t.Context(), aNumber().SID, everything)
	same(t, "the shop's rehearsals", found(t, all, err), []repli.Rehearsal{r})
	got, err := db.Rehearsal(t.Context(), other.SID)
	same(t, "the other one's", found(t, got, err), other)
}

func lastDrill(t *testing.T, db *store.DB) {
	if _, err := db.LastDrill(t.Context(), aNumber().SID); !repli.IsNotFound(err) {
		t.Errorf("without a drill: got error %v, want 20404", err)
	}
	for _, row := range []struct {
		shows  string
		status repli.DrillStatus
		whole  bool
		counts bool
	}{
		{"one that passed", repli.DrillPassed, true, true},
		{"one that runs", repli.DrillRuns, true, false},
		{"one that was interrupted", repli.DrillInterrupted, true, false},
		{"a part that passed", repli.DrillPassed, false, false},
		{"a part that did not", repli.DrillBad, false, true},
		{"a whole one that is degraded", repli.DrillDegraded, true, true},
	} {
		d := aDrill(0)
		if row.status != repli.DrillRuns {
			d = ended(d, row.status)
		}
		d.Whole = row.whole
		must(t, db, repli.Change{Drills: []repli.Drill{d}})
		last, err := db.LastDrill(t.Context(), aNumber().SID)
		if got := found(t, last, err).SID == d.SID; got != row.counts {
			t.Errorf("%s: counts %v, want %v", row.shows, got, row.counts)
		}
	}
}

func drillsForgotten(t *testing.T, db *store.DB) {
	old, recent, runs := ended(aDrill(0), repli.DrillPassed), ended(aDrill(time.Hour), repli.DrillPassed), aDrill(0)
	r := repli.Rehearsal{SID: repli.NewSID(repli.DrillPrefix), Account: account, Number: shop, NumberSID: aNumber().SID, Result: ended(old, repli.DrillPassed).Results[0], Started: noon}
	c := repli.Change{Drills: []repli.Drill{old, recent, runs}, Rehearsals: []repli.Rehearsal{r}}
	for _, result := range []repli.DrillResult{old.Results[0], recent.Results[0], r.Result} {
		c.Attempts = append(c.Attempts, repli.Attempt{SID: repli.NewSID(repli.AttemptPrefix), Message: result.Message, Started: noon})
	}
	must(t, db, c)
	for _, want := range []int{1, 0} {
		n, err := db.ForgetDrills(t.Context(), noon.Add(time.Minute), 10)
		same(t, "how many are forgotten", found(t, n, err), want)
	}
	all, err := db.Drills(t.Context(), account, everything)
	same(t, "the drills that stay", found(t, all, err), []repli.Drill{runs, recent})
	rehearsals, err := db.Rehearsals(t.Context(), aNumber().SID, everything)
	same(t, "the rehearsals that stay", len(found(t, rehearsals, err)), 0)
	for result, want := range map[repli.SID]int{old.Results[0].Message: 0, r.Result.Message: 0, recent.Results[0].Message: 1} {
		attempts, err := db.Attempts(t.Context(), result, store.Page{Limit: 1000})
		same(t, "attempts that stay", len(found(t, attempts, err)), want)
	}
}

func scheduleKept(t *testing.T, db *store.DB) {
	s, err := db.Schedule(t.Context(), account)
	same(t, "the schedule nobody has set", found(t, s, err), repli.DefaultSchedule(account))
	want := repli.Schedule{Account: account, Every: time.Hour, At: "23:59", Numbers: []string{shop, "+15550009999"}, Ran: noon}
	for range 2 {
		configure(t, db, func(ctx context.Context, tx *store.Tx) error { return tx.PutSchedule(ctx, want) })
		s, err = db.Schedule(t.Context(), account)
		same(t, "the schedule", found(t, s, err), want)
		want.All, want.Numbers = true, nil
	}
	want.Ran = noon.Add(time.Hour)
	if err := db.RanSchedule(t.Context(), account, want.Ran); err != nil {
		t.Fatal(err)
	}
	all, err := db.Schedules(t.Context())
	same(t, "all schedules", found(t, all, err), []repli.Schedule{want})
}
