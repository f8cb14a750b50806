package outbound

import (
	"context"
	"sync"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
)

const (
	awaitingLimit = 20_000      // maximum number of sent messages kept
	overtaking    = time.Second // how long a receipt waits for the commit of its submit
)

// awaiting caches the messages that are being submitted or were sent recently. A receipt that
// arrives before its submit is committed waits for the commit, and one that arrives soon after
// need not read the store. Evicted messages are read from the store.
type awaiting struct {
	mu       sync.Mutex
	inSubmit map[repli.SID]submission
	named    map[name]chan struct{} // closed when a submit that gave the name has ended; a receipt is waiting
	sent     map[name]awaited
	barred   barred
}

// A name identifies a message in a receipt: a carrier's id, or our SID.
type name struct {
	carrier, id string
	message     repli.SID
}

// nameIn returns the name in a receipt.
func nameIn(r carrier.Receipt) name {
	if r.ID == "" {
		return name{message: r.Message}
	}
	return name{carrier: r.Carrier, id: r.ID}
}

// A submission is a message that is being submitted.
type submission struct {
	carrier, phone string
	since          time.Time
}

// An awaited message has no final receipt yet, as a whole or for one part.
type awaited struct {
	message repli.Message
	part    int
}

// begin records the start of a submit, and reports whether it may begin: it may not while its phone
// is being forgotten, nor if the message was forgotten with it.
func (a *awaiting) begin(m repli.Message, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.barred.has(m) {
		return false
	}
	if a.inSubmit == nil {
		a.inSubmit = map[repli.SID]submission{}
	}
	a.inSubmit[m.SID] = submission{m.Carrier, m.To, now}
	return true
}

// end records that the outcome of a submit is committed, and caches the message if it was sent.
func (a *awaiting) end(m repli.Message, taken carrier.Taken, wasSent bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.inSubmit, m.SID)
	if a.barred.over != nil && a.barred.phone == m.To {
		close(a.barred.over)
		a.barred.over = nil
	}
	a.tell(name{message: m.SID})
	for _, id := range taken.IDs {
		a.tell(name{carrier: m.Carrier, id: id})
	}
	if !wasSent {
		return
	}
	if a.sent == nil || len(a.sent) >= awaitingLimit {
		a.sent = map[name]awaited{}
	}
	m.State, m.Body, m.Media = repli.Sent, "", nil // receipts do not need the content
	for i, id := range taken.IDs {
		a.sent[name{carrier: m.Carrier, id: id}] = awaited{m, partOf(i, taken)}
	}
	if len(taken.IDs) == 0 {
		a.sent[name{message: m.SID}] = awaited{m, 0}
	}
}

// tell wakes the receipts that wait for a name. The caller holds a.mu.
func (a *awaiting) tell(n name) {
	if over := a.named[n]; over != nil {
		close(over)
		delete(a.named, n)
	}
}

// take removes the message that a receipt names from the cache and returns it. If the message is
// being submitted under its SID, take waits for the end of the submit.
func (a *awaiting) take(ctx context.Context, r carrier.Receipt) (awaited, bool) {
	n := nameIn(r)
	known, ok, over := a.find(n, func(s repli.SID, _ submission) bool { return s == n.message })
	if over == nil {
		return known, ok
	}
	return a.wait(ctx, n, over)
}

// await returns the message with an unknown id of a carrier, waiting for a submit in progress
// that may give the id.
func (a *awaiting) await(ctx context.Context, r carrier.Receipt) (awaited, bool) {
	n := nameIn(r)
	known, ok, over := a.find(n, func(sid repli.SID, s submission) bool {
		return s.carrier == r.Carrier && (r.Message == "" || r.Message == sid)
	})
	if over == nil {
		return known, ok
	}
	return a.wait(ctx, n, over)
}

// wait waits for the end of a submit, with a time limit: a carrier may deliver the receipt from
// within Submit.
func (a *awaiting) wait(ctx context.Context, n name, over <-chan struct{}) (awaited, bool) {
	timeout := time.NewTimer(overtaking)
	defer timeout.Stop()
	select {
	case <-over:
	case <-timeout.C:
	case <-ctx.Done():
	}
	known, ok, _ := a.find(n, func(repli.SID, submission) bool { return false })
	return known, ok
}

// find removes the message with a name from the cache and returns it. If it is not cached but a
// submit in progress may give the name, find returns a channel that is closed when that is
// decided.
func (a *awaiting) find(n name, may func(repli.SID, submission) bool) (known awaited, ok bool, over chan struct{}) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if known, ok = a.sent[n]; ok {
		delete(a.sent, n)
		return known, true, nil
	}
	if n.id == "" { // fast path for the usual case
		s, under := a.inSubmit[n.message]
		if !under || !may(n.message, s) {
			return known, false, nil
		}
	} else if !a.any(may) {
		return known, false, nil
	}
	if over = a.named[n]; over == nil {
		over = make(chan struct{})
		if a.named == nil {
			a.named = map[name]chan struct{}{}
		}
		a.named[n] = over
	}
	return known, false, over
}

// any reports whether a submit in progress matches. The caller holds a.mu.
func (a *awaiting) any(fits func(repli.SID, submission) bool) bool {
	for sid, s := range a.inSubmit {
		if fits(sid, s) {
			return true
		}
	}
	return false
}

// underWay reports whether a carrier has had a submit in progress since the given time or longer.
func (a *awaiting) underWay(by string, at time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.any(func(_ repli.SID, s submission) bool { return s.carrier == by && !s.since.After(at) })
}
