package outbound_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/callback"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/outbound"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/webhook"
	"github.com/repli-sms/repli/work"
)

const (
	account = repli.SID("AC00000000000000000000000000000001")
	shop    = "+15550002000"
	ann     = "+15557770001"
)

// A life is one run of a process that sends messages to phones.
type life struct {
	t      *testing.T
	db     *store.DB
	engine *outbound.Engine
	told   *statuses
	end    func() error // ends it like a crash, without finishing its work
}

// A link is a carrier of the test. Its Submit gets the engine, in order to deliver receipts.
type link struct {
	submit func(ctx context.Context, e *outbound.Engine, m repli.Message) error
	engine *outbound.Engine
	name   string // "test" when empty
	can    carrier.Abilities
	ids    func(m repli.Message) []string // the ids it returns; if nil, none
	lost   atomic.Bool                    // the carrier cannot be reached
}

func (l *link) Name() string                 { return cmp.Or(l.name, "test") }
func (l *link) Abilities() carrier.Abilities { return l.can }
func (l *link) Bound() bool                  { return !l.lost.Load() }

func (l *link) Submit(ctx context.Context, m repli.Message) (taken carrier.Taken, err error) {
	if l.ids != nil {
		taken.IDs = l.ids(m)
	}
	return taken, l.submit(ctx, l.engine, m)
}

func (l *link) Run(ctx context.Context) error {
	<-ctx.Done()
	return nil
}

// bubble runs a test in fake time, with the path of a store.
func bubble(t *testing.T, test func(t *testing.T, path string)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "repli.db")
	synctest.Test(t, func(t *testing.T) { test(t, path) })
}

// live starts a life on the store at path, with a carrier whose Submit is given.
func live(t *testing.T, path string, submit func(context.Context, *outbound.Engine, repli.Message) error) *life {
	t.Helper()
	return liveOn(t, path, outbound.Route{Carrier: &link{submit: submit, can: carrier.Abilities{DropsRepeats: true}}})
}

// liveOn starts a life on the store at path, with these carriers and real pauses.
func liveOn(t *testing.T, path string, routes ...outbound.Route) *life {
	t.Helper()
	db, err := store.Open(t.Context(), store.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	l := &life{t: t, db: db, told: &statuses{}}
	hurry, hurryUp := context.WithCancel(context.Background())
	log := slog.New(slog.NewTextHandler(noPanics{t}, nil))
	lane := work.Config{Work: hurry, Log: log}
	tell := callback.New(callback.Config{
		DB: db, Web: webhook.New(webhook.Config{Transport: l.told}), Lane: lane, Log: log,
	})
	l.engine = outbound.New(outbound.Config{
		DB: db, Routes: routes, Callback: tell, Lane: lane, Log: log, Jitter: func() float64 { return 0 },
	})
	for _, r := range routes {
		r.Carrier.(*link).engine = l.engine
	}
	err = db.Configure(t.Context(), func(tx *store.Tx) error {
		return tx.PutAccount(t.Context(), repli.Account{SID: account, AuthToken: "secret", Created: time.Now()})
	})
	if err != nil {
		t.Fatal(err)
	}
	stopStore, stopTell, stopOut := run(db.Run), run(tell.Run), run(l.engine.Run)
	l.end = func() error {
		hurryUp()
		err := stopOut()
		return errors.Join(err, stopTell(), stopStore(), db.Close())
	}
	return l
}

// noPanics is a log that fails the test when a worker has panicked.
type noPanics struct{ t *testing.T }

func (w noPanics) Write(b []byte) (int, error) {
	if strings.Contains(string(b), "panic:") {
		w.t.Errorf("a worker has panicked: %s", b)
	}
	return len(b), nil
}

// run runs a part until the returned function is called, which returns the part's error.
func run(part func(context.Context) error) (stop func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- part(ctx) }()
	return func() error {
		cancel()
		return <-done
	}
}

// stops stops a life that has no work in progress.
func (l *life) stops() {
	l.t.Helper()
	if err := l.end(); err != nil {
		l.t.Errorf("it did not stop cleanly: %v", err)
	}
}

// text returns a queued message to ann.
func text(body string) repli.Message {
	now := time.Now()
	return repli.Message{
		SID: repli.NewSID(repli.MessagePrefix), Account: account, Direction: repli.OutboundReply,
		From: shop, To: ann, Body: body, Segments: 1, State: repli.Queued, Created: now, Updated: now, Due: now,
		Callback: repli.Callback{URL: "https://shop.example/status", Method: "POST"},
	}
}

// sends commits a queued message to ann and returns its SID.
func (l *life) sends(body string) repli.SID {
	l.t.Helper()
	m := text(body)
	if err := l.engine.Commit(l.t.Context(), repli.Change{New: []repli.Message{m}}); err != nil {
		l.t.Fatal(err)
	}
	return m.SID
}

// message returns a message from the store.
func (l *life) message(sid repli.SID) repli.Message {
	l.t.Helper()
	m, err := l.db.Message(l.t.Context(), sid)
	if err != nil {
		l.t.Fatal(err)
	}
	return m
}

// fate returns the state of a message and its error code.
func fate(m repli.Message) string { return fmt.Sprintf("%s %d", m.State, m.ErrorCode) }

// alerts returns the codes of the alerts about a message.
func (l *life) alerts(sid repli.SID) []int {
	l.t.Helper()
	alerts, err := l.db.AlertsOf(l.t.Context(), sid, store.Page{Limit: 1000})
	if err != nil {
		l.t.Fatal(err)
	}
	var codes []int
	for _, a := range alerts {
		codes = append(codes, a.Code)
	}
	return codes
}

// receives gives the engine a receipt.
func (l *life) receives(r carrier.Receipt) {
	l.t.Helper()
	if err := l.engine.Receipt(l.t.Context(), r); err != nil {
		l.t.Errorf("Receipt(%v) = %v, want nil", r, err)
	}
}

// statuses is a customer that accepts every status callback.
type statuses struct {
	mu  sync.Mutex
	all []string
}

func (s *statuses) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, form.Get("MessageStatus"))
	return &http.Response{StatusCode: 204, Body: http.NoBody, Header: http.Header{}, Request: r}, nil
}

// list returns the statuses received so far.
func (s *statuses) list() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.all...)
}

// after lets d pass.
func after(d time.Duration) { <-time.After(d) }
