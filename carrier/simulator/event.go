package simulator

import (
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
)

// A kind says what happened to a message.
type kind string

// The kinds of event, as the journal spells them.
const (
	sent         kind = "sent"         // a phone sent it
	withdrawn    kind = "withdrawn"    // the inbox refused it: the phone did not send it after all
	taken        kind = "taken"        // the network took it; it is not on the phone (yet)
	received     kind = "received"     // the phone has it
	acknowledged kind = "acknowledged" // the inbox has its receipt
	owed         kind = "owed"         // forgotten, but for the receipt the inbox has yet to take
)

// An event is one line of the journal. All but sent, taken and received ones leave the
// message's own fields empty.
type event struct {
	Kind      kind            `json:"event"`
	ID        string          `json:"id"`            // what the network calls the message
	SID       repli.SID       `json:"sid,omitempty"` // what its sender calls it
	At        time.Time       `json:"at"`
	Direction repli.Direction `json:"direction,omitempty"`
	From      string          `json:"from,omitempty"`
	To        string          `json:"to,omitempty"`
	Body      string          `json:"body,omitempty"`
	Wires     repli.Wires     `json:"wires,omitzero"` // where the network writes other addresses
	Media     []media         `json:"media,omitempty"`
	Segments  int             `json:"segments,omitempty"`
	Account   repli.SID       `json:"account,omitempty"`
	Service   repli.SID       `json:"service,omitempty"`
	InReplyTo repli.SID       `json:"in_reply_to,omitempty"`
	Created   time.Time       `json:"created,omitzero"`
}

// media is a repli.Attachment in the journal. The bytes are not kept.
type media struct {
	SID         repli.SID `json:"sid,omitempty"`
	URL         string    `json:"url,omitempty"`
	ContentType string    `json:"type,omitempty"`
}

// idOf returns what the network calls a message that is submitted under a SID. It is made of the
// SID, so that a repeat has the id it had before.
func idOf(s repli.SID) string { return "n" + string(s[min(2, len(s)):]) }

// newID returns what the network calls a text that a phone sends: no other was or will be called
// so, and later ones sort later.
func newID() string { return "p" + string(repli.NewSID("")[2:]) }

// outgoing returns the event of kind k for a message on its way to a phone.
func outgoing(k kind, m repli.Message, at time.Time) event { return of(k, idOf(m.SID), m, at) }

// of returns the event of kind k for a message that the network calls id.
func of(k kind, id string, m repli.Message, at time.Time) event {
	e := event{
		Kind: k, ID: id, SID: m.SID, At: at, Direction: m.Direction, From: m.From, To: m.To, Body: m.Body, Segments: m.Segments,
		Account: m.Account, Service: m.Service, InReplyTo: m.InReplyTo, Created: m.Created, Wires: differing(m.Wires, m.From, m.To),
	}
	for _, a := range m.Media {
		e.Media = append(e.Media, media(a))
	}
	return e
}

// texted returns the event of a phone having sent a text.
func texted(in carrier.Inbound, at time.Time) event {
	e := event{Kind: sent, ID: in.ID, At: at, Direction: repli.Inbound, From: in.From, To: in.To, Body: in.Body, Account: in.Account, Created: at,
		Wires: differing(in.Wires, in.From, in.To)}
	for _, m := range in.Media {
		e.Media = append(e.Media, media{ContentType: m.ContentType})
	}
	return e
}

// message returns what the event says of its message, as the network knows it: from taken
// on it is Sent. What the customer set up around it, callbacks and leases, is not known here.
func (e event) message() repli.Message {
	m := repli.Message{
		SID: e.SID, Direction: e.Direction, From: e.From, To: e.To, Body: e.Body, Segments: e.Segments,
		Account: e.Account, Service: e.Service, InReplyTo: e.InReplyTo, Created: e.Created, Updated: e.At, Wires: e.Wires,
	}
	for _, a := range e.Media {
		m.Media = append(m.Media, repli.Attachment(a))
	}
	if e.Kind != sent {
		m.State, m.Sent = repli.Sent, e.At
	}
	return m
}
