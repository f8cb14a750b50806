package webhook_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/webhook"
)

// A customer answers in memory, so that time can be made to pass.
type customer func(*http.Request) (header http.Header, status int)

func (c customer) RoundTrip(r *http.Request) (*http.Response, error) {
	header, status := c(r)
	if header == nil {
		header = http.Header{}
	}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader("")), Request: r}, nil
}

// A conversation is one pair of numbers, which keeps cookies as the store does.
type conversation struct {
	t   *testing.T
	jar map[[2]string]repli.Cookie
}

// visit asks a URL, answers with lines, and returns the Cookie header that was sent.
func (c *conversation) visit(url string, lines ...string) (shown string) {
	c.t.Helper()
	client := webhook.New(webhook.Config{Transport: customer(func(r *http.Request) (http.Header, int) {
		shown = r.Header.Get("Cookie")
		return http.Header{"Set-Cookie": lines}, 204
	})})
	q := question(url)
	for _, cookie := range c.jar {
		q.Cookies = append(q.Cookies, cookie)
	}
	c.keep(client.Ask(c.t.Context(), q))
	return shown
}

func (c *conversation) keep(a webhook.Answer) {
	c.t.Helper()
	if a.Err != nil {
		c.t.Fatal(a.Err)
	}
	if c.jar == nil {
		c.jar = map[[2]string]repli.Cookie{}
	}
	for _, cookie := range a.Cookies {
		key := [2]string{cookie.Origin, cookie.Name}
		if delete(c.jar, key); cookie.Expires.After(time.Now()) {
			c.jar[key] = cookie
		}
	}
}

func TestACookieLivesForFourHoursAfterItWasLastSetOrShown(t *testing.T) {
	const url = "https://shop.example.com/sms"
	for _, row := range []struct {
		name, line string
		after      []time.Duration // pauses between visits
		want       []string        // shown at each
	}{
		{"without an end", "a=1", []time.Duration{4*time.Hour - 1, 4*time.Hour - 1, 4 * time.Hour}, []string{"a=1", "a=1", ""}},
		{"a shorter Max-Age is kept", "a=1; Max-Age=60", []time.Duration{59 * time.Second, time.Second}, []string{"a=1", ""}},
		{"a longer Max-Age ends after 4 hours", "a=1; Max-Age=86400", []time.Duration{4*time.Hour - 1, 4 * time.Hour}, []string{"a=1", ""}},
		{"Max-Age counts from when it was set", "a=1; Max-Age=18000", []time.Duration{3 * time.Hour, 2*time.Hour - time.Second, time.Second}, []string{"a=1", "a=1", ""}},
		{"a shorter Expires is kept", "a=1; Expires=Sat, 01 Jan 2000 00:30:00 GMT", []time.Duration{29 * time.Minute, time.Minute}, []string{"a=1", ""}},
		{"a past Expires", "a=1; Expires=Fri, 31 Dec 1999 00:00:00 GMT", []time.Duration{time.Second}, []string{""}},
		{"a Max-Age of 0", "a=1; Max-Age=0", []time.Duration{time.Second}, []string{""}},
		{"a Max-Age without end", "a=1; Max-Age=9223372036854775807", []time.Duration{4*time.Hour - 1, 4 * time.Hour}, []string{"a=1", ""}},
		{"quotes stay", `a="1 2"`, []time.Duration{time.Second}, []string{`a="1 2"`}},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // begins on 1 January 2000
				c := &conversation{t: t}
				c.visit(url, row.line)
				for i, pause := range row.after {
					<-time.After(pause) // in the time of the bubble
					if got := c.visit(url); got != row.want[i] {
						t.Errorf("at visit %d: got %q, want %q", i+1, got, row.want[i])
					}
				}
			})
		})
	}
}

