package outbound

import (
	"sync"

	"github.com/repli-sms/repli"
)

// awaitingLimit is how many sent messages are remembered at most.
const awaitingLimit = 20_000

// awaiting remembers messages that were sent a moment ago, because their receipts follow at
// their heels and need not read them again. What it has forgotten is in the store.
type awaiting struct {
	mu   sync.Mutex
	sent map[repli.SID]repli.Message
}

// add remembers a message that was sent.
func (a *awaiting) add(m repli.Message) {
	m.State, m.Body, m.Media = repli.Sent, "", nil // a receipt has no use for what was said
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.sent == nil || len(a.sent) >= awaitingLimit {
		a.sent = map[repli.SID]repli.Message{}
	}
	a.sent[m.SID] = m
}

// take returns a message that is remembered, and forgets it.
func (a *awaiting) take(s repli.SID) (repli.Message, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	m, ok := a.sent[s]
	delete(a.sent, s)
	return m, ok
}
