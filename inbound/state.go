package inbound

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/breaker"
)

// State returns a number's standing, and the state of its primary's breaker.
func (e *Engine) State(ctx context.Context, num repli.Number) (repli.Standing, repli.CircuitState, error) {
	standing, err := e.standings.of(ctx, num)
	if err == nil {
		err = e.catchUp(ctx)
	}
	if err != nil {
		return standing, repli.CircuitClosed, err
	}
	p, guarded, err := e.primaryNow(ctx, num)
	if err != nil || !guarded || num.BreakerOff {
		return standing, repli.CircuitClosed, err
	}
	return standing, e.breakers.State(p), nil
}

// OnFallback returns the standings of the numbers on their fallback, in no particular order.
func (e *Engine) OnFallback(ctx context.Context) ([]repli.Standing, error) {
	return e.standings.onFallback(ctx)
}

// ToRehearse returns the numbers whose primary is to be rehearsed: those on their fallback that have
// rehearsals on, are in no maintenance, and receive texts.
func (e *Engine) ToRehearse(ctx context.Context) ([]repli.Number, error) {
	on, err := e.standings.onFallback(ctx)
	if err != nil {
		return nil, err
	}
	var all []repli.Number
	for _, one := range on {
		num, err := e.db.Number(ctx, one.Number)
		if err != nil && !repli.IsNotFound(err) {
			return nil, err
		}
		if err != nil || !num.Rehearse {
			continue
		}
		unasked, err := e.isUnasked(ctx, num)
		if err != nil {
			return nil, err
		}
		if !unasked {
			all = append(all, num)
		}
	}
	return all, nil
}

// isUnasked reports whether a number's primary is not asked at all: in maintenance, or because its
// account is suspended or closed.
func (e *Engine) isUnasked(ctx context.Context, num repli.Number) (bool, error) {
	m, err := e.db.Maintenance(ctx, num.SID)
	if err != nil || m.IsOn(time.Now()) {
		return true, err
	}
	acct, err := e.db.Account(ctx, num.Account)
	return !acct.IsActive(), err
}

// Reset forgets all standings and closes all breakers, because all traffic is forgotten.
func (e *Engine) Reset() {
	e.standings.reset()
	e.breakers.Reset()
}

// ResetAccount is [Engine.Reset] for one account, which has these numbers.
func (e *Engine) ResetAccount(account repli.SID, numbers []repli.Number) {
	for _, num := range numbers {
		e.standings.forget(num.SID)
	}
	e.breakers.ResetAccount(account)
}

// Rehearsed records whether a rehearsal of a number's primary, begun at a time, has passed. The
// number has the steps that answered for it then; if its primary is another one now, nothing
// happens. A passed rehearsal closes the breaker, and ends the number's time on its fallback unless
// a text received later was not answered by the primary. That is durable when Rehearsed returns.
func (e *Engine) Rehearsed(ctx context.Context, num repli.Number, passed bool, at time.Time) error {
	if !passed {
		return nil
	}
	if still, err := e.isStillPrimary(ctx, num); err != nil || !still {
		return err
	}
	t, err := e.closeBreaker(ctx, num)
	if err != nil {
		return err
	}
	change, undo, err := e.standings.answered(ctx, num, at, repli.ByPrimary, false, nil)
	if err != nil {
		e.breakers.Report(t)
		return err
	}
	if t != nil {
		change = t.Change().Merge(change)
	}
	if len(change.Events) == 0 {
		return nil
	}
	if err := e.db.Commit(ctx, change); err != nil {
		e.breakers.Report(t)
		undo()
		return err
	}
	return nil
}

// isStillPrimary reports whether the first of a number's steps is its primary now.
func (e *Engine) isStillPrimary(ctx context.Context, num repli.Number) (bool, error) {
	now, err := e.db.Number(ctx, num.SID)
	if repli.IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	who, err := e.db.Answering(ctx, now)
	return len(who.Steps) > 0 && len(num.Chain.Steps) > 0 && who.Steps[0] == num.Chain.Steps[0], err
}

// closeBreaker closes the breaker of a number's primary. It returns the transition, which must be
// committed, or nil if the breaker was closed already.
func (e *Engine) closeBreaker(ctx context.Context, num repli.Number) (*breaker.Transition, error) {
	if err := e.breakers.Load(ctx); err != nil {
		return nil, err
	}
	p, guarded, err := e.primaryNow(ctx, num)
	if err != nil || !guarded {
		return nil, err
	}
	return e.breakers.Close(p, num.Address), nil
}

// primaryNow returns the primary that a text to a number would be sent to now, and whether it is one
// that has a breaker.
func (e *Engine) primaryNow(ctx context.Context, num repli.Number) (breaker.Primary, bool, error) {
	who, err := e.db.Answering(ctx, num)
	if err != nil || len(who.Steps) == 0 {
		return breaker.Primary{}, false, err
	}
	p, guarded := e.primaryOf(num.Account, who.Steps[0])
	return p, guarded, nil
}

// primaryOf returns the primary that a step is, and whether it has a breaker: a bin has none.
func (e *Engine) primaryOf(account repli.SID, s repli.Step) (breaker.Primary, bool) {
	if s.Bin != "" || e.target(s.URL).bin != "" {
		return breaker.Primary{}, false
	}
	return breaker.PrimaryAt(account, s.URL)
}
