package webhook_test

import (
	"crypto/tls"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli/webhook"
	"github.com/repli-sms/repli/webhook/webhooktest"
)

func TestTheNameOfTheHostIsSentUnlessTheURLForbidsIt(t *testing.T) {
	ca := webhooktest.NewCA(t)
	var greetings []string
	config := &tls.Config{
		Certificates: []tls.Certificate{ca.Certificate(t, "shop.test", time.Now().Add(time.Hour))},
		GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			greetings = append(greetings, "name "+hello.ServerName+", speaks "+strings.Join(hello.SupportedProtos, " "))
			return nil, nil
		},
	}
	url := webhooktest.TLS(t, config, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(204) })
	url = strings.Replace(url, "127.0.0.1", "shop.test", 1)
	c := webhook.New(webhook.Config{AllowPrivate: true, RootCAs: ca.Pool(), Resolver: webhooktest.Resolver(t, map[string]string{"shop.test": "127.0.0.1"})})
	t.Cleanup(c.CloseIdle)
	for _, fragment := range []string{"", "#sni=n", "#sni=y"} {
		if a := c.Ask(t.Context(), question(url+fragment)); a.Err != nil {
			t.Errorf("%q: %v", fragment, a.Err)
		}
	}
	want := []string{"name shop.test, speaks http/1.1", "name , speaks http/1.1"} // the third uses the first one's connection
	if diff := cmp.Diff(want, greetings); diff != "" {
		t.Errorf("greetings (-want +got):\n%s", diff)
	}
}

func TestAServerThatMissesAClientCertificateFailsTheHandshake(t *testing.T) {
	ca := webhooktest.NewCA(t)
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		config := &tls.Config{
			Certificates: []tls.Certificate{ca.Certificate(t, "127.0.0.1", time.Now().Add(time.Hour))},
			ClientAuth:   tls.RequireAnyClientCert,
			MaxVersion:   version,
		}
		url := webhooktest.TLS(t, config, func(w http.ResponseWriter, r *http.Request) {})
		a := ask(t, webhook.Config{RootCAs: ca.Pool()}, url)
		if a.Err == nil || a.Err.Code != 11220 {
			t.Errorf("%s: got %v, want 11220", tls.VersionName(version), a.Err)
		}
	}
}

func TestAnOldTLSIsRefused(t *testing.T) {
	ca := webhooktest.NewCA(t)
	config := &tls.Config{
		Certificates: []tls.Certificate{ca.Certificate(t, "127.0.0.1", time.Now().Add(time.Hour))},
		MinVersion:   tls.VersionTLS10,
		MaxVersion:   tls.VersionTLS11,
	}
	url := webhooktest.TLS(t, config, func(w http.ResponseWriter, r *http.Request) {})
	if a := ask(t, webhook.Config{RootCAs: ca.Pool()}, url); a.Err == nil || a.Err.Code != 11220 {
		t.Errorf("got %v, want 11220", a.Err)
	}
}

func TestANewConnectionResumesTheTLSOfTheLast(t *testing.T) {
	ca := webhooktest.NewCA(t)
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		var resumed []bool
		config := &tls.Config{
			Certificates: []tls.Certificate{ca.Certificate(t, "127.0.0.1", time.Now().Add(time.Hour))},
			MaxVersion:   version,
		}
		url := webhooktest.TLS(t, config, func(w http.ResponseWriter, r *http.Request) { resumed = append(resumed, r.TLS.DidResume) })
		c := webhook.New(webhook.Config{AllowPrivate: true, RootCAs: ca.Pool()})
		for range 2 {
			if a := c.Ask(t.Context(), question(url)); a.Err != nil {
				t.Error(a.Err)
			}
			c.CloseIdle()
		}
		if diff := cmp.Diff([]bool{false, true}, resumed); diff != "" {
			t.Errorf("%s: resumed (-want +got):\n%s", tls.VersionName(version), diff)
		}
	}
}
