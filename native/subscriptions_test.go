package native_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/native"
	"github.com/repli-sms/repli/notify"
	"github.com/repli-sms/repli/webhook"
)

// telling is a server that tells subscribers when it is asked for a test.
func telling(t *testing.T) *server {
	return start(t, func(cfg *native.Config) {
		web := webhook.New(webhook.Config{AllowPrivate: true})
		t.Cleanup(web.CloseIdle)
		cfg.Notify = notify.New(notify.Config{DB: cfg.DB, Web: web})
	})
}

func TestASubscriptionIsMadeReadTestedAndDeleted(t *testing.T) {
	s := telling(t)
	status, asked := http.StatusOK, 0
	program := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		w.WriteHeader(status)
	}))
	defer program.Close()
	to := strings.Replace(program.URL, "http://", "http://ann:hunter2@", 1) + "/repli?key=swordfish"
	made := s.must(201, "POST", "/repli/v1/subscriptions", jsonOf(map[string]any{"to": to, "events": []string{"alert", "fallback.left", "alert"}}))
	name := made["sid"].(string)
	equal(t, "the address", strings.Replace(program.URL, "http://", "http://***@", 1)+"/repli?key=***", made["to"])
	equal(t, "the events", []any{"alert", "fallback.left"}, made["events"])
	equal(t, "the delivery", map[string]any{"failing_since": nil, "tries": 0.0, "next_try": nil, "last_told": nil, "error": nil, "given_up": 0.0}, made["delivery"])
	equal(t, "read again", made, s.must(200, "GET", "/repli/v1/subscriptions/"+name, ""))
	equal(t, "listed", []any{made}, s.must(200, "GET", "/repli/v1/subscriptions", "")["subscriptions"])

	test := s.must(200, "POST", "/repli/v1/subscriptions/"+name+"/test", "")
	equal(t, "a test that is heard", []any{true, nil, 1}, []any{test["told"], test["error"], asked})
	status = http.StatusForbidden
	test = s.must(200, "POST", "/repli/v1/subscriptions/"+name+"/test", "")
	if why := fmt.Sprint(test["error"]); test["told"] != false || !strings.Contains(why, "403") || strings.Contains(why, "swordfish") {
		t.Errorf("a test that is refused: got %v, want the status and no secret", test)
	}

	s.as = bob
	equal(t, "Bob's subscriptions", []any{}, s.must(200, "GET", "/repli/v1/subscriptions", "")["subscriptions"])
	missing := []refusal{
		{"another's", "GET", "/repli/v1/subscriptions/" + name, "", 404, 20404, "There is no subscription"},
		{"to test another's", "POST", "/repli/v1/subscriptions/" + name + "/test", "", 404, 20404, "There is no subscription"},
		{"to delete another's", "DELETE", "/repli/v1/subscriptions/" + name, "", 404, 20404, "There is no subscription"},
		{"nobody's", "GET", "/repli/v1/subscriptions/x", "", 404, 20404, `no subscription "x"`},
	}
	s.refuses(missing)
	s.as = ann
	s.must(204, "DELETE", "/repli/v1/subscriptions/"+name, "")
	s.refuses(missing[:1])
}

func TestASubscriptionThatCannotBeIsRefused(t *testing.T) {
	s := telling(t)
	s.refuses([]refusal{
		{"unknown events", "POST", "/repli/v1/subscriptions", `{"to":"https://example.com/","events":["alert","fallback","*","x"]}`, 400, 20422, `There is no event "fallback", "x"; there are`},
		{"no events", "POST", "/repli/v1/subscriptions", `{"to":"https://example.com/","events":[]}`, 400, 20422, "needs events"},
		{"an address nobody can be told at", "POST", "/repli/v1/subscriptions", `{"to":"teams://x","events":["*"]}`, 400, 20422, "Repli cannot keep it from reaching inside networks"},
		{"an address that is not whole", "POST", "/repli/v1/subscriptions", `{"to":"slack://hook:swordfish@webhook","events":["*"]}`, 400, 20422, "slack://***@*** cannot be used"},
	})
	for range 100 {
		s.must(201, "POST", "/repli/v1/subscriptions", `{"to":"https://example.com/","events":["*"]}`)
	}
	s.refuses([]refusal{{"too many", "POST", "/repli/v1/subscriptions", `{"to":"https://example.com/","events":["*"]}`, 409, 20409, "has 100 subscriptions"}})
}

func TestEventsAreListedNewestFirst(t *testing.T) {
	s := start(t, nil)
	at := time.Date(2026, time.November, 5, 12, 0, 0, 0, time.UTC)
	change := repli.Change{}
	for i, k := range []repli.EventKind{repli.EnteredFallback, repli.OnFallback, repli.LeftFallback} {
		change.Events = append(change.Events, repli.Event{
			SID: repli.NewSID(repli.EventPrefix), Account: ann.SID, Kind: k, Number: "+15550001000", Sentence: "It happened",
			Since: at, Texts: i, Message: "SM00000000000000000000000000000001", Created: at.Add(time.Duration(i) * time.Minute),
		})
	}
	change.Events = append(change.Events, repli.Event{SID: repli.NewSID(repli.EventPrefix), Account: bob.SID, Kind: repli.DrillFailed, Created: at})
	if err := s.db.Commit(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	kinds, _ := s.all("/repli/v1/events?limit=1", "events", "event")
	equal(t, "events by kind", []any{"fallback.left", "fallback.reminder", "fallback.entered"}, kinds)
	first := s.must(200, "GET", "/repli/v1/events", "")["events"].([]any)[0]
	equal(t, "an event", any(map[string]any{
		"sid": string(change.Events[2].SID), "event": "fallback.left", "number": "+15550001000", "sentence": "It happened",
		"since": "2026-11-05T12:00:00Z", "texts": 2.0, "message_sid": "SM00000000000000000000000000000001", "created": "2026-11-05T12:02:00Z",
	}), first)
	s.as = bob
	equal(t, "Bob's events", 1, len(s.must(200, "GET", "/repli/v1/events", "")["events"].([]any)))
}
