package inbound_test

import (
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/webhook"
	"github.com/repli-sms/repli/webhook/webhooktest"
)

// TestAnOutageOverConnections is an outage as it happens: a server that accepts connections and
// answers none, and is well again. The connections are in memory, so that time is fake.
func TestAnOutageOverConnections(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	synctest.Test(t, func(t *testing.T) {
		var primary moody
		primary.is("hangs")
		customers := webhooktest.Network{"primary.test": webhooktest.Handling(primary.ServeHTTP)}
		s := apptest.StartWith(t, app.ServerConfig{Store: path, Webhooks: webhook.Config{Dial: customers.Dial}}, nil)
		defer s.Stop()
		fallback := apptest.Bin("<Response><Message>fallback</Message></Response>")(s)
		s.Chain(shop, repli.Chain{SlowAfter: 400 * time.Millisecond, AnswerBy: repli.DefaultAnswerBy},
			apptest.At("http://primary.test/sms"), func(*apptest.Server) repli.Step { return fallback })

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
			if e.Kind == repli.LeftFallback && e.Since.Sub(began).Abs() > time.Millisecond {
				t.Errorf("left its fallback after being there since %v, want %v", e.Since, began)
			}
		}
	})
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
