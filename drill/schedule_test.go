package drill_test

import (
	"net/http"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/webhook"
)

// drills returns "number at status" of each drill, oldest first.
func drills(t *testing.T, s *apptest.Server) []string {
	t.Helper()
	all, err := s.DB.Drills(t.Context(), apptest.Account, store.Page{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, d := range slices.Backward(all) {
		told = append(told, d.Number+" "+d.Started.Format("15:04")+" "+string(d.Status))
	}
	return told
}

func scheduled(t *testing.T, s *apptest.Server, wanted repli.Schedule) {
	t.Helper()
	acct := repli.Account{SID: apptest.Account}
	if _, err := (configure.Editor{DB: s.DB}).SetSchedule(t.Context(), acct, wanted); err != nil {
		t.Fatal(err)
	}
}

// The fake clock starts at midnight.
func TestAScheduleDrillsAndRehearsesEachTime(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		const other, gone = "+15550003000", "+15550009999"
		s.Number(gone)
		s.Number(shop, apptest.Says("Hi"), apptest.Says("Back soon."))
		s.Number(other, apptest.Fails(500), apptest.Fails(500))
		scheduled(t, s, repli.Schedule{Every: time.Hour, At: "00:30", Numbers: []string{other, shop, gone}})
		if err := (configure.Editor{DB: s.DB}).DeleteNumber(t.Context(), repli.Account{SID: apptest.Account}, gone); err != nil {
			t.Fatal(err)
		}
		<-time.After(91 * time.Minute)
		want := []string{other + " 00:30 failed", shop + " 00:30 passed", other + " 01:30 failed", shop + " 01:30 passed"}
		if diff := cmp.Diff(want, drills(t, s)); diff != "" {
			t.Errorf("drills (-want +got):\n%s", diff)
		}
		for number, passed := range map[string]bool{shop: true, other: false} {
			all, err := s.DB.Rehearsals(t.Context(), sidOf(t, s, number), store.Page{Limit: 10})
			if err != nil || len(all) != 2 || all[0].Passed != passed || all[0].Why != repli.OnSchedule {
				t.Errorf("rehearsals of %s: %+v (%v), want two, passed %v", number, all, err, passed)
			}
		}
	})
}

func TestAScheduleOutlivesARestartAndRunsOnceForWhatItMissed(t *testing.T) {
	apptest.Restarted(t, func(t *testing.T, start func() *apptest.Server) {
		s := start()
		s.Number(shop, apptest.Says("Hi"), apptest.Says("Back soon."))
		scheduled(t, s, repli.Schedule{Every: time.Hour, At: "03:30", All: true})
		s.Stop()
		<-time.After(23 * time.Hour)
		s = start()
		defer s.Stop()
		<-time.After(time.Minute)
		missed := drills(t, s)
		<-time.After(30 * time.Minute)
		next := drills(t, s)
		for _, row := range []struct {
			shows string
			got   []string
			want  string
		}{{"what was missed many times", missed, "23:00"}, {"the next time", next[len(missed):], "23:30"}} {
			var own []string // drills of the shop only: a dev server has a number of its own
			for _, d := range row.got {
				if d[:len(shop)] == shop {
					own = append(own, d)
				}
			}
			if diff := cmp.Diff([]string{shop + " " + row.want + " passed"}, own); diff != "" {
				t.Errorf("%s (-want +got):\n%s", row.shows, diff)
			}
		}
	})
}

func TestAScheduleThatIsSetAgainTakesEffectAtOnce(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Says("Hi"), apptest.Says("Back soon."))
		scheduled(t, s, repli.Schedule{Every: 24 * time.Hour, At: "00:10", Numbers: []string{shop}})
		<-time.After(time.Minute)
		scheduled(t, s, repli.Schedule{Every: 24 * time.Hour, At: "00:20", Numbers: []string{shop}})
		<-time.After(15 * time.Minute)
		if got := drills(t, s); len(got) > 0 {
			t.Errorf("drills %v, want none yet", got)
		}
		<-time.After(5 * time.Minute)
		if diff := cmp.Diff([]string{shop + " 00:20 passed"}, drills(t, s)); diff != "" {
			t.Errorf("drills (-want +got):\n%s", diff)
		}
		scheduled(t, s, repli.Schedule{Every: time.Hour, At: "00:20"})
		<-time.After(2 * time.Hour)
		if got := drills(t, s); len(got) > 1 {
			t.Errorf("drills of a schedule that names nobody: %v", got)
		}
	})
}

func TestOldDrillsAreForgottenWithTheMessages(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	synctest.Test(t, func(t *testing.T) {
		customers := &apptest.Customers{}
		s := apptest.StartWith(t, app.ServerConfig{Store: path, Retention: 20 * time.Minute, Webhooks: webhook.Config{Transport: customers}}, customers)
		defer s.Stop()
		s.Number(shop, apptest.Says("Hi"), apptest.Says("Back soon."))
		old := drilled(t, s, shop, repli.FaultDNS)
		<-time.After(15 * time.Minute)
		recent := drilled(t, s, shop, repli.FaultDNS)
		<-time.After(7 * time.Minute)
		if _, err := s.DB.Drill(t.Context(), old.SID); !repli.IsNotFound(err) {
			t.Errorf("a drill of 22 minutes ago: %v, want 20404", err)
		}
		if got := s.Attempts(old.Results[0].Message); len(got) > 0 {
			t.Errorf("its attempts are still there: %v", got)
		}
		if got := s.Attempts(recent.Results[0].Message); len(got) != 2 {
			t.Errorf("attempts of a drill of 7 minutes ago: %v", got)
		}
	})
}

