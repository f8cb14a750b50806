package e2e

import (
	"strings"
	"testing"
	"time"
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
	const stranger = "+15550009999"
	for _, row := range []struct{ shows, number, want string }{
		{"the number `repli dev` begins with", "+15550001000", "passed"},
		{"a bin", number(hello, backup), "passed"},
		{"a bin of `repli serve`, which checks the signature", number(hello, at(served.url+"/twiml/"+served.addsBin(t, "Back soon."), "POST")), "passed"},
		{"Express behind the SDK's middleware", number(at(broken(t), "POST"), at(expressHandler(t, s.token)+"/sms", "POST")), "passed"},
		{"a chain of three: the second step is the fallback", number(hello, backup, bin(silent)), "passed"},
		{"Express with another token", number(hello, at(expressHandler(t, "fedcba9876543210fedcba9876543210")+"/sms", "POST")), "the fallback answers 403"},
		{"a bin that says nothing", number(hello, bin(silent)), "the fallback has no Message"},
		{"no fallback", number(hello), "the number has no fallback"},
		{"a number of somebody else", stranger, "the number is not found"},
	} {
		stdout, stderr, err := s.runs(t, "node", "quest.js", row.number)
		if got := strings.TrimSpace(stdout); got != row.want || err != nil {
			t.Errorf("%s: got %q, %v %s, want %q", row.shows, got, err, stderr, row.want)
		}
		if row.number == stranger {
			continue
		}
		if got, why := s.quest(t, row.number); got != (row.want == "passed") {
			t.Errorf("%s: passed in a drill: %v, because %s; the game says %s", row.shows, got, why, row.want)
		}
	}
}

// quest returns what a drill makes of the game's check.
func (s *server) quest(t *testing.T, number string) (passed bool, why string) {
	t.Helper()
	var d struct {
		SID, Status string
		Results     []struct {
			Passed bool
			Reason string
		}
	}
	s.call(t, "POST", "/drills", map[string]any{"number": number, "faults": []string{"twilioquest"}}, &d)
	for d.Status == "running" {
		<-time.After(20 * time.Millisecond)
		s.call(t, "GET", "/drills/"+d.SID, nil, &d)
	}
	if len(d.Results) != 1 {
		t.Fatalf("the drill of %s: %+v", number, d)
	}
	return d.Results[0].Passed, d.Results[0].Reason
}