func TestACookieIsShownWhereItBelongs(t *testing.T) {
	const url = "https://shop.example.com/a/b"
	for _, row := range []struct{ name, line, to, want string }{
		{"same URL", "k=v", url, "k=v"},
		{"same folder", "k=v", "https://shop.example.com/a/c", "k=v"},
		{"another folder", "k=v", "https://shop.example.com/b", ""},
		{"another folder, path given", "k=v; Path=/", "https://shop.example.com/b", "k=v"},
		{"another host", "k=v; Path=/", "https://example.com/", ""},
		{"a sibling, domain given", "k=v; Path=/; Domain=example.com", "https://pay.example.com/", "k=v"},
		{"a domain that is not the server's", "k=v; Path=/; Domain=example.org", "https://example.org/", ""},
		{"a domain that is everybody's", "k=v; Path=/; Domain=com", "https://example.com/", ""},
		{"secure over http", "k=v; Path=/; Secure", "http://shop.example.com/", ""},
		{"secure over https", "k=v; Path=/; Secure", "https://shop.example.com/", "k=v"},
		{"another port", "k=v", "https://shop.example.com:8443/a/b", "k=v"},
		{"no cookie at all", "rubbish", url, ""},
		{"longer than 4 kB", "k=" + strings.Repeat("v", 4096), url, ""},
	} {
		c := &conversation{t: t}
		c.visit(url, row.line)
		if got := c.visit(row.to); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}

func TestCookiesAreReplacedAndEnded(t *testing.T) {
	const url = "https://example.com/a/b"
	c := &conversation{t: t}
	c.visit(url, "k=1; Path=/", "m=2")
	if got := c.visit(url, "k=3; Path=/"); got != "m=2; k=1" {
		t.Errorf("got %q", got)
	}
	if got := c.visit("https://example.com/", "k=4"); got != "k=3" {
		t.Errorf("after it was replaced: got %q", got)
	}
	if got := c.visit(url, "k=; Path=/; Max-Age=0"); got != "m=2; k=4" {
		t.Errorf("after it was replaced from elsewhere: got %q", got)
	}
	if got := c.visit(url); got != "m=2" || len(c.jar) != 1 {
		t.Errorf("after it was ended: got %q and %d kept", got, len(c.jar))
	}
}

func TestTwoCookiesOfOneNameLiveSideBySide(t *testing.T) {
	const url = "https://example.com/a/b"
	c := &conversation{t: t}
	c.visit(url, "k=root; Path=/", "k=leaf; Path=/a")
	if got := c.visit(url); got != "k=leaf; k=root" {
		t.Errorf("got %q, want both, the longer path first", got)
	}
}

func TestAPairHoldsNoMoreThanFiftyCookies(t *testing.T) {
	var lines []string
	for i := range 80 {
		lines = append(lines, fmt.Sprintf("k%d=v", i))
	}
	c := &conversation{t: t}
	c.visit("https://example.com/", lines...)
	c.visit("https://example.com/", "late=v")
	if len(c.jar) != 50 {
		t.Errorf("got %d kept, want 50", len(c.jar))
	}
	if got := c.visit("https://example.com/", "k0=new"); strings.Contains(got, "late") {
		t.Errorf("the 51st is shown: %s", got)
	}
	if got := c.visit("https://example.com/"); !strings.Contains(got, "k0=new") {
		t.Error("one of the 50 cannot be set anew")
	}
}

func TestCookiesGoAlongRedirects(t *testing.T) {
	var shown []string
	client := webhook.New(webhook.Config{Transport: customer(func(r *http.Request) (http.Header, int) {
		shown = append(shown, r.URL.Host+" "+r.Header.Get("Cookie"))
		switch r.URL.Path {
		case "/":
			return http.Header{"Set-Cookie": {"k=v"}, "Location": {"/in"}}, 302
		case "/in":
			return http.Header{"Location": {"https://other.example/out"}}, 302
		}
		return nil, 204
	})})
	a := client.Ask(t.Context(), question("https://example.com/"))
	if diff := cmp.Diff([]string{"example.com ", "example.com k=v", "other.example "}, shown); diff != "" {
		t.Errorf("cookies shown (-want +got):\n%s", diff)
	}
	if len(a.Cookies) != 1 || a.Cookies[0].Origin != "https://example.com/" || a.Cookies[0].Name != "k" {
		t.Errorf("got cookies %+v, want the one of example.com", a.Cookies)
	}
}
