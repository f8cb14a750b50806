package repli

import (
	"strings"
	"time"
	"unicode"

	"github.com/repli-sms/repli/sms"
)

// A Number is an address that people text, with the chain that answers, or a name that messages are
// only sent from.
type Number struct {
	SID          SID
	Account      SID
	Address      string // E.164, a short code or a sender's name; see [ParseAddress]
	Country      string // ISO 3166-1 alpha-2 of a short code or a name; "" for E.164
	FriendlyName string
	Chain        Chain
	Application  SID           // its steps replace the chain's own; "" for none
	Service      SID           // the messaging service it is in, or ""
	Joined       time.Time     // when it joined the service
	Carrier      string        // the carrier of its messages; "" lets the routes choose
	Language     string        // of the texts that Repli itself writes
	RequireTwiML bool          // a text/plain answer of a step is a failure of that step (12300)
	BreakerOff   bool          // the circuit breaker is off: its primary is always asked
	Rehearse     bool          // while it is on its fallback, its primary is rehearsed
	KeepContent  time.Duration // how long the content of its messages is kept; 0 is as the server does, [WithMessage] is as long as the message
	Created      time.Time
	Updated      time.Time
}

// WithMessage says that content is kept as long as its message.
const WithMessage time.Duration = -1

// MaxKeepContent is the longest time for which a number may keep the content of messages.
const MaxKeepContent = 10 * 366 * 24 * time.Hour

// ContentEnds reports whether a message created at a time has kept its content long enough by now,
// where keep is how long content is kept; 0 is as long as the message.
func ContentEnds(created time.Time, keep time.Duration, now time.Time) bool {
	return keep > 0 && now.Sub(created) >= keep
}

// The languages Repli writes in.
const (
	English = "en"
	French  = "fr"
)

// A Service is a messaging service: a pool of numbers to send from, and handlers that may answer
// for all of them. A number belongs to one service at most, which it refers to.
//
// twilio: messaging/api/service-resource
type Service struct {
	SID          SID
	Account      SID
	FriendlyName string

	Steps                     []Step // inbound_request_url and fallback_url
	UseInboundWebhookOnNumber bool   // the number's own steps answer instead of these
	StatusCallback            string
	StickySender              bool          // a phone always receives texts from the same number
	SmartEncoding             bool          // see sms.SmartEncode
	Validity                  time.Duration // how long a message may wait for a carrier

	// Stored and returned, without effect here.
	MMSConverter          bool
	FallbackToLongCode    bool
	AreaCodeGeomatch      bool
	SynchronousValidation bool
	ScanMessageContent    string // inherit, enable or disable
	Usecase               string

	Created time.Time
	Updated time.Time
}

// Validity is the default for how long a message may wait for a carrier.
//
// twilio: messaging/api/message-resource, ValidityPeriod
const Validity = 10 * time.Hour

// A Sticky records which number of a service texts a phone.
//
// twilio: messaging/services#sticky-sender
type Sticky struct {
	Service SID
	Conversation
}

// An OptOut records that a phone wants no messages from a number, or from any number of a
// service, until it sends START.
//
// twilio: messaging/tutorials/advanced-opt-out
type OptOut struct {
	Account      SID
	Conversation // the sender is the number's address, or the SID of its service
	Created      time.Time
}

// OptOuts returns the conversations whose opt-outs keep the number from texting the phone: first
// that with the number's service, which covers all its numbers, then that with the number itself.
// STOP opts out of the first one; START ends all of them.
func (n Number) OptOuts(phone string) []Conversation {
	alone := Conversation{Sender: n.Address, Phone: phone}
	if n.Service == "" {
		return []Conversation{alone}
	}
	return []Conversation{{Sender: string(n.Service), Phone: phone}, alone}
}

// maxFriendlyName is the maximum length of a friendly name in UTF-16 units.
const maxFriendlyName = 64

// CheckFriendlyName returns an *Error with code 20002 for a name that cannot be shown in lists
// and logs: it is empty, too long, not text, or contains a line break or a character that changes
// the writing direction.
func CheckFriendlyName(name string) error {
	if n := sms.Characters(name); n < 1 || n > maxFriendlyName {
		return Errorf(20002, "The friendly name must have 1 to %d characters; it has %d", maxFriendlyName, n)
	}
	if !validText(name) {
		return Errorf(20002, "The friendly name is not UTF-8 text")
	}
	if i := strings.IndexFunc(name, misleads); i >= 0 {
		r := []rune(name[i:])[0]
		return Errorf(20002, "The friendly name may not hold the character U+%04X: it would mislead who reads it in a list", r)
	}
	return nil
}

// misleads reports whether a character affects how the text around it is displayed: a control
// character, or an embedding, override or isolate of writing direction.
//
// Unicode UAX #9 §2
func misleads(r rune) bool {
	return unicode.IsControl(r) || '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069'
}
