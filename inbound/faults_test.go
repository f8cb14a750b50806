package inbound_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/store"
)

// native sends a request about the shop's number to Repli's own API, which must be answered
// with this status.
func native(t *testing.T, s *apptest.Server, status int, method, path, body string) string {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "/repli/v1/numbers/"+shop+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.SetBasicAuth(string(apptest.Account), apptest.Token)
	w := httptest.NewRecorder()
	if s.Handler.ServeHTTP(w, r); w.Code != status {
		t.Fatalf("%s %s %s: got %d %s, want %d", method, path, body, w.Code, w.Body, status)
	}
	return w.Body.String()
}

// happened returns "kind texts" of all events but those of who answers, oldest first.
func happened(t *testing.T, s *apptest.Server) []string {
	t.Helper()
	found, err := s.DB.Events(t.Context(), apptest.Account, store.Page{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range slices.Backward(found) {
		if strings.HasPrefix(string(e.Kind), "fallback.") {
			continue
		}
		all = append(all, fmt.Sprint(e.Kind, " ", e.Texts))
	}
	return all
}

// expectsEvents fails the test unless these are all events.
func expectsEvents(t *testing.T, s *apptest.Server, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, happened(t, s)); diff != "" {
		t.Error("events: -want +got:", diff)
	}
}

func TestAFaultStrikesSoManyTextsAndEndsByItself(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Says("Hello."), apptest.Says("Back soon."))
		native(t, s, 201, "POST", "/faults", `{"kind":"status_500","messages":2}`)
		phone := s.Phone(ann)
		for i, want := range []string{"Back soon.", "Back soon.", "Hello."} {
			sid := phone.Texts(shop, "Hello?")
			phone.Expects(want)
			if m := s.Message(sid); (m.Fault == repli.FaultStatus500) != (i < 2) {
				t.Errorf("text %d: got the fault %q", i+1, m.Fault)
			}
			if i == 0 {
				expectsEvents(t, s, "fault.began 0")
			}
		}
		expectsEvents(t, s, "fault.began 0", "fault.ended 2")
		if diff := cmp.Diff([]int{20480, 11217, 20480, 11217}, s.Alerts()); diff != "" {
			t.Error("alerts: -want +got:", diff)
		}
	})
}

// TestOneTextMeetsTheLastOfAFault sends many at the same moment.
func TestOneTextMeetsTheLastOfAFault(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Says("Hello."), apptest.Says("Back soon."))
		native(t, s, 201, "POST", "/faults", `{"kind":"empty","messages":7}`)
		var texting sync.WaitGroup
		texts := make([]repli.SID, 40)
		for i := range texts {
			texting.Go(func() { texts[i] = s.Phone(fmt.Sprintf("+1555777%04d", i)).Texts(shop, "Hello?") })
		}
		texting.Wait()
		synctest.Wait()
		struck := 0
		for _, sid := range texts {
			switch m := s.Message(sid); {
			case m.Fault != "" && m.AnsweredBy == repli.ByFallback:
				struck++
			case m.Fault != "" || m.AnsweredBy != repli.ByPrimary:
				t.Errorf("a text met the fault %q and was answered by %q", m.Fault, m.AnsweredBy)
			}
		}
		if struck != 7 {
			t.Errorf("the fault struck %d texts, want 7", struck)
		}
		expectsEvents(t, s, "fault.began 0", "fault.ended 7")
	})
}

func TestAFaultLastsForSoManyMinutes(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Says("Hello."), apptest.Says("Back soon."))
		native(t, s, 201, "POST", "/faults", `{"kind":"refused","minutes":10}`)
		phone := s.Phone(ann)
		phone.Texts(shop, "Hello?")
		phone.Expects("Back soon.")
		<-time.After(10*time.Minute - time.Second)
		phone.Texts(shop, "Hello?")
		phone.Expects("Back soon.")
		expectsEvents(t, s, "fault.began 0")
		<-time.After(time.Second)
		phone.Texts(shop, "Hello?")
		phone.Expects("Hello.")
		<-time.After(2 * time.Second)
		expectsEvents(t, s, "fault.began 0", "fault.ended 2")
	})
}

