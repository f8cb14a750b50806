package repli_test

import (
	"testing"

	"github.com/repli-sms/repli"
)

func TestBinAtKnowsOurOwnAddressHoweverItIsWritten(t *testing.T) {
	const bin = "EH0123456789abcdef0123456789abcdef"
	for _, row := range []struct {
		base, url string
		query     string
		ours      bool
	}{
		{"http://127.0.0.1:8080", "http://127.0.0.1:8080/twiml/" + bin, "", true},
		{"http://127.0.0.1:8080", "http://127.0.0.1:8080/twiml/" + bin + "?Name=Ann&x=1#rc=0", "Name=Ann&x=1", true},
		{"https://SMS.example.com", "https://sms.example.com/twiml/" + bin, "", true},
		{"https://sms.example.com", "HTTPS://Sms.Example.Com:443/twiml/" + bin, "", true},
		{"http://sms.example.com:80/repli", "http://ann:secret@sms.example.com/repli/twiml/" + bin, "", true},
		{"https://sms.example.com", "http://sms.example.com/twiml/" + bin, "", false},
		{"https://sms.example.com", "https://sms.example.com:8443/twiml/" + bin, "", false},
		{"https://sms.example.com", "https://sms.example.com/other/twiml/" + bin, "", false},
		{"https://sms.example.com", "https://evil.example/twiml/" + bin, "", false},
		{"https://sms.example.com", "https://sms.example.com/twiml/" + bin + "/more", "", false},
		{"https://sms.example.com", "https://sms.example.com/sms", "", false},
	} {
		sid, query := repli.BinAt(row.base, row.url)
		if (sid == bin) != row.ours || query != row.query {
			t.Errorf("BinAt(%q, %q) = %q, %q; want ours: %v, %q", row.base, row.url, sid, query, row.ours, row.query)
		}
	}
}

func TestChainThatCannotBeKept(t *testing.T) {
	url := func(u string) repli.Chain {
		return repli.Chain{Steps: []repli.Step{{URL: u, Method: "POST"}}, AnswerBy: repli.DefaultAnswerBy}
	}
	for _, row := range []struct {
		shows string
		chain repli.Chain
		code  int
	}{
		{"a URL", url("https://example.com/sms"), 0},
		{"no scheme", url("example.com/sms"), 21402},
		{"an underscore in the host", url("https://a_b.example/"), 21402},
		{"a method that is none", repli.Chain{Steps: []repli.Step{{URL: "https://example.com", Method: "PUT"}}, AnswerBy: repli.DefaultAnswerBy}, 21403},
		{"a blank last resort", repli.Chain{LastResort: " \u00a0\u0007", AnswerBy: repli.DefaultAnswerBy}, 20422},
		{"a last resort", repli.Chain{LastResort: "🍰", AnswerBy: repli.DefaultAnswerBy}, 0},
		{"eleven steps", repli.Chain{Steps: make([]repli.Step, 11), AnswerBy: repli.DefaultAnswerBy}, 20422},
		{"no time at all", repli.Chain{}, 20422},
	} {
		if got := repli.CodeOf(row.chain.Check()); got != row.code {
			t.Errorf("%s: code %d, want %d", row.shows, got, row.code)
		}
	}
}
