package carriertest

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/repli-sms/repli/carrier"
)

var errNotNow = errors.New("the disk is full")

// inbox is the Repli the carrier talks to: it notes what it is offered, and keeps the
// carrier waiting or refuses when told to.
type inbox struct {
	mu       sync.Mutex
	texts    []carrier.Inbound
	receipts []carrier.Receipt // every offer, those refused too
	refusals int               // how many offers to refuse from here on
	hold     hold
	first    string        // the message whose receipts are held, when it is one
	held     chan struct{} // closed by release
}

// A hold says what the inbox takes its time over.
type hold int

const (
	nothing      hold = iota
	firstReceipt      // and all others of its message
	everything
)

func (in *inbox) Message(ctx context.Context, text carrier.Inbound) error {
	in.mu.Lock()
	in.texts = append(in.texts, text)
	in.mu.Unlock()
	return in.verdict(ctx, "")
}

func (in *inbox) Receipt(ctx context.Context, r carrier.Receipt) error {
	in.mu.Lock()
	in.receipts = append(in.receipts, r)
	in.mu.Unlock()
	return in.verdict(ctx, r.ID+string(r.Message))
}

// verdict waits if it has to over what is about a message, "" for a text, and returns what the inbox says.
func (in *inbox) verdict(ctx context.Context, about string) error {
	in.mu.Lock()
	refuse := in.refusals > 0
	if refuse {
		in.refusals--
	}
	var held chan struct{}
	if in.hold == firstReceipt && in.first == "" {
		in.first = about
	}
	if in.hold == everything || in.hold == firstReceipt && about != "" && in.first == about {
		held = in.held
	}
	in.mu.Unlock()
	if held != nil {
		select {
		case <-held:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if refuse {
		return errNotNow
	}
	return nil
}

// keepWaiting makes the inbox take its time until release.
func (in *inbox) keepWaiting(over hold) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.hold, in.first, in.held = over, "", make(chan struct{})
}

// release lets all go on who wait.
func (in *inbox) release() {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.hold != nothing {
		close(in.held)
	}
	in.hold = nothing
}

// refuse makes the inbox refuse the next n offers.
func (in *inbox) refuse(n int) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.refusals = n
}

// messages returns the texts offered so far.
func (in *inbox) messages() []carrier.Inbound {
	in.mu.Lock()
	defer in.mu.Unlock()
	return slices.Clone(in.texts)
}

// offered returns the receipts offered so far.
func (in *inbox) offered() []carrier.Receipt {
	in.mu.Lock()
	defer in.mu.Unlock()
	return slices.Clone(in.receipts)
}
