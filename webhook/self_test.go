package webhook_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/repli-sms/repli/webhook"
)

// A redirect chooses whom we ask; it must not choose as whom.
func TestUserInformationInALocationIsForItsOwnOriginOnly(t *testing.T) {
	var asked atomic.Bool
	for _, row := range []struct {
		shows  string
		to     func(own, other string) string
		opened bool
	}{
		{"another origin", func(_, other string) string { return as("ann:p%26ss:w0rd", other) }, false},
		{"another origin, without", func(_, other string) string { return other }, false},
		{"its own origin", func(own, _ string) string { return as("ann:another", own) + "/there" }, true},
	} {
		asked.Store(false)
		private := func(w http.ResponseWriter, r *http.Request) {
			if _, _, has := r.BasicAuth(); has {
				asked.Store(true)
				return
			}
			w.Header().Set("WWW-Authenticate", "Basic")
			w.WriteHeader(http.StatusUnauthorized)
		}
		other := httptest.NewServer(http.HandlerFunc(private))
		var to string
		own := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/there" {
				private(w, r)
				return
			}
			w.Header().Set("Location", to)
			w.WriteHeader(http.StatusTemporaryRedirect)
		}))
		to = row.to(own.URL, other.URL)
		a := ask(t, webhook.Config{}, as("bob:secret", own.URL))
		if asked.Load() != row.opened {
			t.Errorf("%s: credentials were sent: %t, want %t (%v)", row.shows, asked.Load(), row.opened, a.Err)
		}
		own.Close()
		other.Close()
	}
}

func TestAServerDoesNotAskItsOwnAPIs(t *testing.T) {
	var reached atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		reached.Store(true)
		w.Header().Set("Content-Type", "text/xml")
	}))
	defer server.Close()
	address := strings.TrimPrefix(server.URL, "http://")
	_, port, _ := strings.Cut(address, ":")
	const sid = "00000000000000000000000000000001"
	for _, row := range []struct {
		shows, url string
		self       webhook.Self
		reached    bool
	}{
		{"an API", server.URL + "/repli/v1/reset", webhook.Self{Listen: []string{address}}, false},
		{"another name of this machine", "http://localhost:" + port + "/repli/v1/reset", webhook.Self{Listen: []string{address}}, false},
		{"in other letters", "http://LOCALHOST.:0" + port + "/x", webhook.Self{Listen: []string{address}}, false},
		{"a socket for all addresses", server.URL + "/x", webhook.Self{Listen: []string{"[::]:" + port}}, false},
		{"the same, without a host", server.URL + "/x", webhook.Self{Listen: []string{":" + port}}, false},
		{"mapped into IPv6", "http://[::ffff:127.0.0.1]:" + port + "/x", webhook.Self{Listen: []string{address}}, false},
		{"the second of two sockets", server.URL + "/x", webhook.Self{Listen: []string{"127.0.0.1:1", address}}, false},
		{"the base URL", server.URL + "/x", webhook.Self{BaseURL: server.URL}, false},
		{"the base URL, by another name", "http://localhost:" + port + "/x", webhook.Self{BaseURL: server.URL}, false},
		{"below the base URL's path", server.URL + "/repli/x", webhook.Self{BaseURL: server.URL + "/repli"}, false},
		{"the same in disguise", server.URL + "/app/..%2Frepli/x", webhook.Self{BaseURL: server.URL + "/repli"}, false},
		{"beside the base URL's path", server.URL + "/app", webhook.Self{BaseURL: server.URL + "/repli"}, true},
		{"another port", server.URL + "/x", webhook.Self{Listen: []string{"127.0.0.1:1"}, BaseURL: "http://127.0.0.1:2"}, true},
		{"another address of this machine", server.URL + "/x", webhook.Self{Listen: []string{"127.0.0.2:" + port}}, true},
		{"nothing known", server.URL + "/x", webhook.Self{}, true},
		{"the welcome", server.URL, webhook.Self{Listen: []string{address}}, true},
		{"a bin", server.URL + "/twiml/EH" + sid + "?x=1", webhook.Self{Listen: []string{address}}, true},
		{"media", server.URL + "/2010-04-01/Accounts/AC" + sid + "/Messages/MM" + sid + "/Media/ME" + sid, webhook.Self{Listen: []string{address}}, true},
		{"no bin", server.URL + "/twiml/EH" + sid + "/../../repli/v1/reset", webhook.Self{Listen: []string{address}}, false},
		{"no media", server.URL + "/2010-04-01/Accounts/AC" + sid + "/Messages/MM" + sid + "/Media/ME" + sid + ".json", webhook.Self{Listen: []string{address}}, false},
	} {
		c := webhook.New(webhook.Config{AllowPrivate: true, Self: row.self})
		redirects := httptest.NewServer(http.RedirectHandler(row.url, http.StatusTemporaryRedirect))
		for _, url := range []string{row.url, redirects.URL} {
			reached.Store(false)
			a := c.Ask(t.Context(), question(url))
			refused := a.Err != nil && a.Err.Code == 11205 && strings.Contains(a.Err.Detail, "this server itself")
			if reached.Load() != row.reached || refused == row.reached {
				t.Errorf("%s, %s: reached: %t, want %t; the error is %v", row.shows, url, reached.Load(), row.reached, a.Err)
			}
		}
		reached.Store(false)
		if resp, err := c.Transport().RoundTrip(request(t, row.url)); err == nil {
			resp.Body.Close()
		}
		if reached.Load() != row.reached {
			t.Errorf("%s, by a service: reached: %t, want %t", row.shows, reached.Load(), row.reached)
		}
		redirects.Close()
		c.CloseIdle()
	}
}
