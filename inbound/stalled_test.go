package inbound_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/callback"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/inbound"
	"github.com/repli-sms/repli/outbound"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/webhook"
	"github.com/repli-sms/repli/work"
)

// A network is a carrier that two nodes have in common.
type network struct {
	mu    sync.Mutex
	texts []string
}

func (n *network) Name() string              { return "network" }
func (n *network) Run(context.Context) error { return nil }

func (n *network) Abilities() carrier.Abilities { return carrier.Abilities{DropsRepeats: true} }
func (n *network) Bound() bool                  { return true }

func (n *network) Submit(_ context.Context, m repli.Message) (carrier.Taken, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.texts = append(n.texts, m.Body)
	return carrier.Taken{}, nil
}

// A node is one of several processes that share a store.
type node struct {
	in  *inbound.Engine
	out *outbound.Engine
}

// nodeOn returns a node whose handlers take a while and then answer with its name.
func nodeOn(db *store.DB, net carrier.Carrier, lane work.Config, takes time.Duration) node {
	return nodeAsking(db, net, lane, slowly{takes, lane.Node})
}

// nodeAsking returns a node whose handlers are reached by this transport.
func nodeAsking(db *store.DB, net carrier.Carrier, lane work.Config, handlers http.RoundTripper) node {
	log := slog.New(slog.DiscardHandler)
	web := webhook.New(webhook.Config{Transport: handlers})
	tell := callback.New(callback.Config{DB: db, Web: web, Lane: lane, Log: log})
	out := outbound.New(outbound.Config{DB: db, Routes: []outbound.Route{{Carrier: net}}, Callback: tell, Lane: lane, Log: log})
	return node{inbound.New(inbound.Config{DB: db, Web: web, Outbound: out, Lane: lane, Log: log}), out}
}

// slowly is a transport to a handler that takes a while.
type slowly struct {
	takes time.Duration
	says  string
}

func (h slowly) RoundTrip(r *http.Request) (*http.Response, error) {
	<-time.After(h.takes)
	w := httptest.NewRecorder()
	w.Header().Set("Content-Type", "text/plain")
	fmt.Fprint(w, h.says)
	answer := w.Result()
	answer.Request = r
	return answer, nil
}

// TestAStalledWorkerCannotAnswerASecondTime has a node that does not renew its leases, as one
// whose machine was asleep, and that comes to with an answer when another node has given one.
func TestAStalledWorkerCannotAnswerASecondTime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	synctest.Test(t, func(t *testing.T) {
		db, err := store.Open(t.Context(), store.Config{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
		var running sync.WaitGroup
		run := func(run func(context.Context) error) {
			running.Go(func() {
				if err := run(ctx); err != nil {
					t.Error(err)
				}
			})
		}
		net := &network{}
		stalled := nodeOn(db, net, work.Config{Node: "stalled", LeaseFor: 5 * time.Second}, 12*time.Second)
		awake := nodeOn(db, net, work.Config{Node: "awake"}, time.Second)
		run(db.Run)
		run(awake.in.Run)
		run(awake.out.Run)
		addShop(t, db)

		if err := stalled.in.Receive(t.Context(), carrier.Inbound{Carrier: "network", ID: "1", From: ann, To: shop, Body: "hello"}); err != nil {
			t.Fatal(err)
		}
		sid, err := db.Received(t.Context(), "network", "1")
		if err != nil {
			t.Fatal(err)
		}
		<-time.After(4 * time.Second)
		if m, err := db.Message(t.Context(), sid); err != nil || m.Lease.By != "stalled" {
			t.Errorf("the text is leased by %q (error %v), want stalled", m.Lease.By, err)
		}
		<-time.After(20 * time.Second)
		if diff := cmp.Diff([]string{"awake"}, net.texts); diff != "" {
			t.Error("sent (-want +got):", diff)
		}
		attempts, err := db.Attempts(t.Context(), sid, store.Page{Limit: 1000})
		if err != nil || len(attempts) != 1 || string(attempts[0].Body) != "awake" {
			t.Errorf("attempts %+v (error %v), want the one that led to the answer", attempts, err)
		}
		if m, err := db.Message(t.Context(), sid); err != nil || m.State != repli.Answered || m.Lease.By != "" {
			t.Errorf("the text is %s, leased by %q (error %v), want answered and nobody", m.State, m.Lease.By, err)
		}
		stop()
		running.Wait()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestANumberThatIsFarBehindTakesNoMoreTexts has a lane of 17 places, of which one number may
// have 16.
func TestANumberThatIsFarBehindTakesNoMoreTexts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	synctest.Test(t, func(t *testing.T) {
		db, err := store.Open(t.Context(), store.Config{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
		var running sync.WaitGroup
		n := nodeOn(db, &network{}, work.Config{Places: 17, Waiting: 3}, 10*time.Second)
		for _, run := range []func(context.Context) error{db.Run, n.in.Run, n.out.Run} {
			running.Go(func() { _ = run(ctx) })
		}
		addShop(t, db)
		synctest.Wait()
		texts := func() error {
			return n.in.Receive(t.Context(), carrier.Inbound{From: ann, To: shop, Body: "hello"})
		}
		for i := range 16 + 3 {
			if err := texts(); err != nil {
				t.Fatalf("text %d: %v", i+1, err)
			}
		}
		var known *repli.Error
		if err := texts(); !errors.As(err, &known) || known.Code != 20429 || !known.Temporary {
			t.Errorf("one text too many: got error %v, want a Temporary 20429", err)
		}
		<-time.After(12 * time.Second)
		if err := texts(); err != nil {
			t.Errorf("when the first are answered: %v", err)
		}
		<-time.After(30 * time.Second)
		stop()
		running.Wait()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
}

// addShop adds an account and its number, which has one handler.
func addShop(t *testing.T, db *store.DB) {
	t.Helper()
	ctx, now := t.Context(), time.Now()
	err := db.Configure(ctx, func(tx *store.Tx) error {
		if err := tx.PutAccount(ctx, repli.Account{SID: apptest.Account, AuthToken: apptest.Token, Created: now}); err != nil {
			return err
		}
		return tx.AddNumber(ctx, repli.Number{
			SID: repli.NewSID(repli.NumberPrefix), Account: apptest.Account, Address: shop, Created: now, Updated: now,
			Chain: repli.Chain{Steps: []repli.Step{{URL: "https://shop.example/sms", Method: "POST"}}, AnswerBy: repli.DefaultAnswerBy},
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}
