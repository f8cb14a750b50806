package drill_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/store"
)

// other is another account of the server.
const other = repli.SID("AC00000000000000000000000000000002")

// gated returns a handler that says something once the gate is open.
func gated(gate chan struct{}, says string) apptest.Handler {
	return apptest.Answers(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		select {
		case <-gate:
		case <-r.Context().Done():
		}
		w.Header().Set("Content-Type", "text/plain")
		_, _ = w.Write([]byte(says))
	})
}

// has creates another account, or changes its status.
func has(t *testing.T, s *apptest.Server, account repli.SID, status repli.AccountStatus) {
	t.Helper()
	err := s.DB.Configure(t.Context(), func(tx *store.Tx) error {
		return tx.PutAccount(t.Context(), repli.Account{SID: account, Owner: apptest.Account, AuthToken: "other", Status: status})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// begun starts a drill of the shop that waits at the gate of its fallback.
func begun(t *testing.T, s *apptest.Server, gate chan struct{}) (repli.Number, repli.Drill) {
	t.Helper()
	s.Number(shop, apptest.Says("Hi"), gated(gate, "Back soon."))
	num, err := s.DB.NumberByAddress(t.Context(), shop)
	if err != nil {
		t.Fatal(err)
	}
	d, err := s.Drills.Start(t.Context(), num, []repli.FaultKind{repli.FaultDNS, repli.FaultEmpty})
	if err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
	return num, d
}

// ended returns a drill after opening the gate.
func ended(t *testing.T, s *apptest.Server, gate chan struct{}, d repli.Drill) repli.Drill {
	t.Helper()
	close(gate)
	<-time.After(time.Second)
	d, err := s.DB.Drill(t.Context(), d.SID)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestADrillOfANumberThatIsDeletedMeanwhileShowsNothing(t *testing.T) {
	for _, row := range []struct {
		shows string
		then  func(t *testing.T, s *apptest.Server, asked *atomic.Int32)
	}{
		{"it is gone", func(*testing.T, *apptest.Server, *atomic.Int32) {}},
		{"another account has it now", func(t *testing.T, s *apptest.Server, asked *atomic.Int32) {
			has(t, s, other, repli.Active)
			url := s.URL(func(http.ResponseWriter, *http.Request) { asked.Add(1) })
			steps := []repli.Step{{URL: url, Method: "POST"}, {URL: url, Method: "POST"}}
			err := s.DB.Configure(t.Context(), func(tx *store.Tx) error {
				return tx.AddNumber(t.Context(), repli.Number{
					SID: repli.NewSID(repli.NumberPrefix), Account: other, Address: shop, Chain: repli.Chain{Steps: steps, AnswerBy: time.Minute},
				})
			})
			if err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(row.shows, func(t *testing.T) {
			apptest.Run(t, func(t *testing.T, s *apptest.Server) {
				var asked atomic.Int32
				gate := make(chan struct{})
				num, d := begun(t, s, gate)
				if err := s.DB.Configure(t.Context(), func(tx *store.Tx) error { return tx.DeleteNumber(t.Context(), num.SID) }); err != nil {
					t.Fatal(err)
				}
				row.then(t, s, &asked)
				d = ended(t, s, gate, d)
				if d.Status != repli.DrillInterrupted || d.Cut != repli.NumberDeleted || d.Reason != shop+" was deleted before its drill was over, so it proves nothing." {
					t.Errorf("the drill is %s by %s: %s", d.Status, d.Cut, d.Reason)
				}
				if got := events(t, s); len(got) > 0 {
					t.Errorf("events %v, want none", got)
				}
				if n := asked.Load(); n != 0 {
					t.Errorf("the other account was asked %d times", n)
				}
			})
		})
	}
}

// A rehearsal or drill calls only handlers that belonged to the account when it began, even if
// another account gets the number meanwhile.
func TestWhatIsTriedIsWhatWasThereAtFirst(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		gate := make(chan struct{})
		num, d := begun(t, s, gate)
		num.Chain.Steps[1] = repli.Step{URL: s.URL(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }), Method: "POST"}
		saved(t, s, shop, func(n *repli.Number) { n.Chain.Steps = num.Chain.Steps })
		d = ended(t, s, gate, d)
		if d.Status != repli.DrillPassed || cmp.Equal(d.Steps, num.Chain.Steps) {
			t.Errorf("the drill is %s of %v, want one of the handlers there were", d.Status, d.Steps)
		}
		all, err := s.Drills.Coverage(t.Context(), apptest.Account)
		if err != nil || all[0].Grade != repli.GradeUntested {
			t.Errorf("coverage %+v (%v), want untested", all, err)
		}
	})
}

func TestARehearsalOfAPrimaryThatWasReplacedProvesNothing(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		gate := make(chan struct{})
		s.Number(shop, gated(gate, "Hi"), apptest.Says("Back soon."))
		s.Phone("+15557770001").Texts(shop, "Hello?")
		<-time.After(16 * time.Second)
		num, err := s.DB.NumberByAddress(t.Context(), shop)
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan repli.Rehearsal)
		go func() {
			r, _ := s.Drills.Rehearse(t.Context(), num, repli.OnDemand)
			done <- r
		}()
		synctest.Wait()
		dead := repli.Step{URL: s.URL(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }), Method: "POST"}
		saved(t, s, shop, func(n *repli.Number) { n.Chain.Steps = []repli.Step{dead, n.Chain.Steps[1]} })
		close(gate)
		if r := <-done; !r.Passed {
			t.Errorf("the rehearsal did not pass: %s", r.Result.Reason)
		}
		if diff := cmp.Diff([]string{"fallback.entered " + shop}, events(t, s)); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
	})
}

