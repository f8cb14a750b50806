package apptest

import (
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/carrier/simulator"
	"github.com/repli-sms/repli/handset"
)

// A Phone is a simulated phone that the test uses.
type Phone struct {
	s      *Server
	number string
	seen   string // the network's id of the last text the test has read
}

// Phone returns the phone with this number.
func (s *Server) Phone(number string) *Phone { return &Phone{s: s, number: number} }

// Texts sends a text and returns its SID when the server has acknowledged it.
func (p *Phone) Texts(to, body string) repli.SID {
	p.s.t.Helper()
	return p.Sends(carrier.Inbound{To: to, Body: body})
}

// Sends sends a message of any kind and returns its SID when the server has acknowledged it.
func (p *Phone) Sends(in carrier.Inbound) repli.SID {
	p.s.t.Helper()
	in.From = p.number
	net := handset.Network{Carrier: p.s.Phones, DB: p.s.DB}
	sid, err := net.Text(p.s.t.Context(), in)
	if err != nil {
		p.s.t.Fatalf("%s cannot text %s: %v", p.number, in.To, err)
	}
	return sid
}

// Since returns the messages that a phone received or sent after a text of its own.
func (s *Server) Since(text repli.SID) []simulator.Entry {
	s.t.Helper()
	named, err := s.DB.InboundID(s.t.Context(), text)
	if err != nil {
		s.t.Fatal(err)
	}
	entries, err := s.Phones.Conversation(s.Message(text).From, named.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return entries
}

// patience is how long a phone waits for an expected text.
const patience = 2 * time.Minute

// Expects fails the test unless the next text on the phone has this body.
func (p *Phone) Expects(body string) repli.Message {
	p.s.t.Helper()
	m, ok := p.next(patience)
	switch {
	case !ok:
		p.s.t.Fatalf("%s received nothing within %v, want %q", p.number, patience, body)
	case m.Body != body:
		p.s.t.Errorf("%s received %q, want %q", p.number, m.Body, body)
	}
	return m
}

// ExpectsNothing fails the test if the phone receives a text within this time.
func (p *Phone) ExpectsNothing(in time.Duration) {
	p.s.t.Helper()
	if m, ok := p.next(in); ok {
		p.s.t.Errorf("%s received %q, want nothing", p.number, m.Body)
	}
}

// next returns the next text on the phone.
func (p *Phone) next(in time.Duration) (repli.Message, bool) {
	p.s.t.Helper()
	for until := time.Now().Add(in); ; {
		texts, err := p.s.Phones.Wait(p.s.t.Context(), p.number, p.seen, time.Until(until))
		if err != nil {
			p.s.t.Fatal(err)
		}
		for _, e := range texts {
			p.seen = e.ID
			if !e.IsInbound() {
				return e.Message, true
			}
		}
		if len(texts) == 0 {
			return repli.Message{}, false
		}
	}
}
