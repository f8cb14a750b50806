package inbound_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
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

// A moody primary answers at once while it is well, and else as it has been told.
type moody struct {
	mood  atomic.Value // a string: well, hangs, or a status or document
	asked atomic.Int64
}

func (m *moody) is(mood string) { m.mood.Store(mood) }

func (m *moody) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.asked.Add(1)
	_ = r.ParseForm() // a server that has not read all hears nothing of a client that hangs up
	switch mood, _ := m.mood.Load().(string); mood {
	case "hangs":
		<-r.Context().Done()
	case "down":
		w.WriteHeader(http.StatusBadGateway)
	case "confused":
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, "{}")
	case "slow":
		select {
		case <-time.After(6 * time.Second):
		case <-r.Context().Done():
		}
		fallthrough
	default:
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprint(w, "primary")
	}
}

// A state is a number's, as the API shows it.
type state struct {
	Answering          string     `json:"answering"`
	Since              *time.Time `json:"since"`
	Breaker            string     `json:"breaker"`
	AnsweredByFallback int        `json:"answered_by_fallback"`
}

// stateOf asks the API how a number stands: who answers, what the breaker is, how many texts.
func stateOf(t *testing.T, s *apptest.Server, number string) (string, *time.Time) {
	t.Helper()
	var st state
	if err := json.Unmarshal([]byte(s.Twilio().Do("GET", "/repli/v1/numbers/"+number+"/state").Raw), &st); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(st.Answering, " ", st.Breaker, " ", st.AnsweredByFallback), st.Since
}

// is checks how a number stands.
func is(t *testing.T, s *apptest.Server, what, number, want string) {
	t.Helper()
	if got, _ := stateOf(t, s, number); got != want {
		t.Errorf("%s: %s stands as %q, want %q", what, number, got, want)
	}
}

// events returns the account's events, oldest first.
func events(t *testing.T, s *apptest.Server) []repli.Event {
	t.Helper()
	all, err := s.DB.Events(t.Context(), apptest.Account, store.Page{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(all)
	return all
}

// kinds returns what happened, oldest first.
func kinds(t *testing.T, s *apptest.Server) (all []string) {
	t.Helper()
	for _, e := range events(t, s) {
		all = append(all, string(e.Kind))
	}
	return all
}

// waited returns how long the sender of a text waited for its answer.
func waited(t *testing.T, s *apptest.Server, sid repli.SID) time.Duration {
	t.Helper()
	m := s.Message(sid)
	if m.State == repli.Pending {
		t.Fatalf("%s is not answered", sid)
	}
	return m.Updated.Sub(m.Created)
}

// TestAnOutageCostsFewTextersTheirTime is the promise of the breaker and the clock: 100 texts in
// 20 s to a primary that hangs, and then it is back.
func TestAnOutageCostsFewTextersTheirTime(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		var primary moody
		s.Number(shop, apptest.Answers(primary.ServeHTTP), apptest.Says("fallback"))
		s.Phone(ann).Texts(shop, "before")
		<-time.After(time.Second)

		primary.is("hangs")
		began := time.Now()
		var texts []repli.SID
		for range 100 {
			texts = append(texts, s.Phone(ann).Texts(shop, "hello"))
			<-time.After(200 * time.Millisecond)
		}
		<-time.After(20 * time.Second)
		slow := 0
		for i, sid := range texts {
			took := waited(t, s, sid)
			if took > 5*time.Second {
				slow++
			}
			if took >= 15*time.Second {
				t.Errorf("text %d waited %v, the full limit", i, took)
			}
			if m := s.Message(sid); m.AnsweredBy != repli.ByFallback {
				t.Errorf("text %d was answered by %q", i, m.AnsweredBy)
			}
		}
		if slow > 25 {
			t.Errorf("%d texts of 100 waited for more than 5 s, want 25 at most", slow)
		}
		if asked := primary.asked.Load(); asked > 1+25+3 {
			t.Errorf("the primary was asked %d times, want little more than by those who found out", asked)
		}
		is(t, s, "in the outage", shop, "fallback "+breaker(t, s)+" 100")
		if _, since := stateOf(t, s, shop); since == nil || since.Sub(began).Abs() > time.Millisecond {
			t.Errorf("on its fallback since %v, want %v", since, began)
		}

		primary.is("well")
		back := time.Now()
		fell := 0
		for {
			sid := s.Phone(ann).Texts(shop, "and now?")
			<-time.After(200 * time.Millisecond)
			if s.Message(sid).AnsweredBy == repli.ByPrimary {
				break
			}
			fell++
			if time.Since(back) > time.Minute {
				t.Fatal("not recovered within a minute")
			}
		}
		if took := time.Since(back); took > 15*time.Second {
			t.Errorf("recovered %v after the primary was back, want 15 s at most", took)
		}
		is(t, s, "after it", shop, "primary closed 0")
		var left []repli.Event
		for _, e := range events(t, s) {
			if e.Kind == repli.LeftFallback {
				left = append(left, e)
			}
		}
		if len(left) != 1 {
			t.Fatalf("%d events say that the number has left its fallback: %v, want one", len(left), kinds(t, s))
		}
		e := left[0]
		if e.Texts != 100+fell || e.Since.Sub(began).Abs() > time.Millisecond || e.Created.Sub(back) > 15*time.Second {
			t.Errorf("left after %d texts since %v at %v, want %d since %v and at most 15 s after %v", e.Texts, e.Since, e.Created, 100+fell, began, back)
		}
		lasted := e.Created.Sub(e.Since).Round(time.Second).String()
		if !strings.Contains(e.Sentence, lasted) || !strings.Contains(e.Sentence, fmt.Sprint(100+fell, " texts")) {
			t.Errorf("%q says neither %s nor %d texts", e.Sentence, lasted, 100+fell)
		}
		want := []string{"breaker.opened", "fallback.entered", "breaker.closed", "fallback.left"}
		got := kinds(t, s)
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("events (-want +got): %s", diff)
		}
	})
}

