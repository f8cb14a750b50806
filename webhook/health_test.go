package webhook_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/webhook"
	"github.com/repli-sms/repli/webhook/webhooktest"
)

func TestAHealthCheckFindsOutWhetherAServerAcceptsConnections(t *testing.T) {
	ca := webhooktest.NewCA(t)
	asked := func(http.ResponseWriter, *http.Request) { t.Error("a health check asked something") }
	for _, row := range []struct {
		shows, url string
		public     bool // private addresses are refused
		code       int  // 0 for somebody who is there
	}{
		{"a server that would answer", webhooktest.Handle(t, asked), false, 0},
		{"one that accepts, and would say nothing", webhooktest.Hangs(t), false, 0},
		{"one with a certificate", webhooktest.TLSAnswers(t, ca, "text/plain", ""), false, 0},
		{"nobody at the port", webhooktest.Refuses(t), false, 11202},
		{"nobody who accepts in time", webhooktest.NeverAccepts(t) + "#ct=100", false, 11201},
		{"a name without an address", "http://nowhere.test/sms", false, 11210},
		{"a certificate of somebody else's", webhooktest.TLSUnknownIssuer(t), false, 11237},
		{"an expired certificate", webhooktest.TLSExpired(t, ca), false, 11236},
		{"an address that may not be asked", webhooktest.Handle(t, asked), true, 11205},
		{"no URL", "http://", false, 11100},
		{"a limit that is none", webhooktest.Handle(t, asked) + "#ct=soon", false, 11100},
	} {
		c := webhook.New(webhook.Config{AllowPrivate: !row.public, RootCAs: ca.Pool(), Resolver: webhooktest.Resolver(t, nil)})
		err := c.CheckHealth(t.Context(), row.url)
		if code := repli.CodeOf(err); code != row.code || (err == nil) != (code == 0) {
			t.Errorf("%s: got error %v, want code %d", row.shows, err, row.code)
		}
	}
}

func TestAHealthCheckDoesNotWaitForAHandshakeThatNeverEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, url := inMemory(t, webhooktest.Silent)
		began := time.Now()
		err := c.CheckHealth(t.Context(), strings.Replace(url, "http", "https", 1))
		if took := time.Since(began); repli.CodeOf(err) != 11220 || took != 5*time.Second {
			t.Errorf("got error %v after %v, want 11220 after 5 s", err, took)
		}
	})
}

func TestAHealthCheckSaysThatTheGuardRefused(t *testing.T) {
	err := webhook.New(webhook.Config{}).CheckHealth(t.Context(), "http://169.254.169.254/")
	if !errors.Is(err, webhook.ErrRefused) || !strings.Contains(err.Error(), "link-local") {
		t.Errorf("got error %v, want the guard's refusal", err)
	}
}

func TestWhereThereIsNoNetworkSomebodyIsAlwaysThere(t *testing.T) {
	c := webhook.New(webhook.Config{Transport: http.DefaultTransport})
	began := time.Now()
	if err := c.CheckHealth(t.Context(), "http://nowhere.test/"); err != nil {
		t.Errorf("got error %v after %v, want none", err, time.Since(began))
	}
}

func TestACertificateIsShownWithoutBeingAskedForAnything(t *testing.T) {
	ca := webhooktest.NewCA(t)
	c := webhook.New(webhook.Config{AllowPrivate: true, RootCAs: ca.Pool(), Resolver: webhooktest.Resolver(t, nil)})
	shown := webhooktest.TLSAnswers(t, ca, "text/plain", "")
	first, err := c.Certificate(t.Context(), shown)
	if err != nil || first == nil {
		t.Fatalf("got %v, error %v, want a certificate", first, err)
	}
	if again, err := c.Certificate(t.Context(), shown+"/another"); err != nil || !first.Equal(again) {
		t.Errorf("another path shows another certificate (error %v)", err)
	}
	plain := webhooktest.Handle(t, func(http.ResponseWriter, *http.Request) {})
	if none, err := c.Certificate(t.Context(), plain); err != nil || none != nil {
		t.Errorf("got %v, error %v, want none where there is no TLS", none, err)
	}
	if _, err := c.Certificate(t.Context(), webhooktest.TLSUnknownIssuer(t)); repli.CodeOf(err) != 11237 {
		t.Errorf("got error %v, want 11237", err)
	}
}
