package simulator

import (
	"cmp"
	"slices"
)

// A phone is one handset: what it sent and received, in the order of arrival.
type phone struct {
	entries []*record     // by place
	waiting int           // how many wait for changed
	changed chan struct{} // closed when an entry arrives while somebody waits
}

// find returns the index of rec among the phone's entries.
func (p *phone) find(rec *record) (int, bool) {
	if p == nil {
		return 0, false
	}
	i, ok := slices.BinarySearchFunc(p.entries, rec, func(a, b *record) int { return cmp.Compare(a.place, b.place) })
	return i, ok && p.entries[i] == rec
}

// wake tells those who wait to look again.
func (p *phone) wake() {
	if p.waiting > 0 {
		close(p.changed)
		p.changed = make(chan struct{})
	}
}

// phone returns the phone of a number, a new one if there is none.
func (b *book) phone(number string) *phone {
	p := b.phones[number]
	if p == nil {
		p = &phone{changed: make(chan struct{})}
		b.phones[number] = p
	}
	return p
}

// drop forgets a phone that has nothing and for which nobody waits.
func (b *book) drop(number string, p *phone) {
	if len(p.entries) == 0 && p.waiting == 0 {
		delete(b.phones, number)
	}
}
