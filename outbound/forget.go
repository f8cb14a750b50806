package outbound

import (
	"context"

	"github.com/repli-sms/repli"
)

// barred is what may not be submitted because its phone is forgotten. [awaiting] guards it.
type barred struct {
	phone string             // that is being forgotten, or ""
	over  chan struct{}      // closed when a submit to it is over; somebody waits
	gone  map[repli.SID]bool // messages that were deleted while a worker may have held them
}

// has reports whether a message may not be submitted.
func (b *barred) has(m repli.Message) bool {
	return b.phone != "" && m.To == b.phone || b.gone[m.SID]
}

// Without calls do while nothing is submitted to a phone: it waits for the submits under way and
// lets none begin. do returns the unfinished messages that it has deleted; no worker that still
// holds one submits it. It is for one caller at a time.
func (e *Engine) Without(ctx context.Context, phone string, do func() (gone []repli.SID, err error)) error {
	a := &e.awaiting
	a.bar(phone)
	defer a.bar("")
	for over := a.under(phone); over != nil; over = a.under(phone) {
		select {
		case <-over:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	gone, err := do()
	a.forget(phone, gone)
	return err
}

// bar keeps what goes to a phone from being submitted; "" is none.
func (a *awaiting) bar(phone string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.barred.phone, a.barred.over = phone, nil
}

// bars reports whether a message may not be submitted.
func (a *awaiting) bars(m repli.Message) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.barred.has(m)
}

// under returns what is closed when a submit to a phone is over, nil when none is under way.
func (a *awaiting) under(phone string) <-chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.any(func(_ repli.SID, s submission) bool { return s.phone == phone }) {
		return nil
	}
	if a.barred.over == nil {
		a.barred.over = make(chan struct{})
	}
	return a.barred.over
}

// forget keeps messages from being submitted for as long as the process runs, and forgets what was
// sent to their phone.
func (a *awaiting) forget(phone string, gone []repli.SID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for n, known := range a.sent {
		if known.message.To == phone {
			delete(a.sent, n)
		}
	}
	if a.barred.gone == nil {
		a.barred.gone = map[repli.SID]bool{}
	}
	for _, s := range gone {
		a.barred.gone[s] = true
	}
}
