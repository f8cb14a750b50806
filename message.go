package repli

import (
	"log/slog"
	"time"
	"unicode/utf8"

	"github.com/repli-sms/repli/sms"
	"github.com/repli-sms/repli/twiml"
)

// A Message is one text, on its way in or out.
type Message struct {
	SID       SID
	Account   SID
	Service   SID // the messaging service it belongs to, or ""
	Direction Direction
	From      string // E.164, a short code or an alphanumeric sender
	To        string
	Body      string
	Segments  int
	Media     []Attachment

	State      State
	AnsweredBy Answerer // of an inbound message
	ErrorCode  int      // of a failed or undelivered one
	InReplyTo  SID      // the inbound message an outbound one answers
	Callback   Callback // who wants to know how an outbound one is doing
	Confirms   bool     // it confirms a keyword, so it goes also to a phone that has said STOP
	Tries      int      // how often it was submitted
	Retention  Retention
	Fault      FaultKind     // how the primary fails at an inbound one on purpose, or ""
	Validity   time.Duration // how long it may wait for a carrier; zero means [Validity]

	Created time.Time
	Updated time.Time
	Sent    time.Time // when a carrier took it; zero until then

	Due   time.Time // when there is work to do on it; zero when there is none
	Lease Lease     // who does that work
}

// Limits of a message.
//
// twilio: messaging/api/message-resource
const (
	MaxBody  = sms.MaxCharacters // UTF-16 units
	MaxMedia = twiml.MaxMedia
)

// A Direction says who began a message.
type Direction string

// The directions, in Twilio's words.
const (
	Inbound       Direction = "inbound"
	OutboundReply Direction = "outbound-reply"
	OutboundAPI   Direction = "outbound-api"
)

// An Answerer is the part of a chain that answered a text.
type Answerer string

// Who may have answered. Every step after the first counts as the fallback.
const (
	Nobody       Answerer = ""
	ByPrimary    Answerer = "primary"
	ByFallback   Answerer = "fallback"
	ByLastResort Answerer = "last_resort"
)

// AnswererAt returns who answers when the step at index i does.
func AnswererAt(i int) Answerer {
	if i == 0 {
		return ByPrimary
	}
	return ByFallback
}

// A Retention says what of a message is forgotten once it has ended.
//
// twilio: messaging/api/message-resource, ContentRetention and AddressRetention
type Retention struct {
	DiscardContent   bool // its text and media
	ObfuscateAddress bool // the last digits of the phone
}

// A Callback is where a customer wants to be told about a message's status.
type Callback struct {
	URL    string
	Method string
}

// A Lease says which worker holds a piece of work, and until when.
type Lease struct {
	By    string
	Until time.Time
}

// LogValue shows the SID alone: a log holds no texts and no phone numbers.
func (m Message) LogValue() slog.Value { return slog.StringValue(string(m.SID)) }

// IsInbound tells whether a phone sent the message.
func (m Message) IsInbound() bool { return m.Direction == Inbound }

// validText tells whether s can be kept and shown: it is UTF-8 without NUL.
func validText(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for i := range len(s) {
		if s[i] == 0 {
			return false
		}
	}
	return true
}
