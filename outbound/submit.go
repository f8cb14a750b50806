package outbound

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/work"
)

// send sends one message: it fetches its media, if necessary, and submits it.
func (e *Engine) send(ctx context.Context, w *way, m repli.Message) error {
	if m.State == repli.Submitting { // the process that submitted it has ended without a result
		return e.settle(ctx, w, m, carrier.Taken{}, errCutOff)
	}
	m, ready, err := e.attach(ctx, m)
	if !ready {
		return err
	}
	err = w.enter(ctx, m.Created.Add(validity(m)))
	switch {
	case errors.Is(err, errTooLate):
		return e.conclude(ctx, failed(m, &repli.Error{Code: 30036}, time.Now()))
	case err != nil:
		return err
	}
	defer w.leave()
	return e.submit(ctx, w, m)
}

// errCutOff means that the process ended during a submit.
var errCutOff = errors.New("Repli was stopped before the carrier had answered")

// submit submits one queued message to its carrier and commits the outcome.
func (e *Engine) submit(ctx context.Context, w *way, m repli.Message) error {
	if now := time.Now(); expired(m, now) {
		return e.conclude(ctx, failed(m, &repli.Error{Code: 30036}, now))
	}
	why, err := e.withheld(ctx, m)
	switch {
	case err != nil:
		return err
	case !e.holds(m), e.awaiting.bars(m):
		return work.ErrLost
	case why != nil:
		return e.conclude(ctx, failed(m, why, time.Now()))
	}
	m.Tries++
	if !w.can.DropsRepeats {
		if err := e.conclude(ctx, submitting(m, time.Now())); err != nil {
			return err
		}
		m.State = repli.Submitting
	}
	if !e.awaiting.begin(m, time.Now()) {
		return work.ErrLost
	}
	hastened := e.hastened.Load()
	taken, err := hand(ctx, w.Route.Carrier, m)
	if err != nil && ctx.Err() != nil {
		e.awaiting.end(m, carrier.Taken{}, false)
		return context.Cause(ctx) // stopping: it is submitted after the next start
	}
	conclusion := e.settle(ctx, w, m, taken, err)
	e.awaiting.end(m, taken, err == nil && conclusion == nil)
	if e.hastened.Load() != hastened { // while the carrier refused it
		e.Hasten()
	}
	return conclusion
}

// hand calls the carrier's Submit. It turns a panic into an error with an unknown outcome.
func hand(ctx context.Context, c carrier.Carrier, m repli.Message) (taken carrier.Taken, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the carrier panicked: %v\n%s", p, debug.Stack())
		}
	}()
	return c.Submit(ctx, m)
}

// settle commits the outcome of a submit.
func (e *Engine) settle(ctx context.Context, w *way, m repli.Message, taken carrier.Taken, err error) error {
	now := time.Now()
	if err == nil {
		return e.conclude(ctx, sent(m, w.can, taken, now))
	}
	change, retry := refused(m, w.can, err, now, e.jitter())
	if retry {
		if next, err := e.route(ctx, m); err == nil && next != "" && next != m.Carrier {
			change.Moves[0].Carrier = next
		}
		return e.conclude(ctx, change)
	}
	e.log.Warn("a message was not taken by its carrier", "message", m, "carrier", w.name, "error", err)
	return e.conclude(ctx, change)
}

// conclude commits the outcome of a submit even if ctx has ended, because the carrier has acted
// on it already. A conflict means that the receipt was committed first.
func (e *Engine) conclude(ctx context.Context, change repli.Change) error {
	err := work.Insist(ctx, func() error { return e.tell.Commit(context.WithoutCancel(ctx), change) })
	if err == nil {
		e.stats.moved(change)
	}
	return err
}