func TestAFaultEndsInTimeAfterARestart(t *testing.T) {
	apptest.Restarted(t, func(t *testing.T, start func() *apptest.Server) {
		s := start()
		s.Number(shop, apptest.Says("Hello."), apptest.Says("Back soon."))
		native(t, s, 201, "POST", "/faults", `{"kind":"dns","minutes":2}`)
		native(t, s, 201, "POST", "/faults", `{"kind":"refused","messages":1}`)
		s.Stop()
		s = start()
		phone := s.Phone(ann)
		for _, code := range []int{11202, 11210} { // the newest strikes, then the other one
			phone.Texts(shop, "Hello?")
			phone.Expects("Back soon.")
			s.ExpectsAlert(code)
		}
		s.Stop()
		<-time.After(time.Hour)
		s = start()
		phone = s.Phone(ann)
		phone.Texts(shop, "Hello?")
		<-time.After(2 * time.Second)
		expectsEvents(t, s, "fault.began 0", "fault.began 0", "fault.ended 1", "fault.ended 1")
		s.Stop()
	})
}

// TestATextIsAnsweredUnderItsFaultAfterARestart stops the server while the fault of the last
// text is waited for, when nothing is left of it but what is kept with the text.
func TestATextIsAnsweredUnderItsFaultAfterARestart(t *testing.T) {
	apptest.Restarted(t, func(t *testing.T, start func() *apptest.Server) {
		s := start()
		var asked atomic.Int32
		s.Number(shop, apptest.Answers(func(http.ResponseWriter, *http.Request) { asked.Add(1) }), apptest.Says("Back soon."))
		native(t, s, 201, "POST", "/faults", `{"kind":"timeout","messages":1}`)
		sid := s.Phone(ann).Texts(shop, "Hello?")
		<-time.After(5 * time.Second)
		s.Kill()
		s = start()
		expectsEvents(t, s, "fault.began 0", "fault.ended 1")
		phone := s.Phone(ann)
		phone.Expects("Back soon.")
		if m := s.Message(sid); m.Fault != repli.FaultTimeout || m.AnsweredBy != repli.ByFallback || asked.Load() != 0 {
			t.Errorf("got fault %q, answered by %q, the primary was asked %d times", m.Fault, m.AnsweredBy, asked.Load())
		}
		s.ExpectsAlert(11205)
		s.Stop()
	})
}

func TestAFaultIsTakenAway(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Says("Hello."), apptest.Says("Back soon."))
		phone := s.Phone(ann)
		texts := func(want string) {
			t.Helper()
			phone.Texts(shop, "Hello?")
			phone.Expects(want)
		}
		native(t, s, 201, "POST", "/faults", `{"kind":"status_404","messages":9}`)
		native(t, s, 201, "POST", "/faults", `{"kind":"no_type","minutes":9}`)
		texts("Back soon.")
		s.ExpectsAlert(11200)
		native(t, s, 204, "DELETE", "/faults", "")
		texts("Hello.")
		expectsEvents(t, s, "fault.began 0", "fault.began 0", "fault.ended 0", "fault.ended 1")
	})
}

// TestAFaultStrikesThePrimaryAlone has a fallback at the very same place.
func TestAFaultStrikesThePrimaryAlone(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		here := apptest.Says("Here we are.")(s)
		same := func(*apptest.Server) repli.Step { return here }
		s.Number(shop, same, same)
		native(t, s, 201, "POST", "/faults", `{"kind":"tls","messages":1}`)
		phone := s.Phone(ann)
		sid := phone.Texts(shop, "Hello?")
		phone.Expects("Here we are.")
		want := []string{"primary again 11237", "primary next 11237", "fallback use 0"}
		if diff := cmp.Diff(want, s.Attempts(sid)); diff != "" {
			t.Error("attempts: -want +got:", diff)
		}
	})
}

// TestATextThatLosesItsFaultIsTakenAllTheSame forgets faults while texts are about to meet them.
func TestATextThatLosesItsFaultIsTakenAllTheSame(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Says("Hello."), apptest.Says("Back soon."))
		var texting sync.WaitGroup
		done := make(chan struct{})
		for i := range 4 {
			texting.Go(func() {
				text := carrier.Inbound{From: fmt.Sprintf("+1555777%04d", i), To: shop, Body: "Hello?"}
				for range 50 {
					if _, err := s.Phones.Send(t.Context(), text); err != nil {
						t.Error(err)
					}
				}
			})
		}
		go func() { texting.Wait(); close(done) }()
		for {
			select {
			case <-done:
				return
			default:
			}
			native(t, s, 201, "POST", "/faults", `{"kind":"empty","messages":9}`)
			if err := s.DB.Reset(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	})
}
