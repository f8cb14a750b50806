package outbound

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/work"
)

// A way is a carrier with its own lane, window and pace, so that a slow carrier does not delay
// the messages of another.
type way struct {
	Route
	name   string
	can    carrier.Abilities
	lane   *work.Lane[repli.Message]
	window chan struct{} // holds one for each submit in progress; nil is no limit
	pace   pace
}

func newWay(r Route) *way {
	w := &way{Route: r, name: r.Carrier.Name(), can: r.Carrier.Abilities()}
	if r.Window > 0 {
		w.window = make(chan struct{}, r.Window)
	}
	if r.Pace > 0 {
		w.pace.every = time.Duration(float64(time.Second) / r.Pace)
	}
	return w
}

// errTooLate means that a message waited for its carrier until its validity ended.
var errTooLate = errors.New("outbound: the message's validity has ended")

// enter waits until the carrier's window and pace allow one more submit, until the deadline at
// most: then it returns errTooLate. After nil, the caller must call leave.
func (w *way) enter(ctx context.Context, until time.Time) error {
	if w.window == nil && w.pace.every == 0 {
		return nil
	}
	late := time.NewTimer(time.Until(until))
	defer late.Stop()
	if w.window != nil {
		select {
		case w.window <- struct{}{}:
		case <-late.C:
			return errTooLate
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	turn := time.NewTimer(w.pace.wait(time.Now()))
	defer turn.Stop()
	select {
	case <-turn.C:
		return nil
	case <-late.C:
		w.leave()
		return errTooLate
	case <-ctx.Done():
		w.leave()
		return context.Cause(ctx)
	}
}

// leave frees a place in the window.
func (w *way) leave() {
	if w.window != nil {
		<-w.window
	}
}

// A pace spaces events out.
type pace struct {
	every time.Duration

	mu   sync.Mutex
	next time.Time // the earliest time of the next one
}

// wait reserves the next turn and returns how long the caller must wait for it.
func (p *pace) wait(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	begin := now
	if p.next.After(now) {
		begin = p.next
	}
	p.next = begin.Add(p.every)
	return begin.Sub(now)
}
