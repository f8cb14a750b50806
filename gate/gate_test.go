package gate

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

func TestAServerAnswersToItsOwnNamesAlone(t *testing.T) {
	h := NewHosts("https://sms.example.com:8443/repli", []string{"repli", "Other.Example", "*.cluster.local"})
	for host, want := range map[string]bool{
		"":                        true, // which no browser sends
		"localhost":               true,
		"LocalHost:8080":          true,
		"app.localhost:8080":      true,
		"127.0.0.1:8080":          true,
		"[::1]:8080":              true,
		"[fe80::1%25eth0]":        true,
		"10.1.2.3":                true,
		"sms.example.com":         true,
		"SMS.example.com.:9000":   true,
		"repli:8080":              true,
		"other.example":           true,
		"a.b.cluster.local":       true,
		"cluster.local":           false,
		".cluster.local":          false,
		"evil.example:8080":       false,
		"example.com":             false,
		"sms.example.com.evil":    false,
		"127.0.0.1.evil.example":  false,
		"localhost.evil.example":  false,
		"notlocalhost":            false,
		"2130706433":              false,
		"0x7f.1":                  false,
		"evil.example:8080@local": false,
		"api.twilio.com":          false,
	} {
		if got := h.Has(host); got != want {
			t.Errorf("%q: got %t, want %t", host, got, want)
		}
	}
}

func TestAnotherHostIsToldWhichSettingWouldLetItIn(t *testing.T) {
	h := NewHosts("", nil).Handler(http.NotFoundHandler(), slog.New(slog.DiscardHandler))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("POST", "http://evil.example:8080/repli/v1/reset", nil))
	if body := w.Body.String(); w.Code != http.StatusMisdirectedRequest || !strings.Contains(body, "--hosts") || !strings.Contains(body, "evil.example:8080") {
		t.Errorf("got %d %s", w.Code, body)
	}
}

func TestOnlyTheProxiesThatAreTrustedSayForWhomTheyAsk(t *testing.T) {
	trusted := Proxies{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8"), netip.MustParsePrefix("127.0.0.1/32")}
	for _, row := range []struct {
		shows, near string
		header      http.Header
		want        string
	}{
		{"a stranger is not believed", "198.51.100.1:5", http.Header{"X-Forwarded-For": {"203.0.113.9"}}, "198.51.100.1"},
		{"a proxy is", "10.0.0.1:5", http.Header{"X-Forwarded-For": {"203.0.113.9"}}, "203.0.113.9"},
		{"through IPv6, mapped", "[::ffff:10.0.0.1]:5", http.Header{"X-Forwarded-For": {"203.0.113.9"}}, "203.0.113.9"},
		{"the last stranger counts, not what they wrote", "10.0.0.1:5", http.Header{"X-Forwarded-For": {"1.1.1.1, 203.0.113.9"}}, "203.0.113.9"},
		{"proxies behind each other", "10.0.0.1:5", http.Header{"X-Forwarded-For": {"1.1.1.1, 203.0.113.9", "10.0.0.7, fd00::1"}}, "203.0.113.9"},
		{"with ports", "10.0.0.1:5", http.Header{"X-Forwarded-For": {"203.0.113.9:4711"}}, "203.0.113.9"},
		{"nonsense is passed over", "10.0.0.1:5", http.Header{"X-Forwarded-For": {"203.0.113.9, unknown"}}, "10.0.0.1"},
		{"nonsense before what counts", "10.0.0.1:5", http.Header{"X-Forwarded-For": {"', , x, 203.0.113.9"}}, "203.0.113.9"},
		{"a list that begins with nothing", "10.0.0.1:5", http.Header{"X-Forwarded-For": {",203.0.113.9"}}, "203.0.113.9"},
		{"Forwarded, one quotation mark alone", "10.0.0.1:5", http.Header{"Forwarded": {`for="`}}, "10.0.0.1"},
		{"all of them proxies", "10.0.0.1:5", http.Header{"X-Forwarded-For": {"10.0.0.3"}}, "10.0.0.3"},
		{"nothing said", "10.0.0.1:5", http.Header{}, "10.0.0.1"},
		{"Forwarded", "10.0.0.1:5", http.Header{"Forwarded": {"for=192.0.2.60;proto=http;by=203.0.113.43"}}, "192.0.2.60"},
		{"Forwarded, IPv6", "10.0.0.1:5", http.Header{"Forwarded": {`For="[2001:db8:cafe::17]:4711"`}}, "2001:db8:cafe::17"},
		{"Forwarded, a list", "10.0.0.1:5", http.Header{"Forwarded": {"for=1.1.1.1, for=198.51.100.17", "for=10.1.1.1"}}, "198.51.100.17"},
		{"Forwarded, hidden", "10.0.0.1:5", http.Header{"Forwarded": {"for=_secret"}}, "10.0.0.1"},
		{"Forwarded, twice in one", "10.0.0.1:5", http.Header{"Forwarded": {"for=1.1.1.1;for=2.2.2.2"}}, "10.0.0.1"},
		{"both agree", "10.0.0.1:5", http.Header{"Forwarded": {"for=192.0.2.60"}, "X-Forwarded-For": {"192.0.2.60"}}, "192.0.2.60"},
		{"both differ", "10.0.0.1:5", http.Header{"Forwarded": {"for=192.0.2.60"}, "X-Forwarded-For": {"192.0.2.61"}}, "10.0.0.1"},
		{"one of them empty", "10.0.0.1:5", http.Header{"Forwarded": {""}, "X-Forwarded-For": {"192.0.2.61"}}, "10.0.0.1"},
	} {
		var got netip.Addr
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr, r.Header = row.near, row.header
		trusted.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = remote(r.RemoteAddr) })).ServeHTTP(nil, r)
		if got.String() != row.want {
			t.Errorf("%s: got %s, want %s", row.shows, got, row.want)
		}
	}
}

