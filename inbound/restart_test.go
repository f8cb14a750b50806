package inbound_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/store"
)

func TestAnOpenBreakerIsOpenAfterARestart(t *testing.T) {
	apptest.Restarted(t, func(t *testing.T, start func() *apptest.Server) {
		var primary moody
		var told http.Request
		s := start()
		outage(t, s, &primary)
		url := stepURL(t, s, shop, 0)
		s.Number("+15550003000", apptest.At(url), apptest.Answers(func(_ http.ResponseWriter, r *http.Request) {
			_ = r.ParseForm()
			told = *r
		}))
		if _, err := s.DB.Forget(t.Context(), time.Now(), time.Now(), 100); err != nil { // the texts and events that showed it
			t.Fatal(err)
		}
		since := skippedSince(t, s, "+15550003000")
		s.Kill()
		<-time.After(25 * time.Hour)
		s = start()
		defer s.Stop()
		primary.is("hangs")
		synctest.Wait() // the health check finds the primary up
		s.Phone(ann).Texts(shop, "the probe")
		synctest.Wait()
		sid := s.Phone("+15557770002").Texts("+15550003000", "another number with the same primary")
		synctest.Wait()
		if diff := cmp.Diff([]string{"primary skipped 11217", "fallback use 0"}, s.Attempts(sid)); diff != "" {
			t.Errorf("attempts (-want +got): %s", diff)
		}
		if now := skippedSince(t, s, "+15550003000"); now != since {
			t.Errorf("the primary is not asked for this reason: %q, want the reason before the restart, %q", now, since)
		}
		if code, at := told.Form.Get("ErrorCode"), told.Form.Get("ErrorUrl"); code != "11217" || at != url {
			t.Errorf("the fallback is told of %s at %s, want the primary's last failure before the restart", code, at)
		}
		<-time.After(5 * time.Second) // the probe is over
		is(t, s, "after the probe", shop, "fallback open 6")
		primary.is("well")
		<-time.After(11 * time.Second)
		s.Phone(ann).Texts(shop, "hello")
		synctest.Wait()
		is(t, s, "when it is back", shop, "primary closed 0")
	})
}

// skippedSince texts a number whose primary's breaker is open, and returns why it was not asked.
func skippedSince(t *testing.T, s *apptest.Server, number string) string {
	t.Helper()
	sid := s.Phone("+15557770003").Texts(number, "hello")
	synctest.Wait()
	all, err := s.DB.Attempts(t.Context(), sid, store.Page{Limit: 1000})
	if err != nil || len(all) == 0 || all[0].Verdict != repli.Skipped {
		t.Fatalf("attempts %+v (error %v), want that the primary was not asked", all, err)
	}
	return all[0].ErrorDetail
}

func TestWhatIsClosedAfterARestart(t *testing.T) {
	for _, row := range []struct {
		shows string
		then  func(t *testing.T, s *apptest.Server, primary *moody)
	}{
		{"a breaker that a probe has closed", func(t *testing.T, s *apptest.Server, primary *moody) {
			primary.is("well")
			<-time.After(11 * time.Second)
			s.Phone(ann).Texts(shop, "hello")
			synctest.Wait()
		}},
		{"that of a number that was saved", func(t *testing.T, s *apptest.Server, _ *moody) {
			put(t, s, `{"steps":[{"url":"`+stepURL(t, s, shop, 0)+`"},{"url":"`+stepURL(t, s, shop, 1)+`"}]}`)
		}},
		{"that of a primary which the number no longer has", func(t *testing.T, s *apptest.Server, primary *moody) {
			other := s.URL(primary.ServeHTTP)
			setSteps(t, s, repli.Step{URL: other, Method: "POST"}, repli.Step{URL: stepURL(t, s, shop, 1), Method: "POST"})
		}},
		{"that of a number that wants none", func(t *testing.T, s *apptest.Server, _ *moody) { turnOff(t, s) }},
	} {
		t.Run(row.shows, func(t *testing.T) {
			apptest.Restarted(t, func(t *testing.T, start func() *apptest.Server) {
				var primary moody
				s := start()
				outage(t, s, &primary)
				row.then(t, s, &primary)
				s.Stop()
				s = start()
				defer s.Stop()
				if got := breaker(t, s); got != "closed" {
					t.Errorf("the breaker is %s, want closed", got)
				}
				asked := primary.asked.Load()
				primary.is("hangs")
				for range 3 {
					s.Phone(ann).Texts(shop, "hello")
				}
				synctest.Wait()
				if got := primary.asked.Load() - asked; got != 3 {
					t.Errorf("the primary was asked %d times, want 3", got)
				}
			})
		})
	}
}

// setSteps changes the steps of the shop behind the back of the breaker, as a service does.
func setSteps(t *testing.T, s *apptest.Server, steps ...repli.Step) {
	t.Helper()
	n, err := s.DB.NumberByAddress(t.Context(), shop)
	if err == nil {
		n.Chain.Steps = steps
		err = s.DB.Configure(t.Context(), func(tx *store.Tx) error { return tx.SetNumber(context.WithoutCancel(t.Context()), n) })
	}
	if err != nil {
		t.Fatal(err)
	}
}
