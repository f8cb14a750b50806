package inbound_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
)

const shop, ann = "+15550002000", "+15557770001"

func TestPrimaryAnswers(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Says("We are open."), apptest.Says("Back soon."))
		phone := s.Phone(ann)
		sid := phone.Texts(shop, "Are you open?")
		phone.Expects("We are open.")
		if diff := cmp.Diff([]string{"primary use 0"}, s.Attempts(sid)); diff != "" {
			t.Error("attempts (-want +got):", diff)
		}
		if m := s.Message(sid); m.State != repli.Answered || m.AnsweredBy != repli.ByPrimary {
			t.Errorf("the text is %s by %q, want answered by primary", m.State, m.AnsweredBy)
		}
		if got := s.Alerts(); len(got) != 0 {
			t.Errorf("alerts %v, want none", got)
		}
	})
}

func TestFallbackAnswersWhenPrimaryHangs(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Hangs(), apptest.Says("Back soon."))
		phone := s.Phone(ann)
		sent := time.Now()
		sid := phone.Texts(shop, "Is my order ready?")
		phone.Expects("Back soon.")
		if took := time.Since(sent); took < 15*time.Second || took > 16*time.Second {
			t.Errorf("the answer took %v, want the limit of 15 s", took)
		}
		s.ExpectsAlert(11205)
		if diff := cmp.Diff([]string{"primary next 11205", "fallback use 0"}, s.Attempts(sid)); diff != "" {
			t.Error("attempts (-want +got):", diff)
		}
	})
}

func TestFallbackIsToldWhatFailedAndWhere(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		var code, where string
		primary := s.URL(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) })
		s.Number(shop, apptest.At(primary+"?a=1#rc=0"), apptest.Answers(func(w http.ResponseWriter, r *http.Request) {
			code, where = r.PostFormValue("ErrorCode"), r.PostFormValue("ErrorUrl")
			w.Header().Set("Content-Type", "text/xml")
			fmt.Fprint(w, "<Response><Message>Sorry.</Message></Response>")
		}))
		phone := s.Phone(ann)
		phone.Texts(shop, "hello")
		phone.Expects("Sorry.")
		if code != "11217" || where != primary+"?a=1" {
			t.Errorf("ErrorCode, ErrorUrl = %q, %q, want 11217, %q", code, where, primary+"?a=1")
		}
	})
}

func TestLastResortSpeaksWhenTheChainsTimeIsUp(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Chain(shop, repli.Chain{LastResort: "Please call us.", AnswerBy: 20 * time.Second},
			apptest.Hangs(), apptest.After(10*time.Second, says("Too late.")), apptest.Says("Never asked."))
		phone := s.Phone(ann)
		sent := time.Now()
		sid := phone.Texts(shop, "hello")
		phone.Expects("Please call us.")
		if took := time.Since(sent); took < 20*time.Second || took > 21*time.Second {
			t.Errorf("the answer took %v, want 20 s", took)
		}
		phone.ExpectsNothing(time.Minute)
		synctest.Wait()
		want := []string{"primary next 11205", "fallback 2 skipped 0", "last_resort use 0", "fallback late 0"}
		if diff := cmp.Diff(want, s.Attempts(sid)); diff != "" {
			t.Error("attempts (-want +got):", diff)
		}
		if diff := cmp.Diff([]int{11205, 11203}, s.Alerts()); diff != "" {
			t.Error("alerts (-want +got):", diff)
		}
	})
}

func TestABinIsStillHeardWhenTheChainsTimeIsUp(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Chain(shop, repli.Chain{AnswerBy: time.Second},
			apptest.Hangs(), apptest.Says("Never asked."), apptest.Bin("<Response><Message>Back soon.</Message></Response>"))
		phone := s.Phone(ann)
		sid := phone.Texts(shop, "hello")
		phone.Expects("Back soon.")
		phone.ExpectsNothing(time.Minute)
		want := []string{"fallback skipped 0", "fallback 2 use 0", "primary late 11205"}
		if diff := cmp.Diff(want, s.Attempts(sid)); diff != "" {
			t.Error("attempts (-want +got):", diff)
		}
	})
}

func TestUnansweredWithoutALastResort(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Fails(500), apptest.Fails(404))
		phone := s.Phone(ann)
		sid := phone.Texts(shop, "hello")
		phone.ExpectsNothing(time.Minute)
		if m := s.Message(sid); m.State != repli.Unanswered || m.AnsweredBy != repli.Nobody {
			t.Errorf("the text is %s by %q, want unanswered by nobody", m.State, m.AnsweredBy)
		}
		if diff := cmp.Diff([]int{11217, 11217, 11200}, s.Alerts()); diff != "" {
			t.Error("alerts (-want +got):", diff)
		}
	})
}

// says is a program that answers with a text.
func says(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprintf(w, "<Response><Message>%s</Message></Response>", text)
	}
}
