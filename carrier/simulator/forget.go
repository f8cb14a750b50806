package simulator

import (
	"fmt"
	"time"

	"github.com/repli-sms/repli"
)

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
	clear(c.late)
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
