package simulator

import (
	"log/slog"
	"time"

	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/sms"
)

// A Config says how a simulated network behaves and where it writes its journal.
type Config struct {
	// Inbox takes what phones send, and the receipts. It is used by Send, and by Run for
	// receipts; Submit never calls it. Required.
	Inbox carrier.Inbox

	// Path is the journal's file. "" keeps the journal in memory only.
	Path string

	// Keep is how many messages the network remembers, the newest ones. 0 means 50,000.
	Keep int

	// Accept is how long the network takes to take a message. 0 means no time at all.
	Accept time.Duration

	// Receipt is the time from taking a message to its receipt. 0 means 30 ms.
	Receipt time.Duration

	// Submits are the faults of messages on their way to phones. One that is lost is taken, and
	// neither arrives nor has a receipt; the answer to the first submit of one that is repeated
	// is lost, so that it is submitted again; one that is delayed is taken late.
	Submits Faults

	// Receipts are the faults of receipts. One that is repeated is offered again after a second.
	Receipts Faults

	// Addressing is how the network writes addresses. The zero value writes them as Repli does.
	Addressing sms.Addressing

	// Log hears of receipts the inbox refused, and of a journal cut at start. nil logs
	// nothing.
	Log *slog.Logger
}

const (
	defaultKeep    = 50_000
	defaultReceipt = 30 * time.Millisecond
)

// withDefaults returns c with each zero replaced by what it means.
func (c Config) withDefaults() Config {
	if c.Keep <= 0 {
		c.Keep = defaultKeep
	}
	if c.Receipt <= 0 {
		c.Receipt = defaultReceipt
	}
	for _, f := range []*Faults{&c.Submits, &c.Receipts} {
		if f.By <= 0 && *f != (Faults{}) {
			f.By = defaultDelay
		}
	}
	if c.Addressing == (sms.Addressing{}) {
		c.Addressing.Number.Plus = true
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}
