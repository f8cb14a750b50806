package simulator

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
)

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
	b := c.book.treats.toward(m.SID, m.To)
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
	if b.lose != 0 || b.transit > 0 || b.swallow || b.overtaken && c.delays(m.To) {
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

// delays reports whether a message is the one of two that arrives late. The caller holds c.mu.
func (c *Carrier) delays(phone string) bool {
	if c.late[phone] {
		delete(c.late, phone)
		return false
	}
	if len(c.late) >= c.book.keep {
		clear(c.late)
	}
	c.late[phone] = true
	return true
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

// IDOf returns what the network calls a message that was submitted under a SID.
func (c *Carrier) IDOf(s repli.SID) (id string, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	rec := c.book.known[idOf(s)]
	return idOf(s), rec != nil && rec.SID == s
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
