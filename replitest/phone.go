package replitest

import (
	"regexp"
	"slices"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/handset"
)

// DefaultPatience is how long a phone waits for a text that is expected, unless its Patience
// says otherwise. A program that hangs is given up after 15 seconds, as by Twilio: a test of
// that needs more patience.
const DefaultPatience = 10 * time.Second

// A Phone is a handset in the hand of a test. It is used from one goroutine at a time.
type Phone struct {
	// Patience is how long Expect waits, DefaultPatience when it is 0.
	Patience time.Duration

	s      *Server
	number string
	seen   string // what the network calls the last message that was taken off the network
	unread []repli.Message
	sent   []sent // since a text was last expected and came, and the one before
}

// A sent text is one whose fate can be told.
type sent struct {
	sid      repli.SID
	to, body string
}

// Phone returns the handset with a number in E.164 form, such as +15557770001. It receives
// all that was sent to the number since the server started.
func (s *Server) Phone(number string) *Phone { return &Phone{s: s, number: number} }

// Text sends a text to a number of the server. It returns when the server has taken it; the
// answer comes later. A text that is refused fails the test at once.
func (p *Phone) Text(to, body string) {
	p.s.t.Helper()
	net := handset.Network{Carrier: p.s.server.Phones, DB: p.s.server.DB}
	sid, err := net.Text(p.s.t.Context(), carrier.Inbound{From: p.number, To: to, Body: body})
	if err != nil {
		p.s.t.Fatalf("%s cannot text %s: %v", p.number, to, err)
	}
	p.sent = append(p.sent, sent{sid, to, body})
}

// Expect waits until the phone has a text that is want, or that the regular expression want
// matches anywhere, and returns it. Each text is expected once. Others that arrive remain for
// another Expect, so the order in which several texts arrive does not matter. If none comes
// in time the test fails at once, and says what came instead and why.
func (p *Phone) Expect(want string) string {
	p.s.t.Helper()
	patience := p.Patience
	if patience == 0 {
		patience = DefaultPatience
	}
	for until := time.Now().Add(patience); ; {
		is := func(m repli.Message) bool { return matches(want, m.Body) }
		if i := slices.IndexFunc(p.unread, is); i >= 0 {
			body := p.unread[i].Body
			p.unread = slices.Delete(p.unread, i, i+1)
			p.sent = p.sent[max(0, len(p.sent)-1):]
			return body
		}
		if !p.receive(time.Until(until)) {
			p.s.t.Fatalf("%s expected %q and did not get it within %v.\n%s", p.number, want, patience, p.report())
		}
	}
}

// ExpectNothing fails the test when the phone has a text that was not expected, or gets one in
// this time.
func (p *Phone) ExpectNothing(in time.Duration) {
	p.s.t.Helper()
	for until := time.Now().Add(in); len(p.unread) == 0; {
		if !p.receive(time.Until(until)) {
			return
		}
	}
	p.s.t.Errorf("%s expected nothing within %v.\n%s", p.number, in, p.report())
}

// receive waits for messages to come to the phone or to leave it, and reports whether any did.
func (p *Phone) receive(most time.Duration) bool {
	p.s.t.Helper()
	entries, err := p.s.server.Phones.Wait(p.s.t.Context(), p.number, p.seen, most)
	if err != nil {
		p.s.t.Fatalf("%s cannot be looked at: %v", p.number, err)
	}
	for _, e := range entries {
		p.seen = e.ID
		if !e.IsInbound() {
			p.unread = append(p.unread, e.Message)
		}
	}
	return len(entries) > 0
}

// matches reports whether a text is what was wanted, to the letter or as a regular expression.
func matches(want, body string) bool {
	if body == want || want == "" {
		return body == want
	}
	re, err := regexp.Compile(want)
	return err == nil && re.MatchString(body)
}
