package drill

import (
	"crypto/x509"
	"net/netip"
	"testing"

	"github.com/repli-sms/repli"
)

func TestWhatPrimaryAndFallbackShare(t *testing.T) {
	where := places{addrs: map[string][]netip.Addr{
		"a.example": {netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")},
		"b.example": {netip.MustParseAddr("192.0.2.2")},
		"c.example": {netip.MustParseAddr("192.0.2.3")},
		"localhost": {netip.MustParseAddr("127.0.0.1")},
		"127.0.0.1": {netip.MustParseAddr("127.0.0.1")},
	}, certs: map[string]*x509.Certificate{
		"https://a.example/sms":      {Raw: []byte("wildcard"), DNSNames: []string{"*.example"}},
		"https://c.example/wildcard": {Raw: []byte("wildcard"), DNSNames: []string{"*.example"}},
		"https://c.example/sms":      {Raw: []byte("its own")},
		"https://localhost:1/sms":    {Raw: []byte("local")},
		"https://localhost:2/sms":    {Raw: []byte("local")},
	}}
	const bin = repli.SID("EH00000000000000000000000000000001")
	url := func(urls ...string) (steps []repli.Step) {
		for _, u := range urls {
			steps = append(steps, repli.Step{URL: u})
		}
		return steps
	}
	none := repli.Finding{}
	at := func(place string) repli.Finding { return repli.Finding{Kind: repli.SharedHost, Place: place} }
	address := func(place string) repli.Finding { return repli.Finding{Kind: repli.SharedAddress, Place: place} }
	for _, row := range []struct {
		shows string
		steps []repli.Step
		want  repli.Finding
	}{
		{"another path", url("https://a.example/sms", "https://A.example:443/backup"), at("a.example:443")},
		{"another port of the same machine", url("https://a.example/sms", "https://a.example:8443/sms"), address("192.0.2.1")},
		{"another name of the same machine", url("https://a.example/sms", "https://b.example/sms"), address("192.0.2.2")},
		{"another machine", url("https://a.example/sms", "https://c.example/sms"), none},
		{"another machine with the same certificate", url("https://a.example/sms", "https://c.example/wildcard"), repli.Finding{Kind: repli.SharedCertificate, Place: "*.example"}},
		{"two ports of this machine with one certificate", url("https://localhost:1/sms", "https://localhost:2/sms"), none},
		{"a name that nobody knows", url("https://a.example/sms", "https://d.example/sms"), none},
		{"two ports of this machine", url("http://localhost:3000/sms", "http://127.0.0.1:4000/sms"), none},
		{"one port of this machine by two names", url("http://localhost:3000/sms", "http://[::1]:3000/sms"), at("localhost:3000")},
		{"a bin", []repli.Step{{URL: "https://a.example/sms"}, {Bin: bin}}, none},
		{"two bins", []repli.Step{{Bin: bin}, {Bin: bin}}, none},
		{"a second fallback elsewhere", url("https://a.example/sms", "https://a.example/backup", "https://c.example/"), none},
		{"a second fallback on the same machine", url("https://a.example/sms", "https://a.example/backup", "https://b.example/"), address("192.0.2.2")},
		{"no fallback", url("https://a.example/sms"), none},
	} {
		if got := shares(row.steps, where); got != row.want {
			t.Errorf("%s: %+v, want %+v", row.shows, got, row.want)
		}
	}
}
