package native_test

import (
	"testing"

	"github.com/repli-sms/repli/native"
)

func TestTheServerSaysHowItsProxyIsUsed(t *testing.T) {
	p := native.Proxy{URL: "http://127.0.0.1:8081", CA: "/a/repli.db.ca.pem", Bundle: "/a/repli.db.ca-bundle.pem", Python: "/a/repli.db.ca-python"}
	s := start(t, func(c *native.Config) { c.Proxy = &p })
	got := s.must(200, "GET", "/repli/v1/proxy", "")
	equal(t, "the proxy", map[string]any{"url": p.URL, "ca": p.CA, "bundle": p.Bundle, "python": p.Python}, got)
}

func TestAServerWithoutAProxySaysSo(t *testing.T) {
	s := start(t, nil)
	s.refuses([]refusal{{"no proxy", "GET", "/repli/v1/proxy", "", 404, 20404, "--proxy off"}})
}
