package simulator

import (
	"container/heap"
	"fmt"
	"slices"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/sms"
)

// ForgetPhone forgets what a phone sent and received in its conversations with these accounts, with
// the receipts owed for it, and replaces its digits where other phones' texts name it. accounts nil
// is all of them. It returns how many texts it forgot. The journal no longer has them when it
// returns nil.
func (c *Carrier) ForgetPhone(phone string, accounts []repli.SID) (forgotten int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	gone := func(rec *record) bool {
		return rec.phone() == phone && (accounts == nil || slices.Contains(accounts, rec.Account))
	}
	forgotten = c.book.forgetIf(gone)
	delete(c.late, phone)
	if accounts == nil {
		c.book.strike(phone)
	}
	return forgotten, c.rewrite()
}

// EraseContent erases the texts, and where their media are, of messages for which ends reports that
// their content is due to go, given our side and when they came to the phone or left it. It does so
// when one of them is an hour overdue, and is to be called again and again.
func (c *Carrier) EraseContent(now time.Time, ends func(sender string, at, now time.Time) bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	due := func(rec *record, now time.Time) bool {
		return rec.kept && (rec.Body != "" || len(rec.Media) > 0) && ends(rec.Conversation().Sender, rec.Updated, now)
	}
	if !slices.ContainsFunc(c.book.newest, func(rec *record) bool { return due(rec, now.Add(-forgetEvery)) }) {
		return nil
	}
	for _, rec := range c.book.newest {
		if due(rec, now) {
			rec.Body, rec.Media = "", nil
		}
	}
	return c.rewrite()
}

// rewrite makes queue and journal what the book is. The caller holds c.mu.
func (c *Carrier) rewrite() error {
	c.queue = slices.DeleteFunc(c.queue, func(rec *record) bool { return c.book.known[rec.ID] != rec })
	heap.Init(&c.queue)
	if err := c.journal.rewrite(c.book.events()); err != nil {
		return fmt.Errorf("simulator: the journal cannot be rewritten: %w", err)
	}
	return nil
}

// forgetIf forgets the records that gone is true of, with the receipts they owe, and returns how
// many these are.
func (b *book) forgetIf(gone func(*record) bool) (forgotten int) {
	b.newest = slices.DeleteFunc(b.newest, gone)
	for id, rec := range b.known {
		if !gone(rec) {
			continue
		}
		forgotten++
		b.hide(rec)
		if rec.owed {
			b.owing--
		}
		delete(b.known, id)
	}
	return forgotten
}

// strike replaces the digits of a phone where texts name it.
func (b *book) strike(phone string) {
	for _, rec := range b.known {
		rec.Body = sms.Strike(rec.Body, phone)
		rec.Media = slices.Clone(rec.Media) // conversations that were read share it
		for i := range rec.Media {
			rec.Media[i].URL = sms.Strike(rec.Media[i].URL, phone)
		}
	}
}
