package inbound_test

import (
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/webhook"
)

// TestAnOutageOverRealSockets is an outage as it happens: a server that accepts connections and
// answers none, and is well again. It takes some ten seconds, because nobody knocks earlier.
func TestAnOutageOverRealSockets(t *testing.T) {
	t.Parallel()
	var primary moody
	primary.is("hangs")
	customer := httptest.NewServer(&primary)
	t.Cleanup(customer.Close)
	s := serverOnSockets(t)
	fallback := apptest.Bin("<Response><Message>fallback</Message></Response>")(s)
	s.Chain(shop, repli.Chain{SlowAfter: 400 * time.Millisecond, AnswerBy: repli.DefaultAnswerBy},
		apptest.At(customer.URL+"/sms"), func(*apptest.Server) repli.Step { return fallback })

	began := time.Now()
	var texts []repli.SID
	for range 40 {
		texts = append(texts, s.Phone(ann).Texts(shop, "hello"))
		<-time.After(25 * time.Millisecond)
	}
	for i, sid := range texts {
		m := answeredSoon(t, s, sid)
		if took := m.Updated.Sub(m.Created); took > 5*time.Second || m.AnsweredBy != repli.ByFallback {
			t.Errorf("text %d was answered by %q after %v", i, m.AnsweredBy, took)
		}
	}
	if asked := primary.asked.Load(); asked >= 40 {
		t.Errorf("the primary was asked %d times of 40", asked)
	}
	primary.is("well")
	back := time.Now()
	for time.Since(back) < 20*time.Second {
		if m := answeredSoon(t, s, s.Phone(ann).Texts(shop, "and now?")); m.AnsweredBy == repli.ByPrimary {
			break
		}
		<-time.After(100 * time.Millisecond)
	}
	if took := time.Since(back); took > 15*time.Second {
		t.Errorf("recovered %v after the primary was back, want 15 s at most", took)
	}
	got := kinds(t, s)
	slices.Sort(got)
	want := []string{"breaker.closed", "breaker.opened", "fallback.entered", "fallback.left"}
	if !slices.Equal(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
	for _, e := range events(t, s) {
		if e.Kind == repli.LeftFallback && e.Since.Sub(began).Abs() > 100*time.Millisecond {
			t.Errorf("left its fallback after being there since %v, want %v", e.Since, began)
		}
	}
}

// serverOnSockets starts a server that asks over the network.
func serverOnSockets(t *testing.T) *apptest.Server {
	t.Helper()
	s := apptest.StartWith(t, app.ServerConfig{
		Store: filepath.Join(t.TempDir(), "repli.db"), Webhooks: webhook.Config{AllowPrivate: true}, Drain: time.Second,
	}, nil)
	t.Cleanup(s.Stop)
	return s
}

// answeredSoon returns a text once it has been answered.
func answeredSoon(t *testing.T, s *apptest.Server, sid repli.SID) repli.Message {
	t.Helper()
	for until := time.Now().Add(16 * time.Second); ; <-time.After(10 * time.Millisecond) {
		m := s.Message(sid)
		if m.State != repli.Pending {
			return m
		}
		if time.Now().After(until) {
			t.Fatalf("%s is not answered", sid)
		}
	}
}
