package simulator

import (
	"fmt"
	"slices"
	"time"

	"github.com/repli-sms/repli"
)

// An Entry is one message of a phone's conversation.
type Entry struct {
	// Message is the message as the network knows it. One the phone sent is Inbound. It has the
	// account that had the number then, if the sender said so, and neither a SID nor segments:
	// those are the business of who received it. Its media have a type only.
	repli.Message

	// ID is what the network calls the message.
	ID string

	// Arrived is when it came to the phone, or left it.
	Arrived time.Time
}

// A record is what the network knows of one message.
type record struct {
	Entry
	place int  // in the order of arrival at phones, if shown
	shown bool // the phone has it
	kept  bool // it is one of the newest
	owed  bool // the inbox has yet to take its receipt
	tries int  // how often the inbox refused its receipt
	again int  // how often its receipt was sent once more
	due   time.Time
}

// phone returns the number of the phone that has or will have the message.
func (r *record) phone() string {
	if r.IsInbound() {
		return r.From
	}
	return r.To
}

// A book is the network's memory: what the events of its journal add up to. It keeps the
// newest messages, and of older ones those that still owe the inbox a receipt.
type book struct {
	keep   int
	treats conduct
	known  map[string]*record // by what the network calls it
	newest []*record          // the kept ones, in the order they began
	phones map[string]*phone
	places int // given so far
	owing  int // records that owe a receipt
}

func newBook(keep int) *book {
	return &book{keep: keep, known: make(map[string]*record), phones: make(map[string]*phone)}
}

// apply makes e true. Applying an event again changes nothing, unless its message has been
// forgotten since.
func (b *book) apply(e event) error {
	if e.ID == "" {
		return fmt.Errorf("an event of kind %q has no id", e.Kind)
	}
	rec := b.known[e.ID]
	switch e.Kind {
	case sent, taken, received, owed:
		if rec == nil {
			rec = b.begin(e)
		}
		if !rec.shown && (e.Kind == sent || e.Kind == received) {
			b.show(rec, e.At)
		}
		b.trim()
	case withdrawn:
		if rec != nil {
			b.hide(rec)
			delete(b.known, rec.ID)
		}
	case acknowledged:
		if rec != nil {
			b.settle(rec)
		}
	default:
		return fmt.Errorf("unknown event %q", e.Kind)
	}
	return nil
}

// begin adds the record of a message not known before.
func (b *book) begin(e event) *record {
	rec := &record{Entry: Entry{Message: e.message(), ID: e.ID}}
	rec.owed = e.Kind != sent && !b.treats.toward(e.SID, e.To).mute
	if rec.owed {
		b.owing++
	}
	if e.Kind == owed { // the phone had it long ago
		rec.shown, rec.Arrived = true, e.At
	} else {
		b.hold(rec)
	}
	b.known[e.ID] = rec
	return rec
}

// hold makes a record one of the newest.
func (b *book) hold(rec *record) {
	if !rec.kept {
		rec.kept = true
		b.newest = append(b.newest, rec)
	}
}

// show puts a record on its phone.
func (b *book) show(rec *record, at time.Time) {
	b.hold(rec) // it may have been long on its way
	b.places++
	rec.place, rec.shown, rec.Arrived, rec.Updated = b.places, true, at, at
	if !rec.IsInbound() {
		rec.State = repli.Delivered
	}
	p := b.phone(rec.phone())
	p.entries = append(p.entries, rec)
	p.wake()
}

// hide takes a record off its phone.
func (b *book) hide(rec *record) {
	number := rec.phone()
	p := b.phones[number]
	i, ok := p.find(rec)
	switch {
	case !ok:
		return
	case i == 0: // the usual case, and without moving the others
		p.entries[0] = nil
		p.entries = p.entries[1:]
	default:
		p.entries = slices.Delete(p.entries, i, i+1)
	}
	b.drop(number, p)
}

// settle notes that the inbox has the record's receipt.
func (b *book) settle(rec *record) {
	if rec.owed {
		rec.owed = false
		b.owing--
	}
	if !rec.kept {
		delete(b.known, rec.ID)
	}
}

// trim forgets the oldest records over the limit.
func (b *book) trim() {
	for len(b.newest) > b.keep {
		b.forgetOldest()
	}
}

// reaches reports whether a message from before a time is remembered.
func (b *book) reaches(before time.Time) bool {
	return len(b.newest) > 0 && b.newest[0].Updated.Before(before)
}

// age forgets the records of before a time.
func (b *book) age(before time.Time) {
	for b.reaches(before) {
		b.forgetOldest()
	}
}

// forgetOldest forgets the oldest record, but for the receipt it owes.
func (b *book) forgetOldest() {
	rec := b.newest[0]
	b.newest[0] = nil
	b.newest = b.newest[1:]
	b.hide(rec)
	rec.kept = false
	if !rec.owed && b.known[rec.ID] == rec {
		delete(b.known, rec.ID)
	}
}

// forget forgets everything. Who waits at a phone goes on waiting.
func (b *book) forget() {
	clear(b.known)
	b.newest, b.owing = nil, 0
	for number, p := range b.phones {
		p.entries = nil
		p.wake()
		b.drop(number, p)
	}
}

// debts returns the events without which a forgotten generation of the journal would take
// receipts with it that are still owed.
func (b *book) debts() []event {
	var events []event
	for _, rec := range b.known {
		if rec.owed {
			events = append(events, rec.debt())
		}
	}
	return events
}

// debt returns the event that keeps the receipt a record owes.
func (r *record) debt() event {
	if r.shown {
		return event{Kind: owed, ID: r.ID, SID: r.SID, At: r.Arrived, To: r.To}
	}
	return of(taken, r.ID, r.Message, r.Sent)
}

// events returns events that add up to the book.
func (b *book) events() []event {
	var events []event
	for _, rec := range b.newest {
		if b.known[rec.ID] == rec { // it was not withdrawn
			events = append(events, rec.events()...)
		}
	}
	for _, rec := range b.known {
		if !rec.kept {
			events = append(events, rec.debt())
		}
	}
	slices.SortStableFunc(events, func(a, b event) int { return a.At.Compare(b.At) })
	return events
}

// events returns the events that made the record what it is.
func (r *record) events() []event {
	if r.IsInbound() {
		return []event{of(sent, r.ID, r.Message, r.Arrived)}
	}
	var events []event
	if !r.shown || !r.Sent.Equal(r.Arrived) {
		events = append(events, of(taken, r.ID, r.Message, r.Sent))
	}
	if r.shown {
		events = append(events, of(received, r.ID, r.Message, r.Arrived))
	}
	if !r.owed {
		events = append(events, event{Kind: acknowledged, ID: r.ID, At: r.Updated})
	}
	return events
}
