package repli

import (
	"strings"
	"time"
	"unicode"

	"github.com/repli-sms/repli/sms"
)

// A Number is a phone number people text, and the chain that answers them.
type Number struct {
	SID          SID
	Account      SID
	Address      string // E.164
	FriendlyName string
	Chain        Chain
	Application  SID       // whose steps are asked in place of the chain's own, or ""
	Service      SID       // the messaging service it is in, or ""
	Joined       time.Time // when it came into the service
	Carrier      string    // the carrier its messages go by; "" leaves it to the routes
	Language     string    // of what Repli itself writes to phones
	BreakerOff   bool      // its primary is asked however often it has failed
	Rehearse     bool      // while it is on its fallback, its primary is rehearsed
	Created      time.Time
	Updated      time.Time
}

// The languages Repli writes in.
const (
	English = "en"
	French  = "fr"
)

// A Service is a messaging service: a pool of numbers that send for it, and handlers that
// may answer for all of them. A number is in one service at most; it names it.
//
// twilio: messaging/api/service-resource
type Service struct {
	SID          SID
	Account      SID
	FriendlyName string

	Steps                     []Step // inbound_request_url and fallback_url
	UseInboundWebhookOnNumber bool   // the number's own steps answer, and these rest
	StatusCallback            string
	StickySender              bool          // a phone is always written to by the same number
	SmartEncoding             bool          // see sms.SmartEncode
	Validity                  time.Duration // how long a message may wait for a carrier

	// Kept and shown, and without effect here.
	MMSConverter          bool
	FallbackToLongCode    bool
	AreaCodeGeomatch      bool
	SynchronousValidation bool
	ScanMessageContent    string // inherit, enable or disable
	Usecase               string

	Created time.Time
	Updated time.Time
}

// Validity is how long a message may wait for a carrier when nobody has said.
//
// twilio: messaging/api/message-resource, ValidityPeriod
const Validity = 10 * time.Hour

// A Sticky says which number of a service writes to a phone, once one has.
//
// twilio: messaging/services#sticky-sender
type Sticky struct {
	Service SID
	Conversation
}

// An OptOut says that a phone wants no more messages from a number, or from any number of a
// service, until it says START.
//
// twilio: messaging/tutorials/advanced-opt-out
type OptOut struct {
	Account      SID
	Conversation // its sender is the number's address, or the SID of the service it is in
	Created      time.Time
}

// OptOuts returns the conversations a phone may have opted out of so that the number does not
// write to it: with the service the number is in, which stands for all its numbers, and with the
// number alone. STOP to the number opts out of the first of them, START takes all of it back.
func (n Number) OptOuts(phone string) []Conversation {
	alone := Conversation{Sender: n.Address, Phone: phone}
	if n.Service == "" {
		return []Conversation{alone}
	}
	return []Conversation{{Sender: string(n.Service), Phone: phone}, alone}
}

// maxFriendlyName is the longest friendly name, in UTF-16 units.
const maxFriendlyName = 64

// CheckFriendlyName returns an *Error with code 20002 when a name cannot stand for a number
// or a bin in lists and logs: it is empty, too long, no text, or holds a character that
// breaks the line or turns the direction of what follows it.
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

// misleads reports whether a character does something to the text around it: a control
// character, or an embedding, override or isolate of writing direction.
//
// Unicode UAX #9 §2
func misleads(r rune) bool {
	return unicode.IsControl(r) || '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069'
}
