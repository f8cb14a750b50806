package outbound

import (
	"context"
	"sync"
	"time"

	"github.com/repli-sms/repli"
)

const (
	awaitingLimit = 20_000      // sent messages that are remembered at most
	overtaking    = time.Second // how long a receipt waits for the commit of its submit
)

// awaiting remembers messages that are being submitted or were sent a moment ago, because
// their receipts follow at their heels: such a receipt waits until its submit is committed,
// and need not read the message again. What it has forgotten is in the store.
type awaiting struct {
	mu       sync.Mutex
	inSubmit map[repli.SID]chan struct{} // closed when it is over; nil while nobody waits
	sent     map[repli.SID]repli.Message
}

// begin notes that a message is being submitted.
func (a *awaiting) begin(s repli.SID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.inSubmit == nil {
		a.inSubmit = map[repli.SID]chan struct{}{}
	}
	a.inSubmit[s] = nil
}

// end notes that what came of a submit is committed, and remembers the message if it was
// sent.
func (a *awaiting) end(m repli.Message, wasSent bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if over := a.inSubmit[m.SID]; over != nil {
		close(over)
	}
	delete(a.inSubmit, m.SID)
	if !wasSent {
		return
	}
	if a.sent == nil || len(a.sent) >= awaitingLimit {
		a.sent = map[repli.SID]repli.Message{}
	}
	m.State, m.Body, m.Media = repli.Sent, "", nil // a receipt has no use for what was said
	a.sent[m.SID] = m
}

// take returns a message that is remembered, and forgets it. While the message is being
// submitted it waits, but not for ever: a carrier may deliver the receipt from within Submit.
func (a *awaiting) take(ctx context.Context, s repli.SID) (repli.Message, bool) {
	if over := a.over(s); over != nil {
		patience := time.NewTimer(overtaking)
		defer patience.Stop()
		select {
		case <-over:
		case <-patience.C:
		case <-ctx.Done():
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	m, ok := a.sent[s]
	delete(a.sent, s)
	return m, ok
}

// over returns what is closed when the submit of a message is over, nil when none is under way.
func (a *awaiting) over(s repli.SID) chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	over, underWay := a.inSubmit[s]
	if underWay && over == nil {
		over = make(chan struct{})
		a.inSubmit[s] = over
	}
	return over
}
