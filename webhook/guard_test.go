package webhook_test

import (
	"errors"
	"net/netip"
	"strings"
	"testing"

	"github.com/repli-sms/repli/webhook"
	"github.com/repli-sms/repli/webhook/webhooktest"
)

func TestTheGuardKnowsWhereNotToGo(t *testing.T) {
	allow := []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("fe80::/10"), netip.MustParsePrefix("fd00::/64"),
		netip.MustParsePrefix("fd00::/8"), netip.MustParsePrefix("100.100.100.0/24"), netip.MustParsePrefix("168.63.129.16/32")}
	public := webhook.NewGuard(nil, false, nil)
	some := webhook.NewGuard(allow, false, nil)
	private := webhook.NewGuard(allow, true, nil)
	for _, row := range []struct {
		addr                  string
		public, some, private bool
	}{
		{"93.184.215.14", true, true, true},
		{"2606:2800:21f:cb07:6820:80da:af6b:8b2c", true, true, true},
		{"127.0.0.1", false, false, true},
		{"127.8.8.8", false, false, true},
		{"::1", false, false, true},
		{"::ffff:127.0.0.1", false, false, true},
		{"10.1.2.3", false, true, true},
		{"::ffff:10.1.2.3", false, true, true},
		{"10.2.0.1", false, false, true},
		{"172.16.0.1", false, false, true},
		{"192.168.1.1", false, false, true},
		{"100.64.0.1", false, false, true},
		{"fd00::1", false, true, true},
		{"fc00::1", false, false, true},
		{"169.254.169.254", false, false, false},
		{"::ffff:169.254.169.254", false, false, false},
		{"fd00:ec2::254", false, false, false},
		{"fd20:ce::254", false, false, false},
		{"fd00:c1::a9fe:a9fe", false, false, false},
		{"100.100.100.200", false, false, false},
		{"::ffff:100.100.100.200", false, false, false},
		{"168.63.129.16", false, false, false},
		{"fe80::1", false, false, false},
		{"fe80::1%eth0", false, false, false},
		{"0.0.0.0", false, false, false},
		{"::", false, false, false},
		{"224.0.0.1", false, false, false},
		{"ff02::1", false, false, false},
		{"255.255.255.255", false, false, false},
		{"192.0.2.1", false, false, false},
		{"64:ff9b::a9fe:a9fe", false, false, false},
		{"2002:7f00:1::", false, false, false},
	} {
		addr := netip.MustParseAddr(row.addr)
		for _, g := range []struct {
			name  string
			guard *webhook.Guard
			want  bool
		}{{"public", public, row.public}, {"some", some, row.some}, {"private", private, row.private}} {
			err := g.guard.Check(addr)
			if (err == nil) != g.want || (err != nil && !errors.Is(err, webhook.ErrRefused)) {
				t.Errorf("%s, %s: got %v, want it to pass: %t", row.addr, g.name, err, g.want)
			}
		}
	}
}

func TestTheGuardStandsBeforeEveryConnection(t *testing.T) {
	inside := webhooktest.Answers(t, "text/xml", "<Response/>")
	port := inside[strings.LastIndex(inside, ":"):]
	resolver := webhooktest.Resolver(t, map[string]string{"rebound.test": "127.0.0.1", "metadata.test": "169.254.169.254"})
	mine := []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	for _, row := range []struct {
		shows, url string
		cfg        webhook.Config
		code       int
		tries      int
	}{
		{"loopback", inside, webhook.Config{}, 11205, 1},
		{"loopback, mapped into IPv6", "http://[::ffff:127.0.0.1]" + port, webhook.Config{}, 11205, 1},
		{"a name for loopback", "http://rebound.test" + port, webhook.Config{}, 11205, 1},
		{"loopback over TLS", "https://127.0.0.1" + port, webhook.Config{}, 11205, 1},
		{"refusals are not retried", inside + "#rp=all", webhook.Config{}, 11205, 1},
		{"loopback, allowed", inside, webhook.Config{Allow: mine}, 0, 1},
		{"a name for loopback, allowed", "http://rebound.test" + port, webhook.Config{Allow: mine}, 0, 1},
		{"a redirect from the allowed to another", webhooktest.RedirectsTo(t, 302, "http://127.0.0.2"+port), webhook.Config{Allow: mine}, 11205, 2},
		{"a redirect to link-local", webhooktest.RedirectsTo(t, 302, "http://metadata.test/"), webhook.Config{AllowPrivate: true}, 11205, 2},
		{"link-local, whatever is allowed", "http://metadata.test/", webhook.Config{AllowPrivate: true}, 11205, 1},
		{"link-local in IPv6", "http://[fe80::1]/", webhook.Config{AllowPrivate: true}, 11205, 1},
	} {
		row.cfg.Resolver = resolver
		c := webhook.New(row.cfg)
		a := c.Ask(t.Context(), question(row.url))
		c.CloseIdle()
		code := 0
		if a.Err != nil {
			code = a.Err.Code
		}
		if code != row.code || len(a.Tries) != row.tries {
			t.Errorf("%s: got %v after %d tries, want code %d after %d", row.shows, a.Err, len(a.Tries), row.code, row.tries)
		}
		if code != 0 && (!errors.Is(a.Err, webhook.ErrRefused) || !strings.Contains(a.Err.Detail, "address")) {
			t.Errorf("%s: %q does not say that the address was refused", row.shows, a.Err.Detail)
		}
		if _, _, err := c.Fetch(t.Context(), row.url, 100); (err != nil) != (row.code != 0) {
			t.Errorf("%s: fetched: got %v", row.shows, err)
		}
		c.CloseIdle()
	}
	if _, err := webhook.NewGuard(nil, false, nil).DialContext(t.Context(), "tcp", inside[len("http://"):]); !errors.Is(err, webhook.ErrRefused) {
		t.Errorf("DialContext: got %v, want ErrRefused", err)
	}
	if _, err := webhook.NewGuard(nil, false, nil).Transport().RoundTrip(request(t, inside)); !errors.Is(err, webhook.ErrRefused) {
		t.Errorf("Transport: got %v, want ErrRefused", err)
	}
}
