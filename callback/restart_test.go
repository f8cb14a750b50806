package callback_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/callback"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/webhook"
	"github.com/repli-sms/repli/work"
)

// A life is one life of a process that tells notices.
type life struct {
	t      *testing.T
	db     *store.DB
	engine *callback.Engine
	end    func() error // kills the process, more or less: nothing in hand is finished
}

// live begins a life on the store at path, with one customer.
func live(t *testing.T, path string, c *customer, lane work.Config) *life {
	t.Helper()
	db, err := store.Open(t.Context(), store.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	hurry, hurryUp := context.WithCancel(context.Background())
	lane.Work = hurry
	l := &life{t: t, db: db, engine: callback.New(callback.Config{
		DB: db, Lane: lane, Log: slog.New(slog.DiscardHandler),
		Web: webhook.New(webhook.Config{Transport: toCustomer{c}, MaxInFlight: c.slots}),
	})}
	ctx, cancel := context.WithCancel(context.Background())
	stored, stop := context.WithCancel(context.Background())
	told, kept := make(chan error, 1), make(chan error, 1)
	go func() { told <- l.engine.Run(ctx) }()
	go func() { kept <- db.Run(stored) }()
	l.end = func() error {
		hurryUp()
		cancel()
		err := <-told
		stop()
		if err := <-kept; err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
		return err
	}
	return l
}

// account adds the account whose token signs.
func (l *life) account() {
	l.t.Helper()
	ctx := l.t.Context()
	err := l.db.Configure(ctx, func(tx *store.Tx) error {
		return tx.PutAccount(ctx, repli.Account{SID: account, AuthToken: "secret", Created: time.Now()})
	})
	if err != nil {
		l.t.Fatal(err)
	}
}

const account = repli.SID("AC00000000000000000000000000000001")

// notice returns a new notice of this status.
func notice(status repli.State) repli.Notice {
	m := repli.Message{
		SID: repli.NewSID(repli.MessagePrefix), Account: account, From: shop, To: ann,
		Callback: repli.Callback{URL: "https://shop.example/status", Method: "POST"},
	}
	n, _ := callback.Notice(m, repli.Move{To: status, At: time.Now()}, time.Time{})
	return n
}

// commits commits a notice of this status.
func (l *life) commits(status repli.State) {
	l.t.Helper()
	if err := l.engine.Commit(l.t.Context(), repli.Change{Notices: []repli.Notice{notice(status)}}); err != nil {
		l.t.Fatal(err)
	}
}

// alerts returns the codes of all alerts.
func (l *life) alerts() []int {
	l.t.Helper()
	alerts, err := l.db.Alerts(l.t.Context(), account, store.AlertFilter{}, store.Page{Limit: 10})
	if err != nil {
		l.t.Fatal(err)
	}
	var codes []int
	for _, a := range alerts {
		codes = append(codes, a.Code)
	}
	return codes
}

// toCustomer takes every request to one customer.
type toCustomer struct{ c *customer }

func (to toCustomer) RoundTrip(r *http.Request) (*http.Response, error) {
	rec := httptest.NewRecorder()
	to.c.ServeHTTP(rec, r)
	if r.Context().Err() != nil {
		return nil, r.Context().Err()
	}
	answer := rec.Result()
	answer.Request = r
	return answer, nil
}

func TestCallbackInHandIsMadeAfterTheNextStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	synctest.Test(t, func(t *testing.T) {
		c := &customer{answer: hanging}
		first := live(t, path, c, work.Config{})
		first.account()
		first.commits(repli.Delivered)
		after(time.Second)
		if err := first.end(); err != nil {
			t.Errorf("Run returned %v, want nil", err)
		}

		c.answer = listening
		second := live(t, path, c, work.Config{})
		after(time.Minute)
		if got := second.alerts(); len(got) > 0 {
			t.Errorf("alerts %v, want none", got)
		}
		if err := second.end(); err != nil {
			t.Error(err)
		}

		third := live(t, path, c, work.Config{})
		after(time.Minute)
		if err := third.end(); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff([]string{"delivered", "delivered"}, c.statuses()); diff != "" {
			t.Fatal("statuses told (-want +got):", diff)
		}
		seen := c.requests()
		if diff := cmp.Diff(seen[0].header, seen[1].header); diff != "" || seen[0].header.Get(token) == "" {
			t.Error("headers of the second request, token included (-first +second):", diff)
		}
		if seen[0].body != seen[1].body {
			t.Errorf("the second request says %q, the first %q", seen[1].body, seen[0].body)
		}
		if took := seen[1].at.Sub(seen[0].at); took > 2*time.Second {
			t.Errorf("it was made again after %v, want it made at the start", took)
		}
	})
}

func TestCallbackWithoutAPlaceIsMadeWhenOneIsFree(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	synctest.Test(t, func(t *testing.T) {
		c := &customer{answer: hanging}
		l := live(t, path, c, work.Config{Places: 1})
		l.account()
		synctest.Wait() // the first sweep is over
		began := time.Now()
		l.commits(repli.Sent)
		l.commits(repli.Delivered)
		after(time.Minute)
		if diff := cmp.Diff([]string{"sent", "delivered"}, c.statuses()); diff != "" {
			t.Fatal("statuses told (-want +got):", diff)
		}
		if took := c.one(t, "delivered").at.Sub(began); took != 15*time.Second {
			t.Errorf("the second was made after %v, want it when the first has failed, after 15 s", took)
		}
		if err := l.end(); err != nil {
			t.Error(err)
		}
	})
}

func TestCallbackThatWasNeverMadeStaysDue(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	synctest.Test(t, func(t *testing.T) {
		c := &customer{slots: 1, answer: func(w http.ResponseWriter, r *http.Request) {
			after(14 * time.Second)
			listening(w, r)
		}}
		l := live(t, path, c, work.Config{})
		l.account()
		for range 3 { // the third waits for 15 s and would have to wait for 28 s
			l.commits(repli.Sent)
		}
		after(time.Minute)
		if diff := cmp.Diff([]string{"sent", "sent", "sent"}, c.statuses()); diff != "" {
			t.Error("statuses told (-want +got):", diff)
		}
		if got := l.alerts(); len(got) > 0 {
			t.Errorf("alerts %v, want none", got)
		}
		if err := l.end(); err != nil {
			t.Error(err)
		}
	})
}

// TestWorkerWhoHasLostItsLeaseTellsNobody has one that stalled until its notice was another's.
func TestWorkerWhoHasLostItsLeaseTellsNobody(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	synctest.Test(t, func(t *testing.T) {
		c := &customer{answer: listening}
		l := live(t, path, c, work.Config{})
		l.account()
		n := notice(repli.Sent)
		n.Lease = repli.Lease{By: "another", Until: time.Now().Add(time.Hour)}
		if err := l.db.Commit(t.Context(), repli.Change{Notices: []repli.Notice{n}}); err != nil {
			t.Fatal(err)
		}
		if err := l.engine.Tell(t.Context(), n); !errors.Is(err, work.ErrLost) {
			t.Errorf("Tell returned %v, want %v", err, work.ErrLost)
		}
		if got := c.statuses(); len(got) > 0 {
			t.Errorf("the customer was told of %v, want nothing", got)
		}
		if err := l.end(); err != nil {
			t.Error(err)
		}
	})
}