// breaker returns the state of the shop's breaker, which changes while it is tried.
func breaker(t *testing.T, s *apptest.Server) string {
	got, _ := stateOf(t, s, shop)
	return strings.Fields(got)[1]
}

// outage makes a number whose primary has opened its breaker by failing five times.
func outage(t *testing.T, s *apptest.Server, primary *moody) {
	t.Helper()
	s.Number(shop, apptest.Answers(primary.ServeHTTP), apptest.Says("fallback"))
	primary.is("down")
	for range 5 {
		s.Phone(ann).Texts(shop, "hello")
		<-time.After(time.Second)
	}
	is(t, s, "after five failures", shop, "fallback open 5")
	if asked := primary.asked.Load(); asked != 5 {
		t.Fatalf("the primary was asked %d times, want 5", asked)
	}
}

func TestWhileTheBreakerIsOpenNobodyAsksThePrimary(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		var primary moody
		outage(t, s, &primary)
		var told http.Request
		s.Number("+15550003000", apptest.At(stepURL(t, s, shop, 0)), apptest.Answers(func(w http.ResponseWriter, r *http.Request) {
			_ = r.ParseForm()
			told = *r
			w.WriteHeader(http.StatusNoContent)
		}))
		sid := s.Phone(ann).Texts("+15550003000", "another number with the same primary")
		synctest.Wait()
		if diff := cmp.Diff([]string{"primary skipped 11217", "fallback use 0"}, s.Attempts(sid)); diff != "" {
			t.Errorf("attempts (-want +got): %s", diff)
		}
		if code, url := told.Form.Get("ErrorCode"), told.Form.Get("ErrorUrl"); code != "11217" || url != stepURL(t, s, shop, 0) {
			t.Errorf("the fallback is told of %s at %s, want the primary's last failure", code, url)
		}
		if n := len(s.Alerts()); n != 5 {
			t.Errorf("%d alerts, want those of the five who asked", n)
		}
		if asked := primary.asked.Load(); asked != 5 {
			t.Errorf("the primary was asked %d times, want 5", asked)
		}
	})
}

