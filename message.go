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

// A Message is one inbound or outbound text.
type Message struct {
	SID       SID
	Account   SID
	Service   SID    // the messaging service it belongs to, or ""
	Carrier   string // the carrier it came by or goes by; "" until one is chosen
	Direction Direction
	From      string // E.164, a short code or an alphanumeric sender
	To        string
	Body      string
	Segments  int
	Media     []Attachment

	State      State
	AnsweredBy Answerer // of an inbound message
	ErrorCode  int      // of a failed or undelivered one
	InReplyTo  SID      // the inbound message that an outbound one answers
	Callback   Callback // the status callback of an outbound message
	Confirms   bool     // it confirms a keyword, so it is sent even after STOP
	Tries      int      // submits so far
	Retention  Retention
	Fault      FaultKind     // the simulated fault of the primary for an inbound message, or ""
	Validity   time.Duration // how long it may wait for a carrier; zero means [Validity]
	Wires      Wires         // its addresses as the carrier wrote or writes them

	Created time.Time
	Updated time.Time
	Sent    time.Time // when a carrier accepted it; zero before

	Due   time.Time // when there is work to do on it; zero for none
	Lease Lease     // the worker that does it
}

// Limits of a message.
//
// twilio: messaging/api/message-resource
const (
	MaxBody  = sms.MaxCharacters // UTF-16 units
	MaxMedia = twiml.MaxMedia
)

// A Direction says who started a message.
type Direction string

// The directions, in Twilio's words.
const (
	Inbound       Direction = "inbound"
	OutboundReply Direction = "outbound-reply"
	OutboundAPI   Direction = "outbound-api"
)

// An Answerer is the part of a chain that answered a text.
type Answerer string

// The answerers. Every step after the first is a fallback.
const (
	Nobody       Answerer = ""
	ByPrimary    Answerer = "primary"
	ByFallback   Answerer = "fallback"
	ByLastResort Answerer = "last_resort"
)

// AnswererAt returns the answerer for the step at index i.
func AnswererAt(i int) Answerer {
	if i == 0 {
		return ByPrimary
	}
	return ByFallback
}

// A Retention says what is erased of a message when it has ended.
//
// twilio: messaging/api/message-resource, ContentRetention and AddressRetention
type Retention struct {
	DiscardContent   bool // its text and media
	ObfuscateAddress bool // the last digits of the phone
}

// A Callback is where the status callbacks of a message go.
type Callback struct {
	URL    string
	Method string
}

// A Lease says which worker holds a piece of work, and until when.
type Lease struct {
	By    string
	Until time.Time
}

// LogValue shows only the SID: texts and phone numbers must not be logged.
func (m Message) LogValue() slog.Value { return slog.StringValue(string(m.SID)) }

// Wires are the addresses of a message as its carrier writes them. Those of an inbound message are
// stored where the carrier wrote another form than it usually does; those of an outbound one are
// set when it is submitted.
type Wires struct {
	From, To sms.Wire
}

// IsInbound reports whether a phone sent the message.
func (m Message) IsInbound() bool { return m.Direction == Inbound }

// A Conversation is the messages between one of our senders and one phone, in both directions.
// Its named fields prevent the two sides from being swapped.
type Conversation struct {
	Sender string // a number's address, a name or, where documented, the SID of a service
	Phone  string // E.164 or a short code
}

// Conversation returns the conversation that the message belongs to.
func (m Message) Conversation() Conversation {
	if m.IsInbound() {
		return Conversation{Sender: m.To, Phone: m.From}
	}
	return Conversation{Sender: m.From, Phone: m.To}
}

// validText reports whether s is valid UTF-8 without NUL, so that it can be stored and displayed.
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

// A State is the state of a message and determines the work to do: an inbound message that is
// Pending waits for an answer, an outbound one that is Queued waits for a carrier.
type State string

// The states of an inbound message.
const (
	Pending    State = "pending"    // not answered yet
	Answered   State = "answered"   // replies were sent
	Silent     State = "silent"     // a step answered without a message, or all its messages were dropped with a warning
	Unanswered State = "unanswered" // every step failed and there was no last resort
)

// The states of an outbound message, in Twilio's words. A message held by a worker stays Queued;
// see [Message.Status].
//
// twilio: messaging/api/message-resource#message-status-values
const (
	Scheduled   State = "scheduled" // a service sends it later
	Accepted    State = "accepted"  // a service has not chosen the sender yet
	Queued      State = "queued"
	Submitting  State = "submitting" // being handed to a carrier that cannot detect repeats
	Sent        State = "sent"
	Delivered   State = "delivered"
	Undelivered State = "undelivered"
	Failed      State = "failed"
	Canceled    State = "canceled" // before it was due
)

// moves lists the states that may follow each state. A state without an entry is final.
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

// Status returns the message's status in Twilio's words: received for an inbound message, and
// sending for a queued one held by a worker.
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

// An Attachment is one item of a message's media. It has a SID if its content is stored here:
// always for inbound messages; for outbound ones, which refer to it by URL, once it has been
// fetched.
type Attachment struct {
	SID         SID
	URL         string
	ContentType string
}

// Media is an attachment with its content.
type Media struct {
	SID         SID
	Account     SID
	Message     SID
	ContentType string
	Data        []byte
	Created     time.Time
}

// MaxMediaBytes is the maximum total size of a message's media.
//
// twilio: messaging/guides/accepted-mime-types
const MaxMediaBytes = 5 << 20

// attachable lists the media types, and families of types, that may be attached to a message.
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

// MaxOtherMediaBytes is the maximum size of an outbound item of media other than JPEG, GIF and
// PNG.
//
// twilio: messaging/guides/accepted-mime-types
const MaxOtherMediaBytes = 500 << 10

// A Saying records that a conversation received a certain text of a fallback or the last resort,
// so that the text is not repeated too soon. Only a digest of the text is stored.
type Saying struct {
	Conversation
	Digest [sha256.Size]byte
	Said   time.Time

	// After is the time since which the text must not have been sent; otherwise the Change is a
	// conflict.
	After time.Time
}

// SayingOf returns the saying for a reply that must not be repeated within repeatAfter.
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

// A CarrierID is the id that a carrier gave to a message or to one part of it.
type CarrierID struct {
	Carrier string // its name
	ID      string // as the carrier writes it
	Message SID
	Part    int // from 1; 0 for a message in one part
	Created time.Time
}

// How long ids of carriers are kept. Carriers reuse ids, so an outbound id older than
// [CarrierIDAge] is ignored. Inbound ids are kept for [InboundIDAge], even if the message is
// deleted, to recognize redeliveries.
const (
	CarrierIDAge = 7 * 24 * time.Hour
	InboundIDAge = 400 * 24 * time.Hour
)

// A Part is the state of one of several parts in which a carrier took a message.
type Part struct {
	Message SID
	Part    int   // from 1
	State   State // Sent, Delivered or Undelivered
}

// A PartMove changes the state of a part that was Sent. It is guarded like a [Move], and also by
// the number of parts, including this one, that were still Sent.
type PartMove struct {
	Part
	Left int
}

// Feedback is a customer's report on the outcome of a message.
//
// twilio: messaging/api/message-feedback-resource
type Feedback struct {
	Message SID
	Outcome string // confirmed or unconfirmed
	Created time.Time
	Updated time.Time
}
