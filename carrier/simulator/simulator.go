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
	log          *slog.Logger
	sooner       chan struct{} // the top of the queue has changed
	stopping     chan struct{} // closed when Run's context has ended

	mu      sync.Mutex // guards what follows
	book    *book
	journal *journal
	queue   queue             // who owes a receipt that is not in hand
	busy    map[repli.SID]int // how often a busy number has refused a message
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
	}
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
// addresses as Repli does.
func (c *Carrier) Abilities() carrier.Abilities {
	return carrier.Abilities{DropsRepeats: true, Parts: true, Addressing: sms.Addressing{Number: sms.Form{Plus: true}}}
}

// Bound reports whether the network takes messages, which it does until Run has returned.
func (c *Carrier) Bound() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.stopped
}

// IDOf returns what the network calls a message that was submitted under a SID.
func (c *Carrier) IDOf(s repli.SID) (id string, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	rec := c.book.known[idOf(s)]
	return idOf(s), rec != nil && rec.SID == s
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

// Submit gives a message to the network. It returns nil when the message is in the journal,
// and at once on its phone unless the number is one of [Specials]. A message with a SID the
// network knows is taken again and does not arrive again.
//
// The error is a *repli.Error, unless the number is one whose submits are not answered. It is Temporary when ctx ended (30410), when the number is
// busy or more than Config.Keep receipts are owed (30017), and when the journal cannot be
// written or Run has returned (30453).
func (c *Carrier) Submit(ctx context.Context, m repli.Message) (carrier.Taken, error) {
	if m.SID == "" {
		return carrier.Taken{}, repli.Errorf(20423, "A message without a SID cannot be submitted.")
	}
	b := behaviourOf(m.To)
	if err := pause(ctx, c.accept+b.accept); err != nil {
		return carrier.Taken{}, &repli.Error{Code: 30410, Err: err, Temporary: true}
	}
	repeat, err := c.take(m, b)
	if err != nil {
		return carrier.Taken{}, err
	}
	if b.unanswered && !repeat {
		return carrier.Taken{}, errUnanswered
	}
	return carrier.Taken{IDs: []string{idOf(m.SID)}}, nil
}

// take takes a message that it does not know, unless the network refuses it, and reports whether
// it knew it.
func (c *Carrier) take(m repli.Message, b behaviour) (repeat bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.book.known[idOf(m.SID)] != nil {
		return true, nil
	}
	if err := c.refusal(m, b); err != nil {
		return false, err
	}
	kind := received
	if b.lose != 0 || b.transit > 0 || b.swallow {
		kind = taken
	}
	if err := c.note(outgoing(kind, m, time.Now())); err != nil {
		return false, &repli.Error{Code: 30453, Detail: sentence(err), Err: err, Temporary: true}
	}
	if rec := c.book.known[idOf(m.SID)]; rec.owed {
		c.schedule(rec, c.dueAt(rec))
	}
	return false, nil
}

// Send lets a phone text one of our numbers. It makes the text's id, whatever in.ID says, and
// returns it once the inbox has the text. When the inbox refuses, the phone has not sent anything,
// and the inbox's error is returned. A network that cannot write its journal returns a Temporary
// *repli.Error with code 20503.
//
// After a crash in mid-send the phone has sent the text, although nobody was told.
func (c *Carrier) Send(ctx context.Context, in carrier.Inbound) (id string, err error) {
	in.ID = newID()
	// Written first: an answer may be on the phone before the inbox has returned.
	if err := c.write(texted(in, time.Now())); err != nil {
		return "", &repli.Error{Code: repli.CodeUnavailable, Detail: sentence(err), Err: err, Temporary: true}
	}
	if err := c.inbox.Message(ctx, in); err != nil {
		if err := c.write(event{Kind: withdrawn, ID: in.ID, At: time.Now()}); err != nil {
			c.log.Log(ctx, quieter(err), "the journal does not know that a text was withdrawn", "text", in.ID, "error", err)
		}
		return "", err
	}
	return in.ID, nil
}

// Resend brings a text to the inbox once more, as a network does that did not hear that it was
// taken: in.ID is what Send returned.
func (c *Carrier) Resend(ctx context.Context, in carrier.Inbound) error {
	return c.inbox.Message(ctx, in)
}

// Reset forgets all phones, messages and receipts.
func (c *Carrier) Reset() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.journal.forget(); err != nil {
		return fmt.Errorf("simulator: the journal cannot be emptied: %w", err)
	}
	c.book.forget()
	clear(c.queue)
	c.queue = c.queue[:0]
	clear(c.busy)
	return nil
}

// ResetAccount is Reset for what one account sent and received. Texts of which the network does
// not know whose they were stay.
func (c *Carrier) ResetAccount(account repli.SID) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.book.forgetIf(func(rec *record) bool { return rec.Account == account })
	return c.rewrite()
}

// forgetEvery is how much older than asked for a message may grow before it is forgotten
// with all that are too old by then, so that the journal is not rewritten for each.
const forgetEvery = time.Hour

// Forget forgets the messages that came to a phone, or left it, before a time, but for the
// receipts it owes: no conversation has them afterwards, nor has the journal. It does so
// when the oldest of them is an hour older than asked for, and is to be called again and
// again.
func (c *Carrier) Forget(before time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	late := before.Add(-forgetEvery)
	if !c.book.reaches(late) && !c.journal.reaches(late) {
		return nil
	}
	c.book.age(before)
	return c.rewrite()
}

// refusal returns why the network does not take a message, or nil. The caller holds c.mu.
func (c *Carrier) refusal(m repli.Message, b behaviour) error {
	switch {
	case b.refuse != 0:
		return &repli.Error{Code: b.refuse}
	case c.busy[m.SID] < b.busy:
		if len(c.busy) >= c.book.keep {
			clear(c.busy)
		}
		c.busy[m.SID]++
		return &repli.Error{Code: 30017, Temporary: true}
	case c.book.owing >= c.book.keep:
		return &repli.Error{Code: 30017, Detail: "The simulated network owes too many receipts to take more.", Temporary: true}
	}
	delete(c.busy, m.SID)
	return nil
}

// dueAt returns when the next thing happens to a message that owes a receipt: it arrives,
// and so does its receipt.
func (c *Carrier) dueAt(rec *record) time.Time {
	if transit := behaviourOf(rec.To).transit; transit > 0 && !rec.shown {
		return rec.Sent.Add(transit)
	}
	due := rec.Sent
	if rec.shown {
		due = rec.Arrived
	}
	b := behaviourOf(rec.To)
	if i, there := c.book.phones[rec.To].find(rec); b.reorder && there && i%2 == 0 {
		due = due.Add(lateReceipt)
	}
	return due.Add(c.receiptAfter + b.receipt)
}

// lateReceipt is by how much a receipt is late that comes out of order.
const lateReceipt = 5 * time.Second

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

// pause waits for d.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return context.Cause(ctx)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