func TestARehearsalAsksThePrimaryAndNobodyElse(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		var broken atomic.Bool
		var heard atomic.Value
		primary := apptest.Answers(func(w http.ResponseWriter, r *http.Request) {
			heard.Store(r.FormValue("Body") + " from " + r.FormValue("From") + " " + r.Header.Get("X-Repli-Drill")[:2])
			if broken.Load() {
				http.Error(w, "broken", http.StatusInternalServerError)
				return
			}
			w.Header().Set("Content-Type", "text/xml")
			w.Write([]byte("<Response><Message>Open at 9.</Message></Response>"))
		})
		fallback := apptest.Answers(func(http.ResponseWriter, *http.Request) { t.Error("the fallback was asked") })
		s.Chain(shop, repli.Chain{LastResort: "Call us."}, primary, fallback)
		num, err := s.DB.NumberByAddress(t.Context(), shop)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range []struct {
			broken bool
			code   int
			text   string
			reason string
		}{
			{true, 11217, "", "The primary still fails (11217): customer1.example answered 500 Internal Server Error."},
			{false, 0, "Open at 9.", "The primary answers “Open at 9.” after 0.0 s."},
		} {
			broken.Store(row.broken)
			r, err := s.Drills.Rehearse(t.Context(), num, repli.OnDemand)
			if err != nil {
				t.Fatal(err)
			}
			if r.Passed == row.broken || r.Result.ErrorCode != row.code || r.Result.Text != row.text || r.Result.Reason != row.reason {
				t.Errorf("broken %v: %+v", row.broken, r)
			}
			if got := s.Attempts(r.Result.Message); len(got) != 1 {
				t.Errorf("attempts %v, want one", got)
			}
		}
		if want := "Repli drill from " + repli.DrillPhone + " DR"; heard.Load() != want {
			t.Errorf("the primary heard %v, want %s", heard.Load(), want)
		}
		s.Phone(repli.DrillPhone).ExpectsNothing(time.Hour)
	})
}

func TestASilentPrimaryPassesARehearsal(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.TwiML("<Response/>"))
		num, err := s.DB.NumberByAddress(t.Context(), shop)
		if err != nil {
			t.Fatal(err)
		}
		r, err := s.Drills.Rehearse(t.Context(), num, repli.OnDemand)
		if err != nil || !r.Passed {
			t.Errorf("%+v, %v", r, err)
		}
	})
}

// A primary is repaired at night, when nobody texts: because its number is rehearsed every
// minute, the outage ends and reminders stop.
func TestAPrimaryRepairedAtNightIsKnownToBeBack(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		var repaired atomic.Bool
		s.Number(shop, apptest.Answers(func(w http.ResponseWriter, _ *http.Request) {
			if !repaired.Load() {
				w.WriteHeader(http.StatusBadGateway)
			}
		}), apptest.Says("Back soon."))
		wantsRehearsals(t, s)
		s.Phone("+15557770001").Texts(shop, "hello")
		<-time.After(50*time.Minute + 10*time.Second)
		repaired.Store(true)
		began := time.Now()
		<-time.After(10 * time.Hour)
		var kinds []repli.EventKind
		all, err := s.DB.Events(t.Context(), apptest.Account, store.Page{Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range slices.Backward(all) {
			kinds = append(kinds, e.Kind)
		}
		want := []repli.EventKind{repli.EnteredFallback, repli.OnFallback, repli.OnFallback, repli.OnFallback, repli.LeftFallback}
		if diff := cmp.Diff(want, kinds); diff != "" {
			t.Fatalf("events (-want +got):\n%s", diff)
		}
		if left := all[0]; left.Texts != 1 || left.Created.Sub(began) > 70*time.Second {
			t.Errorf("%+v, want that it left within 70 s of %v, after one text", left, began)
		}
		kept, err := s.DB.Rehearsals(t.Context(), sidOf(t, s, shop), store.Page{Limit: 100})
		if err != nil || len(kept) != 51 || !kept[0].Passed || kept[1].Passed || kept[0].Why != repli.InOutage {
			t.Errorf("%d rehearsals (%v), want 51 of an outage, of which the last one passed", len(kept), err)
		}
	})
}

// wantsRehearsals enables rehearsals of the shop's primary.
func wantsRehearsals(t *testing.T, s *apptest.Server) {
	t.Helper()
	num, err := s.DB.NumberByAddress(t.Context(), shop)
	if err == nil {
		num.Rehearse = true
		err = s.DB.Configure(t.Context(), func(tx *store.Tx) error { return tx.SetNumber(t.Context(), num) })
	}
	if err != nil {
		t.Fatal(err)
	}
}

// sidOf returns the SID of the number with this address.
func sidOf(t *testing.T, s *apptest.Server, address string) repli.SID {
	t.Helper()
	n, err := s.DB.NumberByAddress(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	return n.SID
}
