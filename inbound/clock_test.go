package inbound_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
)

func TestRemindersComeEveryQuarterOfAnHourUntilTheNumberIsBack(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		var primary moody
		outage(t, s, &primary)
		began := time.Now()
		<-time.After(50 * time.Minute)
		var at []string
		for _, e := range events(t, s) {
			if e.Kind == repli.OnFallback {
				at = append(at, e.Created.Sub(began).Round(time.Minute).String())
				if e.Texts != 5 || e.Number != shop || e.Account != apptest.Account {
					t.Errorf("a reminder of %d texts of %s, want 5 of %s", e.Texts, e.Number, shop)
				}
			}
		}
		if diff := cmp.Diff([]string{"15m0s", "30m0s", "45m0s"}, at); diff != "" {
			t.Errorf("reminders (-want +got): %s", diff)
		}
		rehearse(t, s, true, time.Now())
		n := len(events(t, s))
		<-time.After(time.Hour)
		if more := kinds(t, s)[n:]; len(more) > 0 {
			t.Errorf("after the number was back: %v, want nothing more", more)
		}
		if last := events(t, s)[n-1]; last.Kind != repli.LeftFallback || last.Texts != 5 {
			t.Errorf("the last event is %+v, want that the number has left its fallback", last)
		}
	})
}

func TestANumberStaysOnItsFallbackOverARestart(t *testing.T) {
	apptest.Restarted(t, func(t *testing.T, start func() *apptest.Server) {
		var primary moody
		s := start()
		outage(t, s, &primary)
		began := time.Now()
		_, since := stateOf(t, s, shop)
		<-time.After(5 * time.Minute)
		s.Kill()
		s = start()
		synctest.Wait() // the health check finds the primary up
		is(t, s, "after a restart", shop, "fallback half-open 5")
		if _, now := stateOf(t, s, shop); now == nil || !now.Equal(*since) {
			t.Errorf("on its fallback since %v, want %v as before", now, since)
		}
		s.Phone(ann).Texts(shop, "hello?")
		<-time.After(11 * time.Minute)
		var reminders []string
		for _, e := range events(t, s) {
			if e.Kind == repli.OnFallback {
				reminders = append(reminders, fmt.Sprint(e.Created.Sub(began).Round(time.Minute), " ", e.Texts))
			}
		}
		if diff := cmp.Diff([]string{"15m0s 6"}, reminders); diff != "" {
			t.Errorf("reminders (-want +got): %s", diff)
		}
		s.Stop()
		<-time.After(time.Hour)
		s = start()
		defer s.Stop()
		synctest.Wait() // the reminder of the hour is not left to race the text
		primary.is("well")
		s.Phone(ann).Texts(shop, "hello?")
		<-time.After(time.Second)
		is(t, s, "when the primary is back", shop, "primary closed 0")
		want := []string{"fallback.entered", "breaker.opened", "fallback.reminder", "fallback.reminder", "breaker.closed", "fallback.left"}
		if diff := cmp.Diff(want, kinds(t, s)); diff != "" {
			t.Errorf("events (-want +got): %s", diff)
		}
	})
}

func TestTheStandingOfADeletedNumberGoes(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		var primary moody
		outage(t, s, &primary)
		s.Twilio().Must(204, "DELETE", "/IncomingPhoneNumbers/"+string(sidOf(t, s, shop))+".json")
		<-time.After(time.Hour)
		if got := kinds(t, s); slices.Contains(got, string(repli.OnFallback)) {
			t.Errorf("events %v, want no reminder of a number that is gone", got)
		}
		s.Number(shop, apptest.Says("a new one"))
		is(t, s, "added again", shop, "primary closed 0")
	})
}

// TestATextAnsweredByNobodyCounts: without a fallback and a last resort nobody answers.
func TestATextAnsweredByNobodyCounts(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Fails(500))
		s.Phone(ann).Texts(shop, "hello")
		synctest.Wait()
		is(t, s, "a text nobody answered", shop, "nobody closed 1")
	})
}

func TestAPrimaryThatAnswersWithSilenceAnswers(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.TwiML("<Response/>"), apptest.Says("fallback"))
		s.Phone(ann).Texts(shop, "hello")
		synctest.Wait()
		is(t, s, "silence", shop, "primary closed 0")
		if got := kinds(t, s); len(got) > 0 {
			t.Errorf("events %v, want none", got)
		}
	})
}

// TestAHealthyNumberIsNotWrittenAbout looks into the store after texts that the primary answered.
func TestANumberThatIsHealthyForLongIsNotWrittenAbout(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Says("primary"))
		kept := func(texts int) []repli.Standing {
			t.Helper()
			for range texts {
				s.Phone(ann).Texts(shop, "hello")
				<-time.After(time.Second)
			}
			all, err := s.DB.Standings(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		const history = repli.SilentRun + 10 // so many of its latest answers are known
		if diff := cmp.Diff(kept(history), kept(3)); diff != "" {
			t.Errorf("after more texts than its history has, its standing is written again: -before +after:\n%s", diff)
		}
	})
}

// TestLateTextsDoNotPutANumberOnItsFallback: a text that hung was received before the primary
// answered another.
func TestLateTextsDoNotPutANumberOnItsFallback(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		var primary moody
		s.Number(shop, apptest.Answers(primary.ServeHTTP), apptest.Says("fallback"))
		primary.is("hangs")
		late := s.Phone(ann).Texts(shop, "hello")
		<-time.After(time.Second)
		primary.is("well")
		s.Phone(ann).Texts(shop, "hello?")
		<-time.After(20 * time.Second)
		if m := s.Message(late); m.AnsweredBy != repli.ByFallback {
			t.Fatalf("the first text was answered by %q", m.AnsweredBy)
		}
		is(t, s, "afterwards", shop, "primary closed 0")
		if got := kinds(t, s); len(got) > 0 {
			t.Errorf("events %v, want none", got)
		}
	})
}

func TestAFaultPutsANumberOnItsFallbackAndRemindsNobody(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Says("primary"), apptest.Says("fallback"))
		native(t, s, 201, "POST", "/faults", `{"kind":"timeout","messages":1}`)
		s.Phone(ann).Texts(shop, "hello")
		<-time.After(time.Minute)
		is(t, s, "after a text that a fault struck", shop, "fallback closed 1")
		<-time.After(time.Hour)
		for _, e := range events(t, s) {
			if e.Kind == repli.OnFallback {
				t.Errorf("reminded of what was done on purpose: %s", e.Sentence)
			}
		}
		s.Phone(ann).Texts(shop, "hello")
		synctest.Wait()
		is(t, s, "after a text that its primary has answered", shop, "primary closed 0")
	})
}
