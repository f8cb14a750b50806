package e2e

import (
	"strings"
	"testing"
)

// The game's check passes whoever serves the fallback, and fails where it should.
func TestTwilioQuestsCheckOfAFallbackPasses(t *testing.T) {
	s := dev(t)
	served := start(t, t.TempDir(), "serve", "--store=:memory:", "--account="+s.account, "--token="+s.token)
	served.account, served.token = s.account, s.token
	hello, backup := bin(s.addsBin(t, "Hello.")), bin(s.addsBin(t, "Back soon, {{From}}."))
	silent := s.addsBin(t, "")
	s.call(t, "PUT", "/bins/"+silent, map[string]string{"friendly_name": "Silent", "twiml": "<Response/>"}, nil)
	number := func(chain ...step) string {
		number, _ := s.adds(t, chain...)
		return number
	}
	for _, row := range []struct{ shows, number, want string }{
		{"the number `repli dev` begins with", "+15550001000", "passed"},
		{"a bin", number(hello, backup), "passed"},
		{"a bin of `repli serve`, which checks the signature", number(hello, at(served.url+"/twiml/"+served.addsBin(t, "Back soon."), "POST")), "passed"},
		{"Express behind the SDK's middleware", number(at(broken(t), "POST"), at(expressHandler(t, s.token)+"/sms", "POST")), "passed"},
		{"a chain of three: the second step is the fallback", number(hello, backup, bin(silent)), "passed"},
		{"Express with another token", number(hello, at(expressHandler(t, "fedcba9876543210fedcba9876543210")+"/sms", "POST")), "the fallback answers 403"},
		{"a bin that says nothing", number(hello, bin(silent)), "the fallback has no Message"},
		{"no fallback", number(hello), "the number has no fallback"},
		{"a number of somebody else", "+15550009999", "the number is not found"},
	} {
		stdout, stderr, err := s.runs(t, "node", "quest.js", row.number)
		if got := strings.TrimSpace(stdout); got != row.want || err != nil {
			t.Errorf("%s: got %q, %v %s, want %q", row.shows, got, err, stderr, row.want)
		}
	}
}