// Such a number receives no texts, so its fallback answers nobody.
func TestANumberOfASuspendedAccountIsNotDrilled(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		var asked atomic.Int32
		counts := apptest.Answers(func(http.ResponseWriter, *http.Request) { asked.Add(1) })
		s.Number(shop, counts, counts)
		scheduled(t, s, repli.Schedule{Every: time.Hour, At: "00:30", All: true})
		acct, err := s.DB.Account(t.Context(), apptest.Account)
		if err == nil {
			acct.Status = repli.Suspended
			err = s.DB.Configure(t.Context(), func(tx *store.Tx) error { return tx.PutAccount(t.Context(), acct) })
		}
		num, numErr := s.DB.NumberByAddress(t.Context(), shop)
		if err != nil || numErr != nil {
			t.Fatal(err, numErr)
		}
		const why = "+15550002000 receives no texts, so that there is nothing to drill: its account AC00000000000000000000000000000001 is suspended"
		if _, err := s.Drills.Start(t.Context(), num, nil); repli.CodeOf(err) != repli.CodeConflict || sentence(err) != why {
			t.Errorf("a drill: %v", err)
		}
		if _, err := s.Drills.Rehearse(t.Context(), num, repli.OnDemand); repli.CodeOf(err) != repli.CodeConflict {
			t.Errorf("a rehearsal: %v", err)
		}
		<-time.After(2 * time.Hour)
		if got := drills(t, s); len(got) > 0 || asked.Load() > 0 {
			t.Errorf("drills %v, and its handlers were asked %d times; want none", got, asked.Load())
		}
	})
}

func TestASendersNameHasNothingToDrill(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		name := repli.Number{SID: repli.NewSID(repli.NumberPrefix), Account: apptest.Account, Address: "Acme", Country: "US"}
		const why = "Acme receives no texts, so that there is nothing to drill: it is a sender's name"
		if _, err := s.Drills.Start(t.Context(), name, nil); repli.CodeOf(err) != repli.CodeConflict || sentence(err) != why {
			t.Errorf("a drill: %v, want %q", err, why)
		}
		if _, err := s.Drills.Rehearse(t.Context(), name, repli.OnDemand); repli.CodeOf(err) != repli.CodeConflict || sentence(err) != why {
			t.Errorf("a rehearsal: %v, want %q", err, why)
		}
	})
}

func sentence(err error) string {
	var e *repli.Error
	if errors.As(err, &e) {
		return e.Sentence()
	}
	return ""
}

func TestADrillThatCannotBeginLeavesNothing(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		gate := make(chan struct{})
		defer close(gate)
		num, _ := begun(t, s, gate)
		var err error
		n := 1
		for ; err == nil && n <= 1001; n++ {
			_, err = s.Drills.Start(t.Context(), num, []repli.FaultKind{repli.FaultDNS})
		}
		if repli.CodeOf(err) != repli.CodeTooManyRequests || n != 1001 {
			t.Errorf("drill %d: %v, want 20429 at the 1001st", n, err)
		}
		all := drills(t, s)
		if len(all) != 1000 || all[999] != shop+" 00:00 running" {
			t.Errorf("%d drills, the last %s; want 1000 that run", len(all), all[len(all)-1])
		}
		has(t, s, other, repli.Active)
		if _, err := s.Drills.Start(t.Context(), repli.Number{SID: num.SID, Account: other, Address: "+15550008000"}, nil); err != nil {
			t.Errorf("another account cannot drill: %v", err)
		}
	})
}

func TestAScheduleThatStillRunsIsNotBegunAgain(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		hangs := apptest.Hangs()
		for i := range 30 { // four at a time, 15 s each: nearly two minutes, after the rehearsals
			s.Number(fmt.Sprintf("+155500030%02d", i), hangs, hangs, hangs, hangs)
		}
		scheduled(t, s, repli.Schedule{Every: 5 * time.Minute, At: "00:00", All: true})
		<-time.After(30 * time.Minute)
		begun := map[string]int{}
		for _, d := range drills(t, s) {
			number, _, _ := strings.Cut(d, " ")
			begun[number]++
		}
		var running int
		for _, d := range drills(t, s) {
			if strings.HasSuffix(d, " running") {
				running++
			}
		}
		if running > 4 {
			t.Errorf("%d drills run at a time, want 4 at most: %v", running, begun)
		}
	})
}

// The clock was a year ahead when the schedule last ran.
func TestAScheduleRunsAlthoughTheClockWasAhead(t *testing.T) {
	apptest.Restarted(t, func(t *testing.T, start func() *apptest.Server) {
		s := start()
		s.Number(shop, apptest.Says("Hi"), apptest.Says("Back soon."))
		scheduled(t, s, repli.Schedule{Every: time.Hour, At: "00:30", Numbers: []string{shop}})
		if err := s.DB.RanSchedule(t.Context(), apptest.Account, time.Now().AddDate(1, 0, 0)); err != nil {
			t.Fatal(err)
		}
		s.Stop()
		s = start()
		defer s.Stop()
		<-time.After(31 * time.Minute)
		if diff := cmp.Diff([]string{shop + " 00:30 passed"}, drills(t, s)); diff != "" {
			t.Errorf("drills (-want +got):\n%s", diff)
		}
	})
}
