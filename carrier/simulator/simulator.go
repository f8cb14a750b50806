// Package simulator is a phone network in a box: handsets that can text our numbers and
// read what they are sent, for development, for tests and for proofs.
//
// The network keeps a journal of its own, apart from Repli's store, so that it can bear
// witness: what a phone received is what the network wrote down, whatever the store
// believes. An event is written to the journal's file before anybody is told of it, in one
// write and without a sync. The journal therefore survives the death of the process, kill
// -9 included, but not the loss of power. A message is recognised by its SID and arrives
// once, however often it is submitted, before or after a crash; a receipt nobody has taken
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

var errStopped = errors.New("the simulated network has stopped")

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
func (c *Carrier) Name() string { return "simulator" }

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
// The error is a *repli.Error. It is Temporary when ctx ended (30410), when the number is
// busy or more than Config.Keep receipts are owed (30017), and when the journal cannot be
// written or Run has returned (30453).
func (c *Carrier) Submit(ctx context.Context, m repli.Message) error {
	if m.SID == "" {
		return repli.Errorf(20423, "A message without a SID cannot be submitted.")
	}
	b := behaviourOf(m.To)
	if err := pause(ctx, c.accept+b.accept); err != nil {
		return &repli.Error{Code: 30410, Err: err, Temporary: true}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.book.known[m.SID] != nil {
		return nil
	}
	if err := c.refusal(m, b); err != nil {
		return err
	}
	kind := received
	if b.lose != 0 || b.transit > 0 {
		kind = taken
	}
	if err := c.note(outgoing(kind, m, time.Now())); err != nil {
		return &repli.Error{Code: 30453, Detail: sentence(err), Err: err, Temporary: true}
	}
	if rec := c.book.known[m.SID]; rec.owed {
		c.schedule(rec, c.dueAt(rec))
	}
	return nil
}

// Send lets a phone text one of our numbers. It mints the message's SID, whatever in.SID
// says, and returns it once the inbox has the message. When the inbox refuses, the phone
// has not sent anything, and the inbox's error is returned. A network that cannot write its
// journal returns a Temporary *repli.Error with code 20503.
//
// After a crash in mid-send the phone has sent the text, although nobody was told.
func (c *Carrier) Send(ctx context.Context, in carrier.Inbound) (repli.SID, error) {
	prefix := repli.MessagePrefix
	if len(in.Media) > 0 {
		prefix = repli.MMSPrefix
	}
	in.SID = repli.NewSID(prefix)
	// Written first: an answer may be on the phone before the inbox has returned.
	if err := c.write(texted(in, time.Now())); err != nil {
		return "", &repli.Error{Code: repli.CodeUnavailable, Detail: sentence(err), Err: err, Temporary: true}
	}
	if err := c.inbox.Message(ctx, in); err != nil {
		if err := c.write(event{Kind: withdrawn, SID: in.SID, At: time.Now()}); err != nil {
			c.log.Log(ctx, quieter(err), "the journal does not know that a text was withdrawn", "message", in.SID, "error", err)
		}
		return "", err
	}
	return in.SID, nil
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
	if err := c.journal.rewrite(c.book.events()); err != nil {
		return fmt.Errorf("simulator: the journal cannot be rewritten: %w", err)
	}
	return nil
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
	if rec.shown {
		return rec.Arrived.Add(c.receiptAfter)
	}
	return rec.Sent.Add(c.receiptAfter)
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
