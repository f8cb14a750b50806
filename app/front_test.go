package app

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/repli-sms/repli/config"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/webhook"
)

// listening starts a server on a real socket and returns it with its address. It stops at the end
// of the test.
func listening(t *testing.T, cfg ServerConfig) (*Server, string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	cfg.Listen, cfg.Store = l.Addr().String(), store.Memory
	cfg.Account, cfg.Token = config.DevAccount, config.DevToken
	s, err := NewServer(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return s, l.Addr().String()
}

// asked sends a request with any Host header to a server, and returns the status and the body.
func asked(t *testing.T, method, address, path, host string, header http.Header, body string) (int, http.Header, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+address+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth(config.DevAccount, config.DevToken)
	r.Host = host
	for name, values := range header {
		r.Header[name] = values
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(text)
}

// By DNS rebinding, a page of another site can be of the same origin to a browser, and the
// credentials of a dev server are public.
func TestNoPageReachesAServerByANameThatWasMadeToPointThere(t *testing.T) {
	for _, dev := range []bool{true, false} {
		_, address := listening(t, ServerConfig{Dev: dev, BaseURL: "https://sms.example.com", Hosts: []string{"repli"}})
		_, port, _ := strings.Cut(address, ":")
		for _, path := range []string{"/repli/v1/numbers", "/console", "/", "/metrics", "/readyz", "/healthz", "/2010-04-01/Accounts.json", "/nowhere"} {
			host := "evil.example:" + port
			status, _, body := asked(t, "GET", address, path, host, http.Header{"Origin": {"http://" + host}}, "")
			if status != http.StatusMisdirectedRequest || !strings.Contains(body, "--hosts") {
				t.Errorf("dev %t, %s: got %d %s, want 421 and the name of the setting", dev, path, status, body)
			}
		}
		if status, _, _ := asked(t, "POST", address, "/repli/v1/reset", "evil.example:"+port, nil, ""); status != http.StatusMisdirectedRequest {
			t.Errorf("dev %t: reset: got %d, want 421", dev, status)
		}
		twilio := map[bool]int{true: http.StatusOK, false: http.StatusMisdirectedRequest}[dev]
		if status, _, _ := asked(t, "GET", address, "/repli/v1/numbers", "api.twilio.com", nil, ""); status != twilio {
			t.Errorf("dev %t, Twilio's name: got %d, want %d", dev, status, twilio)
		}
		for _, host := range []string{"127.0.0.1:" + port, "localhost:" + port, "sms.example.com", "repli:8080", "[::1]", "10.2.3.4:80"} {
			if status, _, body := asked(t, "GET", address, "/repli/v1/numbers", host, nil, ""); status != http.StatusOK {
				t.Errorf("dev %t, host %s: got %d %s, want 200", dev, host, status, body)
			}
		}
	}
}

// A handler that redirects to the server's own API must not make the server call itself.
func TestAHandlerCannotMakeTheServerAskItself(t *testing.T) {
	s, address := listening(t, ServerConfig{Dev: true, Webhooks: webhook.Config{AllowPrivate: true}, Proxy: "127.0.0.1:0"})
	for _, at := range []string{address, strings.Replace(address, "127.0.0.1", "localhost", 1), s.proxy.Address()} {
		a := s.web.Ask(t.Context(), webhook.Question{
			URL: "http://" + config.DevAccount + ":" + config.DevToken + "@" + at + "/repli/v1/reset", Method: "POST", AuthToken: config.DevToken,
		})
		if a.Err == nil || a.Err.Code != 11205 || a.Status != 0 {
			t.Errorf("%s: got %d, %v, want 11205 and nothing sent", at, a.Status, a.Err)
		}
	}
}