func TestAnEndlessListOfProxiesCostsLittle(t *testing.T) {
	if got := len(forwardedFor([]string{strings.Repeat("10.0.0.1,", 1_000_000)})); got > maxPath {
		t.Errorf("%d elements were read, want at most %d", got, maxPath)
	}
}

func FuzzForwarded(f *testing.F) {
	f.Add(`for=192.0.2.43, for="[2001:db8:cafe::17]:80";by=x`)
	f.Add(`for=;for==,"`)
	f.Fuzz(func(t *testing.T, line string) { believed(t, "Forwarded", line) })
}

func FuzzXForwardedFor(f *testing.F) {
	f.Add("203.0.113.9, [::1]:80,,unknown")
	f.Fuzz(func(t *testing.T, line string) { believed(t, "X-Forwarded-For", line) })
}

// believed checks that no field makes a caller of nobody, or of a stranger somebody else.
func believed(t *testing.T, name, line string) {
	trusted := Proxies{netip.MustParsePrefix("10.0.0.0/8")}
	h := http.Header{name: {line}}
	if got := trusted.caller(netip.MustParseAddr("10.0.0.1"), h); !got.IsValid() || got.Is4In6() || got.Zone() != "" {
		t.Errorf("%q makes the caller %v", line, got)
	}
	stranger := netip.MustParseAddr("198.51.100.1")
	if got := trusted.caller(stranger, h); got != stranger {
		t.Errorf("%q makes a stranger %v", line, got)
	}
	h[name] = []string{line + ",203.0.113.9"}
	if name == "Forwarded" {
		h[name] = []string{line + ",for=203.0.113.9"}
	}
	if got := trusted.caller(netip.MustParseAddr("10.0.0.1"), h); got.String() != "203.0.113.9" {
		t.Errorf("%q hides the last stranger: %v", line, got)
	}
}

func FuzzHosts(f *testing.F) {
	for _, host := range []string{"localhost", "[::1]:80", "evil.example", "a:b:c", "[[::1]]", "sms.example.com."} {
		f.Add(host)
	}
	h := NewHosts("https://sms.example.com", []string{"*.cluster.local"})
	f.Fuzz(func(t *testing.T, host string) {
		if !h.Has(host) {
			return
		}
		name := hostName(host)
		_, err := netip.ParseAddr(name)
		switch {
		case err == nil, name == "", name == "localhost", name == "sms.example.com":
		case strings.HasSuffix(name, ".localhost"), strings.HasSuffix(name, ".cluster.local"):
		default:
			t.Errorf("%q is taken for one of ours", host)
		}
	})
}
