// Package carrier says what Repli expects of a link to the phone network. Each folder below
// is one kind of link; carriertest is the proof each of them must pass.
//
// A carrier speaks names of its own: the ids it gives to messages it takes, and those of the
// texts it brings. Repli's SIDs are Repli's; a carrier that has a field for them may carry one and
// name it in a receipt, but never makes one.
//
// A carrier acknowledges nothing before its [Inbox] has returned nil. It may bring a text again,
// under the same id, and a receipt as often as it likes: received twice is received once.
package carrier

import (
	"context"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/sms"
)

// A Carrier takes messages to phones and brings messages from them.
type Carrier interface {
	// Name is how configuration, the store and the console call the link: see [CheckName].
	Name() string
	// Abilities says what the carrier does by itself. It is always the same.
	Abilities() Abilities
	// Bound reports whether messages can pass at present: the session is bound, or the API
	// last asked has answered. A carrier that runs may be dialing still.
	Bound() bool
	// Submit hands one outbound message over, whose addresses the network is to see as m.Wires has
	// them. It returns nil when the carrier has taken it. A
	// *repli.Error says that it was not taken: a Temporary one is tried again later, any other
	// fails the message with its code. Any other error says that nobody knows whether it was
	// taken, and [Abilities] says what becomes of the message.
	Submit(ctx context.Context, m repli.Message) (Taken, error)
	// Run keeps the link up. It blocks until ctx has ended and the work in hand is done.
	Run(ctx context.Context) error
}

// Abilities are what a carrier does by itself, so that Repli need not.
type Abilities struct {
	// DropsRepeats says that a message submitted again under its SID arrives once. A carrier
	// that cannot promise it is told of each message only after the store knows that it will be.
	// Its receipts name the SID as well, because one may come before the repeat of a submit whose
	// outcome was lost with a process.
	DropsRepeats bool

	// MayRepeat says, of a carrier that does not drop repeats, that a message of which nobody
	// knows whether it was taken is submitted again, and so may arrive twice. Otherwise it
	// fails, and may have arrived.
	MayRepeat bool

	// ConfirmsKeywords says that the carrier itself confirms STOP, START and HELP.
	ConfirmsKeywords bool

	// Parts says that the carrier cuts long texts itself, and brings those of phones whole.
	Parts bool

	// Addressing is how the carrier writes addresses, and the country of its national numbers. It
	// fills in [Inbound.Wires], and finds those of a message in it.
	Addressing sms.Addressing
}

// Taken is what a carrier says of a message that it has taken.
type Taken struct {
	// IDs are what the carrier calls it, one for each part in their order, as its receipts will.
	// An id that is empty is not known; none at all means that its receipts name the SID.
	IDs []string
}

// An Inbox takes what comes from phones. It returns nil once the event is durable; only
// then may a carrier acknowledge it.
type Inbox interface {
	Message(ctx context.Context, in Inbound) error
	Receipt(ctx context.Context, r Receipt) error
}

// An Inbound is a text from a phone.
type Inbound struct {
	Carrier  string // that brings it; its [Link] fills it in
	ID       string // what the carrier calls it; "" if it has no name, and then a repeat is another text
	From, To string
	Wires    repli.Wires // the addresses as the carrier writes them; its [Link] reads From and To in them
	Body     string
	Media    []Media

	// Account is whose number To was, if the carrier knows; the inbox finds out for itself.
	Account repli.SID

	// Confirmed says that the carrier confirms keywords itself; its [Link] fills it in.
	Confirmed bool
}

// Media is one picture or other item a phone attached.
type Media struct {
	ContentType string
	Data        []byte
}

// A Receipt says what became of an outbound message, or of one part of it. It names the message
// by the carrier's id, by our SID if the carrier carries that, or by both.
type Receipt struct {
	Carrier   string      // that brings it; its [Link] fills it in
	ID        string      // one of [Taken.IDs]
	Message   repli.SID   // decides, if it is there
	Part      int         // with Message: from 1, or 0 for the whole message
	State     repli.State // Delivered or Undelivered; any other is no news
	ErrorCode int         // of an undelivered one, 30003 and its kin
	Done      time.Time   // when the network was done with it
}

// CheckName returns error 20422 for what cannot be the name of a carrier: it has 1 to 32 of the
// characters a-z, 0-9 and "-".
func CheckName(name string) error {
	if name == "" || len(name) > 32 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return repli.Errorf(20422, "%.64q cannot be the name of a carrier: it has 1 to 32 of the characters a-z, 0-9 and -", name)
	}
	return nil
}
