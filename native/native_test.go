package native_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/carrier/simulator"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/inbound"
	"github.com/repli-sms/repli/native"
	"github.com/repli-sms/repli/outbound"
	"github.com/repli-sms/repli/privacy"
	"github.com/repli-sms/repli/sms"
	"github.com/repli-sms/repli/store"
)

// Two accounts. Every test is Ann; Bob's things are not hers.
var (
	ann = repli.Account{SID: "AC00000000000000000000000000000001", AuthToken: "00000000000000000000000000000001"}
	bob = repli.Account{SID: "AC00000000000000000000000000000002", AuthToken: "00000000000000000000000000000002"}
)

const baseURL = "https://repli.example.com"

// A server is the API over a real store in memory and a simulated network.
type server struct {
	t       *testing.T
	handler http.Handler
	api     *native.Server
	db      *store.DB
	phones  *simulator.Carrier
	as      repli.Account
}

// start returns a server, set up by edit if that is not nil.
func start(t *testing.T, edit func(*native.Config)) *server {
	t.Helper()
	s := open(t, edit)
	s.t = t
	return s
}

// open is start for tests of any kind, who set the server's t themselves.
func open(t testing.TB, edit func(*native.Config)) *server {
	t.Helper()
	db, err := store.Open(t.Context(), store.Config{Path: store.Memory})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		if err := db.Run(ctx); err != nil {
			t.Error(err)
		}
	}()
	t.Cleanup(func() {
		stop()
		<-stopped
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	phones, err := simulator.New(simulator.Config{Inbox: inbox{db}})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range []repli.Account{ann, bob} {
		if err := db.Configure(ctx, func(tx *store.Tx) error { return tx.PutAccount(ctx, a) }); err != nil {
			t.Fatal(err)
		}
	}
	cfg := native.Config{
		DB: db, Phones: phones, Inbound: inbound.New(inbound.Config{DB: db}), BaseURL: baseURL,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
	cfg.Privacy = &privacy.Engine{DB: db, Outbound: outbound.New(outbound.Config{DB: db}), Phones: phones}
	if edit != nil {
		edit(&cfg)
	}
	api := native.New(cfg)
	mux := http.NewServeMux()
	api.Register(mux)
	return &server{handler: endpoint.Mux(mux, cfg.Log), api: api, db: db, phones: phones, as: ann}
}

// inbox keeps what phones send.
type inbox struct{ db *store.DB }

func (i inbox) Message(ctx context.Context, in carrier.Inbound) error {
	n, err := i.db.NumberByAddress(ctx, in.To)
	if err != nil {
		return err
	}
	prefix := repli.MessagePrefix
	if len(in.Media) > 0 {
		prefix = repli.MMSPrefix
	}
	now := time.Now()
	m := repli.Message{
		SID: repli.NewSID(prefix), Account: n.Account, Carrier: simulator.Name, Direction: repli.Inbound, From: in.From, To: in.To, Body: in.Body,
		Segments: sms.Measure(in.Body).Segments, State: repli.Pending, Created: now, Updated: now, Due: now,
	}
	change := repli.Change{Received: []repli.CarrierID{{Carrier: simulator.Name, ID: in.ID, Message: m.SID, Created: now}}}
	for _, item := range in.Media {
		sid := repli.NewSecretSID(repli.MediaPrefix)
		m.Media = append(m.Media, repli.Attachment{SID: sid, ContentType: item.ContentType})
		change.Media = append(change.Media, repli.Media{
			SID: sid, Account: n.Account, Message: m.SID, ContentType: item.ContentType, Data: item.Data, Created: now,
		})
	}
	change.New = []repli.Message{m}
	return i.db.Commit(ctx, change)
}

func (inbox) Receipt(context.Context, carrier.Receipt) error { return nil }

// An answer is what came back, the body as JSON when it is that.
type answer struct {
	status int
	header http.Header
	raw    string
	json   map[string]any
}

// do sends a request with a body, which may be "", and holds the answer against the API's
// description.
func (s *server) do(method, target, body string) answer {
	s.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	r.SetBasicAuth(string(s.as.SID), s.as.AuthToken)
	return s.send(r)
}

func (s *server) send(r *http.Request) answer {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	raw, err := io.ReadAll(w.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	a := answer{status: w.Code, header: w.Header(), raw: string(raw)}
	if w.Header().Get("Content-Type") == "application/json" {
		if err := json.Unmarshal(raw, &a.json); err != nil {
			s.t.Fatalf("%s %s: %v in %s", r.Method, r.URL, err, raw)
		}
	}
	if r.Pattern != "" {
		described(s.t, r.Pattern, a)
	}
	return a
}

// must is do, and fails the test when the status is another.
func (s *server) must(status int, method, target, body string) map[string]any {
	s.t.Helper()
	a := s.do(method, target, body)
	if a.status != status {
		s.t.Fatalf("%s %s %s: got %d %s, want %d", method, target, body, a.status, a.raw, status)
	}
	return a.json
}

// A refusal is a request and the error it must be answered with.
type refusal struct {
	shows, method, target, body string
	status, code                int
	says                        string
}

func (s *server) refuses(rows []refusal) {
	s.t.Helper()
	for _, row := range rows {
		s.t.Run(row.shows, func(t *testing.T) {
			outer := s.t
			s.t = t
			defer func() { s.t = outer }()
			a := s.do(row.method, row.target, row.body)
			code, _ := a.json["code"].(float64)
			says, _ := a.json["message"].(string)
			if a.status != row.status || int(code) != row.code || !strings.Contains(says, row.says) {
				t.Errorf("%s %s %.200s\ngot  %d, %.0f: %s\nwant %d, %d: %s", row.method, row.target, row.body,
					a.status, code, says, row.status, row.code, row.says)
			}
		})
	}
}

// number adds a number without steps and returns its SID.
func (s *server) number(address string) string {
	s.t.Helper()
	return s.must(201, "POST", "/repli/v1/numbers", jsonOf(map[string]any{"number": address}))["sid"].(string)
}

// bin adds a bin and returns its SID.
func (s *server) bin(name, twiml string) string {
	s.t.Helper()
	return s.must(201, "POST", "/repli/v1/bins", jsonOf(map[string]any{"friendly_name": name, "twiml": twiml}))["sid"].(string)
}

// commit makes a change true.
func (s *server) commit(c repli.Change) {
	s.t.Helper()
	if err := s.db.Commit(context.Background(), c); err != nil {
		s.t.Fatal(err)
	}
}

// configure changes configuration by other ways than this API.
func (s *server) configure(do func(context.Context, *store.Tx) error) {
	s.t.Helper()
	ctx := s.t.Context()
	if err := s.db.Configure(ctx, func(tx *store.Tx) error { return do(ctx, tx) }); err != nil {
		s.t.Fatal(err)
	}
}

func jsonOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// values returns the field of each item of a list.
func values(list any, field string) []any {
	var found []any
	for _, item := range list.([]any) {
		found = append(found, item.(map[string]any)[field])
	}
	return found
}

// all follows a list from page to page and returns a field of each item, and how many pages
// there were.
func (s *server) all(target, noun, field string) (found []any, pages int) {
	s.t.Helper()
	for next := target; next != ""; pages++ {
		list := s.must(200, "GET", next, "")
		found = append(found, values(list[noun], field)...)
		url, _ := list["next"].(string)
		if url != "" && !strings.HasPrefix(url, baseURL+"/repli/v1/") || pages == 20 {
			s.t.Fatalf("page %d of %s is followed by %q", pages, target, url)
		}
		next = strings.TrimPrefix(url, baseURL)
	}
	return found, pages
}

func equal(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestEveryRouteNeedsItsAccountOrSaysThatItDoesNot(t *testing.T) {
	s := start(t, nil)
	for _, pattern := range s.api.Patterns() {
		method, path, _ := strings.Cut(pattern, " ")
		if strings.HasPrefix(path, "/twiml/") || path == "/repli/v1/openapi.json" {
			continue
		}
		for _, password := range []string{"", bob.AuthToken} {
			r := httptest.NewRequest(method, strings.NewReplacer("{", "", "}", "").Replace(path), nil)
			if password != "" {
				r.SetBasicAuth(string(ann.SID), password)
			}
			if a := s.send(r); a.status != 401 || a.json["code"] != 20003.0 || a.header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s with password %q: got %d %s", pattern, password, a.status, a.raw)
			}
		}
	}
}

func TestResetForgetsTrafficAndKeepsNumbers(t *testing.T) {
	s := start(t, func(c *native.Config) { c.AllowReset = true })
	s.number("+15550001000")
	m := s.must(201, "POST", "/repli/v1/phones/+15557770001/messages", `{"to":"+15550001000","body":"hi"}`)
	s.must(204, "POST", "/repli/v1/reset", "")
	s.must(404, "GET", "/repli/v1/messages/"+m["sid"].(string), "")
	equal(t, "messages", []any{}, s.must(200, "GET", "/repli/v1/messages", "")["messages"])
	equal(t, "the phone's conversation", []any{}, s.must(200, "GET", "/repli/v1/phones/+15557770001/messages", "")["messages"])
	s.must(200, "GET", "/repli/v1/numbers/+15550001000", "")
}

func TestResetIsRefusedWhereItIsNotAllowed(t *testing.T) {
	s := start(t, nil)
	s.refuses([]refusal{{"reset", "POST", "/repli/v1/reset", "", 403, 20403, "`repli dev`"}})
}