// stepURL returns where a step of a number is asked.
func stepURL(t *testing.T, s *apptest.Server, number string, i int) string {
	t.Helper()
	n, err := s.DB.NumberByAddress(t.Context(), number)
	if err != nil {
		t.Fatal(err)
	}
	return n.Chain.Steps[i].URL
}

func TestWhatClosesABreaker(t *testing.T) {
	save := func(t *testing.T, s *apptest.Server) {
		s.Twilio().Must(200, "POST", "/IncomingPhoneNumbers/"+string(sidOf(t, s, shop))+".json", "FriendlyName", "Shop")
	}
	for _, row := range []struct {
		shows string
		mood  string // of the primary, once it is repaired
		do    func(t *testing.T, s *apptest.Server)
		want  string // how the number stands then
	}{
		{"a probe that is answered", "well", func(t *testing.T, s *apptest.Server) {
			<-time.After(10 * time.Second)
			is(t, s, "after the health check", shop, "fallback half-open 5")
			s.Phone(ann).Texts(shop, "hello?")
			<-time.After(time.Second)
		}, "primary closed 0"},
		{"a probe that is answered with what cannot be used", "confused", func(t *testing.T, s *apptest.Server) {
			<-time.After(10 * time.Second)
			s.Phone(ann).Texts(shop, "hello?")
			<-time.After(time.Second)
		}, "fallback closed 6"},
		{"saving the number", "well", save, "fallback closed 5"},
		{"saving it over our own API, with another primary", "well", func(t *testing.T, s *apptest.Server) {
			put(t, s, `{"steps":[{"url":"https://elsewhere.example/sms"}]}`)
		}, "fallback closed 5"},
		{"a rehearsal that has gone well", "well", func(t *testing.T, s *apptest.Server) {
			rehearse(t, s, true, time.Now())
		}, "primary closed 0"},
		{"not one that has not", "down", func(t *testing.T, s *apptest.Server) {
			rehearse(t, s, false, time.Now())
		}, "fallback open 5"},
		{"a probe that fails", "down", func(t *testing.T, s *apptest.Server) {
			<-time.After(10 * time.Second)
			s.Phone(ann).Texts(shop, "hello?")
			<-time.After(time.Second)
		}, "fallback open 6"},
	} {
		t.Run(row.shows, func(t *testing.T) {
			apptest.Run(t, func(t *testing.T, s *apptest.Server) {
				var primary moody
				outage(t, s, &primary)
				primary.is(row.mood)
				row.do(t, s)
				is(t, s, row.shows, shop, row.want)
				synctest.Wait() // what was saved is reported in the background
				closed := slices.Contains(kinds(t, s), string(repli.BreakerClosed))
				if want := strings.Contains(row.want, "closed"); closed != want {
					t.Errorf("events %v, want one of a breaker that closes: %v", kinds(t, s), want)
				}
			})
		})
	}
}

// put replaces the shop's number.
func put(t *testing.T, s *apptest.Server, body string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), "PUT", "/repli/v1/numbers/"+shop, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.SetBasicAuth(string(apptest.Account), apptest.Token)
	w := httptest.NewRecorder()
	s.Handler.ServeHTTP(w, r)
	if w.Code != 200 {
		t.Fatalf("PUT: got %d %s", w.Code, w.Body)
	}
}

// sidOf returns the SID of a number.
func sidOf(t *testing.T, s *apptest.Server, number string) repli.SID {
	t.Helper()
	n, err := s.DB.NumberByAddress(t.Context(), number)
	if err != nil {
		t.Fatal(err)
	}
	return n.SID
}

