package simulator

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/repli-sms/repli"
)

// Conversation returns what a phone sent and received after the message that the network calls after, in
// the order of arrival at the phone; "" returns all the network remembers. A phone nobody
// has heard of has an empty conversation. An after the phone does not have is a
// *repli.Error with code 20404.
func (c *Carrier) Conversation(phone string, after string) ([]Entry, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.book.conversation(phone, after)
}

// Wait is Conversation, but when there is nothing yet it waits for something to arrive, for
// d at most. When nothing does, or the network stops, the conversation is empty and the
// error nil. It returns ctx's cause when that ends first.
func (c *Carrier) Wait(ctx context.Context, phone string, after string, d time.Duration) ([]Entry, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.book.phone(phone)
	p.waiting++
	defer func() {
		p.waiting--
		c.book.drop(phone, p)
	}()
	timer := time.NewTimer(d)
	defer timer.Stop()
	for {
		entries, err := c.book.conversation(phone, after)
		if err != nil || len(entries) > 0 {
			return entries, err
		}
		changed := p.changed
		c.mu.Unlock()
		again := false
		select {
		case <-changed:
			again = true
		case <-timer.C:
		case <-c.stopping:
		case <-ctx.Done():
		}
		c.mu.Lock()
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if !again {
			return c.book.conversation(phone, after)
		}
	}
}

// Phones returns the numbers of at most limit phones, those first that sent or received
// something last.
func (c *Carrier) Phones(limit int) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	type seen struct {
		number string
		place  int
	}
	var all []seen
	for number, p := range c.book.phones {
		if n := len(p.entries); n > 0 {
			all = append(all, seen{number, p.entries[n-1].place})
		}
	}
	slices.SortFunc(all, func(a, b seen) int { return cmp.Compare(b.place, a.place) })
	var numbers []string
	for _, one := range all[:min(limit, len(all))] {
		numbers = append(numbers, one.number)
	}
	return numbers
}

// conversation returns the entries of a phone that arrived after the one named.
func (b *book) conversation(number string, after string) ([]Entry, error) {
	p, from := b.phones[number], 0
	if after != "" {
		i, ok := 0, false
		if rec := b.known[after]; rec != nil {
			i, ok = p.find(rec)
		}
		if !ok {
			return nil, repli.Errorf(20404, "The phone %s has no message %s.", number, after)
		}
		from = i + 1
	}
	if p == nil || from == len(p.entries) {
		return nil, nil
	}
	entries := make([]Entry, 0, len(p.entries)-from)
	for _, rec := range p.entries[from:] {
		entries = append(entries, rec.Entry)
	}
	return entries, nil
}
