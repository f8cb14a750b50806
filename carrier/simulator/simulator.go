// Package simulator is a phone network in a box: handsets that can text our numbers and
// read what they are sent, for development, for tests and for proofs.
//
// The network keeps a journal of its own, apart from Repli's store, so that it can bear
// witness: what a phone received is what the network wrote down, whatever the store
// believes. An event is written to the journal's file before anybody is told of it, in one
// write and without a sync. The journal therefore survives the death of the process, kill
// -9 included, but not the loss of power. The network gives ids of its own to messages and texts;
// its receipts speak of those. A message is recognised by its SID and arrives once, however often it is submitted, before or after a crash; a receipt nobody has taken
// is offered again after the next start.
//
// Both memory and file are bounded: the newest Config.Keep messages are remembered. A
// message forgotten is no longer recognised.
//
// Some numbers fail on demand; see [Specials].
package simulator

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/sms"
)

// A Carrier is a simulated phone network. Its methods may be called from many goroutines.
type Carrier struct {
	inbox        carrier.Inbox
	accept       time.Duration
	receiptAfter time.Duration
	addressing   sms.Addressing
	log          *slog.Logger
	sooner       chan struct{} // the top of the queue has changed
	stopping     chan struct{} // closed when Run's context has ended

	mu      sync.Mutex // guards what follows
	book    *book
	journal *journal
	queue   queue             // who owes a receipt that is not in hand
	busy    map[repli.SID]int // how often a busy number has refused a message
	late    map[string]bool   // phones whose last message is late, to be overtaken by the next
	health  health
	stopped bool
}

var _ carrier.Carrier = (*Carrier)(nil)

var (
	errStopped    = errors.New("the simulated network has stopped")
	errUnanswered = errors.New("the simulated network has not answered a submit")
)

// sentence returns what a caller is told of an error: an [*repli.Error] says it itself.
func sentence(err error) string {
	var known *repli.Error
	if errors.As(err, &known) {
		return known.Detail
	}
	return "The phones cannot be reached: " + err.Error()
}

// quieter returns the level at which to log an error for each message: of a journal that cannot be
// written, and of a store, the log is told once in a while.
func quieter(err error) slog.Level {
	if repli.IsUnavailable(err) {
		return slog.LevelDebug
	}
	return slog.LevelWarn
}

// New returns a network that knows what its journal says. A last line cut short by a crash
// is dropped; any other line that cannot be read is an error that names file and line. The
// file is open until Run has returned, and is for one process at a time.
func New(cfg Config) (*Carrier, error) {
	if cfg.Inbox == nil {
		return nil, errors.New("simulator: Config.Inbox is missing")
	}
	cfg = cfg.withDefaults()
	c := &Carrier{
		inbox:        cfg.Inbox,
		accept:       cfg.Accept,
		receiptAfter: cfg.Receipt,
		log:          cfg.Log,
		sooner:       make(chan struct{}, 1),
		stopping:     make(chan struct{}),
		book:         newBook(cfg.Keep),
		busy:         make(map[repli.SID]int),
		late:         make(map[string]bool),
		addressing:   cfg.Addressing,
	}
	c.book.treats = conduct{cfg.Submits, cfg.Receipts}
	journal, cut, err := openJournal(cfg.Path, c.book.apply)
	if err != nil {
		return nil, fmt.Errorf("simulator: the journal cannot be read: %w", err)
	}
	if cut > 0 {
		c.log.Warn("the end of the journal was cut off, a crash had torn it", "file", cfg.Path, "bytes", cut)
	}
	c.journal = journal
	for _, rec := range c.book.known {
		if rec.owed {
			c.schedule(rec, c.dueAt(rec))
		}
	}
	return c, nil
}

// Name returns "simulator".
func (c *Carrier) Name() string { return Name }

// Name is the name of every simulated network.
const Name = "simulator"

// Abilities says that the network drops repeats, takes texts of any length whole, and writes
// addresses as Config.Addressing says.
func (c *Carrier) Abilities() carrier.Abilities {
	return carrier.Abilities{DropsRepeats: true, Parts: true, Addressing: c.addressing}
}

// Bound reports whether the network takes messages, which it does until Run has returned.
func (c *Carrier) Bound() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.stopped
}

// Run hands out receipts until ctx has ended and the inbox has returned those it has in
// hand, and closes the journal. It is called once. Receipts still owed then are handed out
// after the next start.
func (c *Carrier) Run(ctx context.Context) error {
	c.settleReceipts(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopped = true
	if err := c.journal.close(); err != nil {
		return fmt.Errorf("simulator: the journal cannot be closed: %w", err)
	}
	return nil
}

func (c *Carrier) write(e event) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.note(e)
}

// note makes e true, in the journal and then in the book. The caller holds c.mu.
func (c *Carrier) note(e event) error {
	if c.stopped {
		return errStopped
	}
	if c.journal.begun >= c.book.keep {
		for _, debt := range c.book.debts() {
			if err := c.append(debt); err != nil {
				return err
			}
		}
		if err := c.journal.turn(); err != nil {
			return c.heard(err)
		}
	}
	if err := c.append(e); err != nil {
		return err
	}
	return c.book.apply(e)
}