// rehearse tells of a rehearsal of the shop's primary.
func rehearse(t *testing.T, s *apptest.Server, ok bool, at time.Time) {
	t.Helper()
	n, err := s.DB.NumberByAddress(t.Context(), shop)
	if err == nil {
		err = s.Inbound.Rehearsed(t.Context(), n, ok, at)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestAProbeTakesThreeSecondsAtMost(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		var primary moody
		outage(t, s, &primary)
		primary.is("hangs")
		<-time.After(10 * time.Second)
		probe := s.Phone(ann).Texts(shop, "one")
		synctest.Wait()
		other := s.Phone(ann).Texts(shop, "two")
		<-time.After(20 * time.Second)
		if took := waited(t, s, probe); took != 3*time.Second {
			t.Errorf("the probe waited %v, want 3 s", took)
		}
		if took := waited(t, s, other); took > time.Second {
			t.Errorf("who came beside it waited %v", took)
		}
		if diff := cmp.Diff([]string{"fallback use 0", "primary late 11205"}, s.Attempts(probe)); diff != "" {
			t.Errorf("attempts of the probe (-want +got): %s", diff)
		}
	})
}

func TestTextsThatAreWaitingAreHandedOnWhenTheBreakerOpens(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		var primary moody
		primary.is("slow")
		s.Number(shop, apptest.Answers(primary.ServeHTTP), apptest.Says("fallback"))
		var texts []repli.SID
		for range 5 {
			texts = append(texts, s.Phone(ann).Texts(shop, "hello"))
		}
		<-time.After(10 * time.Second)
		for _, sid := range texts {
			if took := waited(t, s, sid); took != 4*time.Second {
				t.Errorf("waited %v, want 4 s", took)
			}
			if diff := cmp.Diff([]string{"fallback use 0", "primary late 0"}, s.Attempts(sid)); diff != "" {
				t.Errorf("attempts (-want +got): %s", diff)
			}
		}
		is(t, s, "an answer that came late closes nothing", shop, "fallback open 5")
		if got := s.Alerts(); !slices.Equal(got, []int{11205, 11205, 11205, 11205, 11205}) {
			t.Errorf("alerts %v, want one of each who waited", got)
		}
	})
}

func TestTheMetricsCountOutages(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		var primary moody
		outage(t, s, &primary)
		expect := func(lines ...string) {
			t.Helper()
			raw := s.Twilio().Do("GET", apptest.BaseURL+"/metrics").Raw
			for _, line := range lines {
				if !strings.Contains(raw, "\n"+line+"\n") {
					t.Errorf("the metrics lack %q", line)
				}
			}
		}
		expect("repli_numbers_on_fallback 1", "repli_breakers_open 1",
			`repli_breaker_transitions_total{to="open"} 1`, `repli_fallback_transitions_total{event="fallback.entered"} 1`)
		rehearse(t, s, true, time.Now())
		expect("repli_numbers_on_fallback 0", "repli_breakers_open 0",
			`repli_breaker_transitions_total{to="closed"} 1`, `repli_fallback_transitions_total{event="fallback.left"} 1`)
	})
}

func TestWhatIsRehearsedIsOnItsFallbackAndWantsIt(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		var primary moody
		outage(t, s, &primary)
		expect := func(what string, want int) {
			t.Helper()
			if got, err := s.Inbound.ToRehearse(t.Context()); err != nil || len(got) != want {
				t.Errorf("%s: got %v (error %v), want %d", what, got, err, want)
			}
		}
		expect("a number that does not want it", 0)
		put(t, s, `{"rehearse":true,"steps":[{"url":"https://elsewhere.example/sms"}]}`)
		expect("one that does", 1)
		rehearse(t, s, true, time.Now())
		expect("one whose primary is back", 0)
	})
}

// TestResettingForgetsHowNumbersStand: a reset forgets all traffic.
func TestResettingForgetsHowNumbersStand(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		var primary moody
		outage(t, s, &primary)
		s.Twilio().Must(204, "POST", "/repli/v1/reset")
		is(t, s, "after a reset", shop, "primary closed 0")
	})
}
