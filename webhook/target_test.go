package webhook

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
)

func TestAURLHasOneFormOnTheWire(t *testing.T) {
	for _, row := range []struct{ shows, url, wire string }{
		{"nothing to do", "https://example.com/sms", "https://example.com/sms"},
		{"an empty path", "https://example.com", "https://example.com/"},
		{"an empty path with a query", "https://example.com?a=1", "https://example.com/?a=1"},
		{"the port stays as written", "https://example.com:443/sms", "https://example.com:443/sms"},
		{"an empty port", "https://example.com:/sms", "https://example.com/sms"},
		{"the scheme in capitals", "HTTPS://Example.com/", "https://Example.com/"},
		{"user and fragment go", "https://u:p@example.com/sms#rc=2", "https://example.com/sms"},
		{"a name beyond ASCII", "https://Bücher.example/", "https://xn--bcher-kva.example/"},
		{"an IPv6 address", "http://[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080/x"},
		{"what is encoded stays", "https://example.com/a%2fb%20c?x=%7e+y", "https://example.com/a%2fb%20c?x=%7e+y"},
		{"what must be is encoded", "https://example.com/a b?x=é|{}", "https://example.com/a%20b?x=%C3%A9%7C%7B%7D"},
		{"dots and slashes stay", "https://example.com//a/./../b", "https://example.com//a/./../b"},
		{"an at sign in the path", "https://example.com/@me", "https://example.com/@me"},
		{"a backslash in the host", `https://example.com\@evil.example/`, ""},
		{"a zone", "http://[fe80::1%25eth0]/", ""},
		{"a port out of range", "http://example.com:70000/", ""},
		{"a port that is none", "http://example.com:x/", ""},
		{"a space in the host", "http://exa mple.com/", ""},
		{"a name that IDNA refuses", "http://exa\u2488mple.com/", ""},
		{"opaque", "http:example.com", ""},
		{"relative", "/sms", ""},
		{"empty", "", ""},
	} {
		got, err := parseTarget(row.url)
		if (err != nil) != (row.wire == "") || got.wire != row.wire {
			t.Errorf("%s: %q: got %q and error %v, want %q", row.shows, row.url, got.wire, err, row.wire)
		}
	}
}

func TestParametersOfAGETAreAddedToItsQuery(t *testing.T) {
	params := repli.Params{{Name: "ToCity"}, {Name: "Body", Value: "open? a+b&c 100%"}}
	const query = "ToCity=&Body=open?+a%2Bb%26c+100%25"
	for _, row := range []struct{ shows, url, wire string }{
		{"a URL without a query", "http://h/sms", "http://h/sms?" + query},
		{"an empty query", "http://h/sms?", "http://h/sms?" + query},
		{"a query", "http://h/sms?a=1", "http://h/sms?a=1&" + query},
		{"a query that ends in &", "http://h/sms?a=1&", "http://h/sms?a=1&" + query},
		{"what was written escaped stays so", "http://h/sms?q=%3F", "http://h/sms?q=%3F&" + query},
	} {
		target, bad := parseTarget(row.url)
		if got := target.with(params); bad != nil || got != row.wire {
			t.Errorf("%s: got %q and error %v, want %q", row.shows, got, bad, row.wire)
		}
	}
}

func FuzzParseTarget(f *testing.F) {
	for _, s := range []string{"https://u:p@example.com:8443/a b?x=é#rc=1", "http://[::1]/", "http://bücher.example?x", "HTTP://A/%zz", `http://a\b`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		target, bad := parseTarget(raw)
		if bad != nil {
			if bad.Code != 11100 {
				t.Fatalf("%q: got code %d", raw, bad.Code)
			}
			return
		}
		wire := target.with(repli.Params{{Name: "a", Value: "b?"}})
		u, err := url.Parse(wire)
		if err != nil {
			t.Fatalf("%q: %q cannot be parsed: %v", raw, wire, err)
		}
		if sent := u.Scheme + "://" + u.Host + u.RequestURI(); sent != wire {
			t.Fatalf("%q: net/http sends %q, we sign %q", raw, sent, wire)
		}
		if repli.SignedURL(wire) != wire || strings.ContainsAny(wire, " \r\n#") {
			t.Fatalf("%q: %q has parts that are not sent", raw, wire)
		}
		if again, bad := parseTarget(target.wire); bad != nil || again.wire != target.wire {
			t.Fatalf("%q: %q becomes %q (%v)", raw, target.wire, again.wire, bad)
		}
	})
}

func FuzzLocate(f *testing.F) {
	from, _ := parseTarget("https://u:p@example.com/a/b?c")
	for _, s := range []string{"", "/x", "//other/x", "?q", "http://[::1", "ftp://x/", "../é b", "https://u2:p2@example.com/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, location string) {
		to, bad := locate(from, 302, location)
		if bad != nil {
			if bad.Code != 11216 {
				t.Fatalf("%q: got code %d, want 11216", location, bad.Code)
			}
			return
		}
		if to.user != nil && to.origin != from.origin {
			t.Fatalf("%q: credentials go to %s", location, to.origin)
		}
	})
}

func TestAURLIsCheckedAsItWillBeAsked(t *testing.T) {
	c := New(Config{Transport: nobody{}})
	for _, row := range []struct {
		url  string
		code int
	}{
		{"https://example.com/sms?a=b#rc=2&rp=5xx", 0},
		{"http://ann:p%26ss@shop.example:8080", 0},
		{"http://[::1", 11100},
		{"ftp://example.com/", 11100},
		{"http://example.com:0/", 11100},
		{"http://example.com:65536/", 11100},
		{"http://ann:p&ss@example.com/", 11100},
		{"http://example.com/#ct=soon", 11100},
		{"http://example.com/#e=A!", 11240},
		{"http://example.com/#e=paris", 11241},
		{"http://example.com/#rp=3xx", 11243},
	} {
		err := CheckURL(row.url)
		if got := repli.CodeOf(err); got != row.code || (err == nil) != (row.code == 0) {
			t.Errorf("%s: CheckURL returned %v, want code %d", row.url, err, row.code)
		}
		asked := c.Ask(t.Context(), Question{URL: row.url}).Err
		if (err != nil || asked != nil) && !cmp.Equal(err, error(asked)) {
			t.Errorf("%s: CheckURL returned %v, Ask %v", row.url, err, asked)
		}
	}
}

// nobody takes every request for done.
type nobody struct{}

func (nobody) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 204, Body: http.NoBody, Header: http.Header{}, Request: r}, nil
}
