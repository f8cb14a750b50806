package inbound_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
)

// typed answers with a type and a body; "" is no type.
func typed(contentType, body string) apptest.Handler {
	return apptest.Answers(func(w http.ResponseWriter, _ *http.Request) {
		if w.Header()["Content-Type"] = nil; contentType != "" {
			w.Header().Set("Content-Type", contentType)
		}
		w.Header().Set("Content-Length", "0")
		if body != "" {
			w.Header().Del("Content-Length")
			_, _ = w.Write([]byte(body))
		}
	})
}

// repeat returns a code so often.
func repeat(code, often int) []int {
	var codes []int
	for range often {
		codes = append(codes, code)
	}
	return codes
}

func TestSuspectAnswersAreSentWithAWarningAndFiveAreAnEvent(t *testing.T) {
	apptest.Restarted(t, func(t *testing.T, start func() *apptest.Server) {
		s := start()
		s.Number(shop, typed("text/plain", "java.sql.SQLException: no database"), apptest.Says("Back soon."))
		text := func() {
			t.Helper()
			s.Phone(ann).Texts(shop, "Hello?")
			<-time.After(time.Second)
		}
		for range 3 {
			text()
		}
		expectsEvents(t, s)
		s.Stop()
		s = start()
		defer s.Stop()
		for range 4 {
			text()
		}
		expectsEvents(t, s, "answers.suspect 5")
		if diff := cmp.Diff(repeat(repli.CodeSuspect, 7), s.Alerts()); diff != "" {
			t.Error("alerts: -want +got:", diff)
		}
	})
}

func TestRequiredTwiMLLetsTheFallbackAnswer(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, typed("text/plain", "Your balance is"), apptest.Says("Back soon."))
		native(t, s, 200, "PUT", "", `{"require_twiml":true,"steps":[{"url":"`+s.URL(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			_, _ = w.Write([]byte("Your balance is"))
		})+`"},{"url":"`+s.URL(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/xml")
			_, _ = w.Write([]byte("<Response><Message>Back soon.</Message></Response>"))
		})+`"}]}`)
		phone := s.Phone(ann)
		phone.Texts(shop, "Hello?")
		phone.Expects("Back soon.")
		s.ExpectsAlert(12300)
	})
}

func TestSilenceThatIsNotMeantIsAnEvent(t *testing.T) {
	apptest.Restarted(t, func(t *testing.T, start func() *apptest.Server) {
		s := start()
		var body string
		s.Number(shop, apptest.Answers(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/xml")
			_, _ = w.Write([]byte(body))
		}))
		texts := func(n int) {
			t.Helper()
			phone := s.Phone(ann)
			for range n {
				phone.Texts(shop, "Hello?")
				<-time.After(time.Second)
			}
		}
		body = "<Response><Message>Hello.</Message></Response>"
		texts(10)
		body = "<Response/>"
		texts(2)
		expectsEvents(t, s)
		s.Stop()
		s = start()
		defer s.Stop()
		texts(2)
		expectsEvents(t, s, "answers.silent 3")
		if diff := cmp.Diff([]int{repli.CodeUnmeantSilence}, s.Alerts()); diff != "" {
			t.Error("alerts: -want +got:", diff)
		}
	})
}

func TestAnAnswerOfNothingIsAWarningAndOneEvent(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, typed("", ""), apptest.Says("Back soon."))
		phone := s.Phone(ann)
		for range 2 {
			phone.Texts(shop, "Hello?")
			phone.ExpectsNothing(time.Second)
		}
		expectsEvents(t, s, "answers.silent 1")
		if diff := cmp.Diff(repeat(repli.CodeUnmeantSilence, 2), s.Alerts()); diff != "" {
			t.Error("alerts: -want +got:", diff)
		}
	})
}
