package notify_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/notify"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/webhook"
)

var account = repli.Account{SID: "AC00000000000000000000000000000001", AuthToken: "0123456789abcdef0123456789abcdef", Owner: "AC00000000000000000000000000000009"}

// A request is what a subscriber was sent.
type request struct {
	url    string
	header http.Header
	body   []byte
}

// subscriber returns the address of a subscriber on a real socket, and what it was sent.
func subscriber(t *testing.T) (url string, sent chan request) {
	sent = make(chan request, 100)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		sent <- request{"http://" + r.Host + r.RequestURI, r.Header, body}
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(srv.Close)
	return srv.URL, sent
}

// running returns a store with an account whose events are told.
func running(t *testing.T) (*store.DB, *notify.Engine) {
	return runningOn(t, webhook.Config{AllowPrivate: true}, slog.New(slog.DiscardHandler))
}

func runningOn(t *testing.T, customers webhook.Config, log *slog.Logger) (*store.DB, *notify.Engine) {
	db, err := store.Open(t.Context(), store.Config{Path: filepath.Join(t.TempDir(), "repli.db")})
	if err != nil {
		t.Fatal(err)
	}
	web := webhook.New(customers)
	e := notify.New(notify.Config{DB: db, Web: web, Linger: time.Millisecond, Log: log})
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	writing, stopWriting := context.WithCancel(context.WithoutCancel(ctx))
	told, written := make(chan error, 1), make(chan error, 1)
	go func() { written <- db.Run(writing) }()
	t.Cleanup(func() {
		stop()
		<-told
		stopWriting()
		<-written
		web.CloseIdle()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := db.Configure(ctx, func(tx *store.Tx) error { return tx.PutAccount(ctx, account) }); err != nil {
		t.Fatal(err)
	}
	go func() { told <- e.Run(ctx) }()
	return db, e
}

func subscribe(t *testing.T, db *store.DB, to string, events ...repli.EventKind) repli.Subscription {
	t.Helper()
	s := repli.Subscription{SID: repli.NewSID(repli.SubscriptionPrefix), Account: account.SID, To: to, Events: events, Created: time.Now()}
	if err := notify.Check(s); err != nil {
		t.Fatal(err)
	}
	if err := db.Configure(t.Context(), func(tx *store.Tx) error { return tx.AddSubscription(t.Context(), s) }); err != nil {
		t.Fatal(err)
	}
	return s
}

var noon = time.Date(2026, time.November, 5, 12, 0, 0, 0, time.UTC)

func TestAWebhookIsToldInSignedJSON(t *testing.T) {
	db, _ := running(t)
	url, sent := subscriber(t)
	s := subscribe(t, db, url+"/repli?tenant=7", repli.AnyEvent)
	message := repli.SID("SM00000000000000000000000000000001")
	err := db.Commit(t.Context(), repli.Change{
		Alerts: []repli.Alert{{SID: repli.NewSID(repli.AlertPrefix), Account: account.SID, Code: 11205, Message: message, Number: "+15550001000", URL: "https://example.com/sms", Detail: "It hung up 👍", Created: noon}},
		Events: []repli.Event{{SID: repli.NewSID(repli.EventPrefix), Account: account.SID, Kind: repli.EnteredFallback, Number: "+15550001000", Sentence: "On its fallback", Since: noon, Texts: 1, Message: message, Created: noon}},
	})
	if err != nil {
		t.Fatal(err)
	}
	r := <-sent
	if got, want := r.url, fmt.Sprintf("%s/repli?tenant=7&bodySHA256=%x", url, sha256.Sum256(r.body)); got != want {
		t.Errorf("asked %s, want %s", got, want)
	}
	if !repli.ValidSignature(account.AuthToken, r.url, nil, r.header.Get("X-Twilio-Signature")) {
		t.Errorf("the signature %q of %s is not valid", r.header.Get("X-Twilio-Signature"), r.url)
	}
	if got := r.header.Get("Content-Type"); got != "application/json" {
		t.Errorf("Content-Type: got %q", got)
	}
	var got map[string]any
	if err := json.Unmarshal(r.body, &got); err != nil {
		t.Fatal(err)
	}
	if token := r.header.Get("I-Twilio-Idempotency-Token"); token == "" || got["sid"] != token {
		t.Errorf("the message is %v by its body and %q by its token", got["sid"], token)
	}
	delete(got, "sid")
	at := noon.Format(time.RFC3339)
	want := map[string]any{
		"account_sid": string(account.SID), "subscription_sid": string(s.SID), "test": false, "count": 2.0, "first": at, "last": at,
		"summary": "Repli: fallback.entered on +15550001000, and 1 more about +15550001000", "more_groups": 0.0,
		"groups": []any{
			map[string]any{"event": "fallback.entered", "error_code": nil, "log_level": nil, "number": "+15550001000", "on_purpose": false, "count": 1.0, "first": at, "last": at,
				"sentence": "On its fallback", "since": at, "texts": 1.0, "message_sid": string(message), "url": ""},
			map[string]any{"event": "alert", "error_code": 11205.0, "log_level": "error", "number": "+15550001000", "on_purpose": false, "count": 1.0, "first": at, "last": at,
				"sentence": "It hung up 👍", "since": nil, "texts": 0.0, "message_sid": string(message), "url": "https://example.com/sms"},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the message (-want +got):\n%s", diff)
	}
}

func TestADebuggerAddressIsToldOfEachAlertAsByTwilio(t *testing.T) {
	db, e := running(t)
	url, sent := subscriber(t)
	s := subscribe(t, db, "debugger:"+url+"/debugger?a=b", repli.AlertRaised)
	message := repli.SID("SM00000000000000000000000000000001")
	attempt := repli.Attempt{
		SID: repli.NewSID(repli.AttemptPrefix), Message: message, Step: "primary", URL: "https://example.com/sms?x=1#rt=500", Method: "POST", Started: noon,
		RequestHeaders: repli.Header{"X-Twilio-Signature": {"abc="}}, RequestBody: "From=%2B15557770001&Body=h%C3%A9llo",
		Status: 200, Headers: repli.Header{"Content-Type": {"text/xml"}}, Body: []byte("<Response>\xff"), ErrorCode: 12100, ErrorDetail: "The document ends too early", Line: 1, Column: 12,
	}
	alerts := []repli.Alert{
		{SID: repli.NewSID(repli.AlertPrefix), Account: account.SID, Code: 12100, Message: message, Attempt: attempt.SID, Number: "+15550001000", URL: "https://example.com/sms?x=1", Method: "POST", Detail: "The document ends too early", Created: noon},
		{SID: repli.NewSID(repli.AlertPrefix), Account: "AC00000000000000000000000000000002", Code: 11205, Created: noon},
		{SID: repli.NewSID(repli.AlertPrefix), Account: account.SID, Code: 12200, Message: message, Number: "+15550001000", Detail: "A warning", Created: noon},
	}
	err := db.Commit(t.Context(), repli.Change{Attempts: []repli.Attempt{attempt}, Alerts: alerts, Events: []repli.Event{{SID: repli.NewSID(repli.EventPrefix), Account: account.SID, Kind: repli.EnteredFallback, Created: noon}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []repli.Params{
		{
			{Name: "AccountSid", Value: string(account.SID)}, {Name: "Level", Value: "ERROR"}, {Name: "ParentAccountSid", Value: string(account.Owner)},
			{Name: "Payload", Value: `{"resource_sid":"SM00000000000000000000000000000001","service_sid":null,"error_code":"12100",` +
				`"more_info":{"Msg":"The document ends too early","sourceComponent":"14100","ErrorCode":"12100","LogLevel":"ERROR","url":"https://example.com/sms?x=1","httpResponse":"200","parserMessage":"The document ends too early","line":"1","cols":"12"},` +
				`"webhook":{"type":"application/json","request":{"method":"POST","url":"https://example.com/sms?x=1","headers":{"X-Twilio-Signature":"abc="},"parameters":{"Body":"héllo","From":"+15557770001"}},` +
				`"response":{"status_code":200,"headers":{"Content-Type":"text/xml"},"body":"\u003cResponse\u003e�"}}}`},
			{Name: "PayloadType", Value: "application/json"}, {Name: "Sid", Value: string(alerts[0].SID)}, {Name: "Timestamp", Value: "2026-11-05T12:00:00.000Z"},
		},
		{
			{Name: "AccountSid", Value: string(account.SID)}, {Name: "Level", Value: "WARNING"}, {Name: "ParentAccountSid", Value: string(account.Owner)},
			{Name: "Payload", Value: `{"resource_sid":"SM00000000000000000000000000000001","service_sid":null,"error_code":"12200","more_info":{"Msg":"A warning","sourceComponent":"14100","ErrorCode":"12200","LogLevel":"WARNING"}}`},
			{Name: "PayloadType", Value: "application/json"}, {Name: "Sid", Value: string(alerts[2].SID)}, {Name: "Timestamp", Value: "2026-11-05T12:00:00.000Z"},
		},
	} {
		r := <-sent
		got := form(t, r)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the alert (-want +got):\n%s", diff)
		}
		if r.url != url+"/debugger?a=b" || !repli.ValidSignature(account.AuthToken, r.url, got, r.header.Get("X-Twilio-Signature")) {
			t.Errorf("the signature %q of %s is not valid", r.header.Get("X-Twilio-Signature"), r.url)
		}
		if want := repli.IdempotencyToken(repli.SID(got.Get("Sid")), "debugger"); r.header.Get("I-Twilio-Idempotency-Token") != want {
			t.Errorf("the token is %q, want %q", r.header.Get("I-Twilio-Idempotency-Token"), want)
		}
	}
	if err := e.Test(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if got := form(t, <-sent).Get("Payload"); !json.Valid([]byte(got)) {
		t.Errorf("a test sends %q, which is not JSON", got)
	}
}

// form returns the parameters of a request, sorted by name.
func form(t *testing.T, r request) (p repli.Params) {
	t.Helper()
	parsed, err := http.NewRequestWithContext(t.Context(), "POST", "/?"+string(r.body), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"AccountSid", "Level", "ParentAccountSid", "Payload", "PayloadType", "Sid", "Timestamp"} {
		p = append(p, repli.Param{Name: name, Value: parsed.URL.Query().Get(name)})
	}
	if n := len(parsed.URL.Query()); n != len(p) {
		t.Errorf("%d parameters in %s, want %d", n, r.body, len(p))
	}
	return p
}

// A redirect would lose what is told, or give it to somebody else.
func TestAWebhookThatRedirectsIsNotTold(t *testing.T) {
	for _, scheme := range []string{"", "debugger:"} {
		for _, status := range []int{http.StatusFound, http.StatusTemporaryRedirect} {
			db, e := running(t)
			elsewhere, sent := subscriber(t)
			srv := httptest.NewServer(http.RedirectHandler(elsewhere, status))
			t.Cleanup(srv.Close)
			err := e.Test(t.Context(), subscribe(t, db, scheme+srv.URL, repli.AlertRaised))
			if err == nil || !strings.Contains(err.Error(), "redirects, which is not followed here") {
				t.Errorf("%s %d: got error %v, want that a redirect is not followed", scheme, status, err)
			}
			if len(sent) > 0 {
				t.Errorf("%s %d: somebody else was told", scheme, status)
			}
		}
	}
}
