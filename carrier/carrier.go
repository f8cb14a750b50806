// Package carrier says what Repli expects of a link to the phone network. Each folder below
// is one kind of link; carriertest is the proof each of them must pass.
//
// A carrier acknowledges nothing before its [Inbox] has returned nil, and may be given the
// same message twice after a crash: it must recognise the SID.
package carrier

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
)

// A Carrier takes messages to phones and brings messages from them.
type Carrier interface {
	// Name is how configuration and the console call the link.
	Name() string
	// Submit hands one outbound message over. It returns nil when the carrier has taken
	// it, and otherwise a *repli.Error: a Temporary one is tried again later, any other
	// fails the message with its code.
	Submit(ctx context.Context, m repli.Message) error
	// Run keeps the link up. It blocks until ctx has ended and the work in hand is done.
	Run(ctx context.Context) error
}

// An Inbox takes what comes from phones. It returns nil once the event is durable; only
// then may a carrier acknowledge it.
type Inbox interface {
	Message(ctx context.Context, in Inbound) error
	Receipt(ctx context.Context, r Receipt) error
}

// An Inbound is a text from a phone.
type Inbound struct {
	SID      repli.SID // the name the carrier gave it; "" lets the inbox name it
	From, To string
	Body     string
	Media    []Media
	Account  repli.SID // whose number To was, if the carrier knows; the inbox finds out for itself
}

// Media is one picture or other item a phone attached.
type Media struct {
	ContentType string
	Data        []byte
}

// A Receipt says what became of an outbound message.
type Receipt struct {
	Message   repli.SID
	State     repli.State // Delivered or Undelivered
	ErrorCode int         // of an undelivered one, 30003 and its kin
	Done      time.Time   // when the network was done with it
}
