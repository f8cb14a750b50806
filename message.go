package repli

import (
	"crypto/sha256"
	"log/slog"
	"mime"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/repli-sms/repli/sms"
	"github.com/repli-sms/repli/twiml"
)

// A Message is one text, on its way in or out.
type Message struct {
	SID       SID
	Account   SID
	Service   SID    // the messaging service it belongs to, or ""
	Carrier   string // the carrier it came by, or goes by; "" while none is chosen
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

// IsInbound reports whether a phone sent the message.
func (m Message) IsInbound() bool { return m.Direction == Inbound }

// A Conversation is the messages between one sender of ours and one phone, in both directions.
// Naming its two sides keeps them from being passed in each other's place.
type Conversation struct {
	Sender string // ours: a number's address, a name, or where it is said so the SID of a service
	Phone  string // E.164 or a short code
}

// Conversation returns the conversation that the message belongs to.
func (m Message) Conversation() Conversation {
	if m.IsInbound() {
		return Conversation{Sender: m.To, Phone: m.From}
	}
	return Conversation{Sender: m.From, Phone: m.To}
}

// validText reports whether s can be kept and shown: it is UTF-8 without NUL.
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

// A State is where a message stands. It is also its work: an inbound message that is
// Pending waits for an answer, an outbound one that is Queued waits for a carrier.
type State string

// The states of an inbound message.
const (
	Pending    State = "pending"    // not answered yet
	Answered   State = "answered"   // replies were sent
	Silent     State = "silent"     // a step answered with nothing to send, or a warning dropped all of it
	Unanswered State = "unanswered" // every step failed and there was no last resort
)

// The states of an outbound message, in Twilio's words. A message in somebody's hands is
// still Queued; see [Message.Status].
//
// twilio: messaging/api/message-resource#message-status-values
const (
	Scheduled   State = "scheduled" // to be sent later by a service
	Accepted    State = "accepted"  // a service has yet to choose who sends it
	Queued      State = "queued"
	Submitting  State = "submitting" // being handed to a carrier that cannot drop a repeat
	Sent        State = "sent"
	Delivered   State = "delivered"
	Undelivered State = "undelivered"
	Failed      State = "failed"
	Canceled    State = "canceled" // before it was due
)

// moves lists where a message may go next. Absent means terminal.
var moves = map[State][]State{
	Pending:    {Answered, Silent, Unanswered},
	Scheduled:  {Queued, Canceled, Failed},
	Accepted:   {Queued, Failed},
	Queued:     {Queued, Submitting, Sent, Failed, Delivered, Undelivered}, // a receipt may overtake the answer
	Submitting: {Queued, Sent, Failed, Delivered, Undelivered},
	Sent:       {Delivered, Undelivered},
}

// MayBecome reports whether a message in state s may move to state next.
func (s State) MayBecome(next State) bool { return slices.Contains(moves[s], next) }

// Status returns the message's status in Twilio's words: received for an inbound one, and
// sending for a queued one that a worker holds.
func (m Message) Status() string {
	switch {
	case m.IsInbound():
		return "received"
	case m.State == Queued && m.Lease.By != "", m.State == Submitting:
		return "sending"
	default:
		return string(m.State)
	}
}

// An Attachment is one item of media of a message. One that is kept by Repli has a SID: an
// inbound item always, an outbound one, which is named by its URL, once it has been fetched.
type Attachment struct {
	SID         SID
	URL         string
	ContentType string
}

// Media is the bytes of an attachment: what a phone sent, or what was fetched to be sent.
type Media struct {
	SID         SID
	Account     SID
	Message     SID
	ContentType string
	Data        []byte
	Created     time.Time
}

// MaxMediaBytes is the largest total of one message's media.
//
// twilio: messaging/guides/accepted-mime-types
const MaxMediaBytes = 5 << 20

// attachable lists what may be attached to a message: families of types, and types.
//
// twilio: messaging/guides/accepted-mime-types
var attachable = []string{
	"image/", "audio/", "video/",
	"application/pdf", "application/vcard", "application/vnd.apple.pkpass",
	"text/calendar", "text/csv", "text/directory", "text/richtext", "text/rtf", "text/vcard", "text/x-vcard",
}

// MayAttach reports whether media of this Content-Type may be attached to a message.
func MayAttach(contentType string) bool {
	bare, _, err := mime.ParseMediaType(contentType)
	return err == nil && slices.ContainsFunc(attachable, func(a string) bool {
		return bare == a || strings.HasSuffix(a, "/") && strings.HasPrefix(bare, a)
	})
}

// MaxOtherMediaBytes is the largest item of media that is no JPEG, GIF or PNG, on its way to a
// phone.
//
// twilio: messaging/guides/accepted-mime-types
const MaxOtherMediaBytes = 500 << 10

// A Saying is a text of a fallback or the last resort that one conversation has got, so that it
// does not get it again for a while. What it says is kept as a digest only.
type Saying struct {
	Conversation
	Digest [sha256.Size]byte
	Said   time.Time

	// After is since when it must not have been said; otherwise the Change that says it is a
	// conflict.
	After time.Time
}

// SayingOf returns the saying that a reply is, which may not be repeated for so long.
func SayingOf(reply Message, repeatAfter time.Duration) Saying {
	h := sha256.New()
	h.Write([]byte(reply.Body))
	for _, m := range reply.Media {
		h.Write([]byte("\x00" + m.URL))
	}
	s := Saying{Conversation: reply.Conversation(), Said: reply.Created, After: reply.Created.Add(-repeatAfter)}
	h.Sum(s.Digest[:0])
	return s
}

// A CarrierID is what a carrier calls a message, or one part of it.
type CarrierID struct {
	Carrier string // its name
	ID      string // as the carrier writes it
	Message SID
	Part    int // 1 for the first of several; 0 for a message in one piece
	Created time.Time
}

// How long the ids of carriers are kept. Carriers use an id again, so one that was given longer
// ago than [CarrierIDAge] means nothing; a text that comes in again is known by its id for
// [InboundIDAge], also when the message is deleted.
const (
	CarrierIDAge = 7 * 24 * time.Hour
	InboundIDAge = 400 * 24 * time.Hour
)

// A Part is one of the pieces in which a carrier took a message, and what became of it.
type Part struct {
	Message SID
	Part    int   // from 1
	State   State // Sent, Delivered or Undelivered
}

// A PartMove says what became of a part that was Sent. It is guarded like a [Move], also by how
// many parts of the message were still Sent, itself included.
type PartMove struct {
	Part
	Left int
}

// Feedback is what a customer says became of a message.
//
// twilio: messaging/api/message-feedback-resource
type Feedback struct {
	Message SID
	Outcome string // confirmed or unconfirmed
	Created time.Time
	Updated time.Time
}
