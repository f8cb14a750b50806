package proxy

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// start runs a proxy whose handler reports the host it was addressed by. It returns a client that
// uses the proxy and trusts its authority and the server other, which the proxy dials for every
// host.
func start(t *testing.T, other *httptest.Server) *http.Client {
	t.Helper()
	a, err := OpenAuthority("", os.Getenv, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	l, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := New(Config{
		Listener: l, Authority: a,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, "repli %s %s %v", r.Host, r.RequestURI, r.TLS != nil)
		}),
		Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, other.Listener.Addr().String())
		},
	})
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	if c := other.Certificate(); c != nil {
		pool.AddCert(c)
	}
	via, _ := url.Parse(s.URL())
	transport := &http.Transport{Proxy: http.ProxyURL(via), TLSClientConfig: &tls.Config{RootCAs: pool}}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return &http.Client{Transport: transport}
}

func get(t *testing.T, c *http.Client, url string) (*http.Response, string) {
	t.Helper()
	resp, err := c.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(text)
}

func TestTwiliosHostsAreAnsweredByRepli(t *testing.T) {
	other := httptest.NewTLSServer(http.NotFoundHandler())
	defer other.Close()
	c := start(t, other)
	for _, row := range []struct{ url, want string }{
		{"https://api.twilio.com/2010-04-01", "repli api.twilio.com /2010-04-01 true"},
		{"https://messaging.twilio.com/v1/Services?Page=1", "repli messaging.twilio.com /v1/Services?Page=1 true"},
		{"https://api.dublin.ie1.twilio.com/a", "repli api.dublin.ie1.twilio.com /a true"},
		{"http://monitor.twilio.com/v1/Alerts", "repli monitor.twilio.com /v1/Alerts false"},
	} {
		if _, got := get(t, c, row.url); got != row.want {
			t.Errorf("%s: got %q, want %q", row.url, got, row.want)
		}
	}
}

func TestOtherProductsOfTwilioAreRefusedWithASentence(t *testing.T) {
	other := httptest.NewTLSServer(http.NotFoundHandler())
	defer other.Close()
	c := start(t, other)
	for _, url := range []string{"https://verify.twilio.com/v2/Services", "http://voice.twilio.com/v1", "https://twilio.com/"} {
		resp, got := get(t, c, url)
		if resp.StatusCode != 404 || !strings.Contains(got, `"code":20404`) || !strings.Contains(got, "docs/compatibility.md") {
			t.Errorf("%s: got %d %s, want 404 and 20404 with a sentence", url, resp.StatusCode, got)
		}
	}
}

func TestAnotherHostIsTunnelledWithItsOwnCertificate(t *testing.T) {
	other := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "other ", r.Host) }))
	defer other.Close()
	resp, got := get(t, start(t, other), "https://example.com/")
	if got != "other example.com" || !resp.TLS.PeerCertificates[0].Equal(other.Certificate()) {
		t.Errorf("got %q from %v, want the other host and its own certificate", got, resp.TLS.PeerCertificates[0].Subject)
	}
}

func TestARequestWithoutTLSIsPassedOnAsItIs(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.Host, r.RequestURI, r.Header["X-Forwarded-For"])
	}))
	defer other.Close()
	if _, got := get(t, start(t, other), "http://example.com/a?b;c"); got != "example.com/a?b;c[]" {
		t.Errorf("got %q, want example.com/a?b;c[]", got)
	}
}

func TestTheProxyListensOnLoopbackOnly(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0"} {
		if l, err := Listen(address); err == nil {
			l.Close()
			t.Errorf("%s: got no error", address)
		}
	}
}

func TestTheAuthorityIsKeptAndRenewed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	open := func() *Authority {
		a, err := OpenAuthority(path, os.Getenv, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	first := open()
	if again := open(); !again.cert.Equal(first.cert) {
		t.Error("the second start has another certificate")
	}
	info, err := os.Stat(path + ".ca.key")
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v and %v, want a key of mode 0600", info, err)
	}
	old, err := newAuthority(time.Now().Add(renewAt - validFor - time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	old.name(path)
	if err := old.keep(path); err != nil {
		t.Fatal(err)
	}
	if renewed := open(); renewed.cert.Equal(old.cert) {
		t.Error("an authority with less than 30 days left is kept")
	}
}

func TestTheAuthorityIsWorthNothingOutsideTwilio(t *testing.T) {
	a, err := newAuthority(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	for name, good := range map[string]bool{"api.twilio.com": true, "api.dublin.ie1.twilio.com": true, "example.com": false, "nottwilio.com": false} {
		pair, err := a.leaf(name, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		cert, err := x509.ParseCertificate(pair.Certificate[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := cert.Verify(x509.VerifyOptions{Roots: pool, DNSName: name}); (err == nil) != good {
			t.Errorf("%s: got %v, want valid %v", name, err, good)
		}
	}
}

// FuzzWhere looks for hosts that are wrongly taken for Twilio's, or wrongly not.
func FuzzWhere(f *testing.F) {
	for _, s := range []string{"api.twilio.com:443", "API.Twilio.com.", "api.twilio.com.evil.com", "verify.twilio.com", "[::1]:80", ".twilio.com"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, host string) {
		name, place := where(host)
		if ours := name == twilio || strings.HasSuffix(name, "."+twilio); ours != (place != elsewhere) {
			t.Errorf("%q: got %q at %d", host, name, place)
		}
	})
}
