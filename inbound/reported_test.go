package inbound_test

import (
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/configure"
)

// TestABreakerThatOpenedIsReportedWhenItsTextsAreAnsweredElsewhere: none of the texts that showed
// the primary down can commit what it has found out.
func TestABreakerThatOpenedIsReportedWhenItsTextsAreAnsweredElsewhere(t *testing.T) {
	apptest.Restarted(t, func(t *testing.T, start func() *apptest.Server) {
		s := start()
		var primary moody
		primary.is("hangs")
		s.Number(shop, apptest.Answers(primary.ServeHTTP), apptest.Says("fallback"))
		for range 5 {
			sid := s.Phone(ann).Texts(shop, "hello")
			move := repli.Move{Message: sid, From: repli.Pending, To: repli.Silent, AnsweredBy: repli.ByPrimary, At: time.Now()}
			if err := s.DB.Commit(t.Context(), repli.Change{Moves: []repli.Move{move}}); err != nil {
				t.Fatal(err)
			}
		}
		<-time.After(20 * time.Second)
		if got := kinds(t, s); !slices.Contains(got, string(repli.BreakerOpened)) {
			t.Errorf("events %v, want that a breaker opened", got)
		}
		s.Stop()
		s = start()
		defer s.Stop()
		if got := breaker(t, s); got == "closed" {
			t.Error("the breaker is closed after a restart")
		}
	})
}

// TestABreakerThatOpenedIsReportedWhenTheServerStops: the texts are given up with the server, and
// are answered after the next start.
func TestABreakerThatOpenedIsReportedWhenTheServerStops(t *testing.T) {
	apptest.Restarted(t, func(t *testing.T, start func() *apptest.Server) {
		s := start()
		var primary moody
		primary.is("hangs")
		s.Number(shop, apptest.Answers(primary.ServeHTTP), apptest.Answers(func(_ http.ResponseWriter, r *http.Request) {
			_ = r.ParseForm()
			<-r.Context().Done()
		}))
		for range 5 {
			s.Phone(ann).Texts(shop, "hello")
		}
		<-time.After(5 * time.Second) // the breaker is open, and the fallback is asked
		s.Kill()
		s = start()
		defer s.Stop()
		if got := kinds(t, s); !slices.Contains(got, string(repli.BreakerOpened)) {
			t.Errorf("events %v, want that a breaker opened", got)
		}
	})
}

// TestABreakerThatALateAnswerOpensIsReportedThoughTheTextIsRedacted: a late answer to a redacted text
// is not recorded, but what it shows about the primary is.
func TestABreakerThatALateAnswerOpensIsReportedThoughTheTextIsRedacted(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Chain(shop, repli.Chain{AnswerBy: 2 * time.Second, LastResort: "Please call us."},
			apptest.After(3*time.Second, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }))
		for range 5 {
			sid := s.Phone(ann).Texts(shop, "hello")
			<-time.After(2500 * time.Millisecond)
			s.Twilio().Must(200, "POST", "/Messages/"+string(sid)+".json", "Body", "")
			<-time.After(time.Second)
		}
		if got := breaker(t, s); got != "open" {
			t.Fatalf("the breaker is %s, want open", got)
		}
		if got := kinds(t, s); !slices.Contains(got, string(repli.BreakerOpened)) {
			t.Errorf("events %v, want that a breaker opened", got)
		}
	})
}

// TestASavedNumbersBreakerClosesAndIsReportedOnce: it also stays closed over a restart.
func TestASavedNumbersBreakerClosesAndIsReportedOnce(t *testing.T) {
	apptest.Restarted(t, func(t *testing.T, start func() *apptest.Server) {
		s := start()
		var primary moody
		outage(t, s, &primary)
		n, err := s.DB.NumberByAddress(t.Context(), shop)
		if err != nil {
			t.Fatal(err)
		}
		save := func() {
			_, err := configure.Editor{DB: s.DB}.SetNumber(t.Context(), repli.Account{SID: n.Account}, string(n.SID), configure.Seen{},
				func(*repli.Number) error { return nil })
			if err != nil {
				t.Fatal(err)
			}
		}
		save()
		if got := breaker(t, s); got != "closed" {
			t.Errorf("the breaker is %s, want closed", got)
		}
		save()
		synctest.Wait()
		all := events(t, s)
		closed := slices.DeleteFunc(all, func(e repli.Event) bool { return e.Kind != repli.BreakerClosed })
		if len(closed) != 1 || closed[0].Number != shop || closed[0].Account != apptest.Account {
			t.Errorf("events %+v, want one of the shop's breaker that closed", closed)
		}
		s.Stop()
		s = start()
		defer s.Stop()
		if got := breaker(t, s); got != "closed" {
			t.Errorf("after a restart the breaker is %s, want closed", got)
		}
	})
}
