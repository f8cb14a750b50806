package inbound

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
)

// State returns how a number stands, and whether its primary is asked.
func (e *Engine) State(ctx context.Context, num repli.Number) (repli.Standing, BreakerState, error) {
	standing, err := e.standings.of(ctx, num)
	if err == nil {
		err = e.remember(ctx)
	}
	if err != nil {
		return standing, BreakerClosed, err
	}
	p, has, err := e.primaryNow(ctx, num)
	if err != nil || !has || num.BreakerOff {
		return standing, BreakerClosed, err
	}
	return standing, e.breakers.state(p), nil
}

// OnFallback returns how those numbers stand that are on their fallback, in no particular order.
func (e *Engine) OnFallback(ctx context.Context) ([]repli.Standing, error) {
	return e.standings.onFallback(ctx)
}

// ToRehearse returns the numbers whose primary is to be rehearsed now and again: those on their
// fallback that want it, are in no maintenance, and can be texted.
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
		silent, err := e.leftAlone(ctx, num)
		if err != nil {
			return nil, err
		}
		if !silent {
			all = append(all, num)
		}
	}
	return all, nil
}

// leftAlone reports whether a number's primary is asked by nobody: in maintenance, or because its
// account may do nothing.
func (e *Engine) leftAlone(ctx context.Context, num repli.Number) (bool, error) {
	m, err := e.db.Maintenance(ctx, num.Address)
	if err != nil || m.IsOn(time.Now()) {
		return true, err
	}
	acct, err := e.db.Account(ctx, num.Account)
	return !acct.IsActive(), err
}

// Saved trusts the primary of a number again that has just been saved: its breaker closes, and
// so does that of the primary it had before.
func (e *Engine) Saved(ctx context.Context, before, after repli.Number) {
	for _, num := range []repli.Number{before, after} {
		change, err := e.trust(ctx, num)
		if err == nil && len(change.Events) > 0 {
			err = e.db.Commit(ctx, change)
		}
		if err != nil {
			e.log.Error("a breaker may not have been closed, or nobody was told", "number", num.SID, "error", err)
		}
	}
}

// Deleted forgets how a number stood that is gone.
func (e *Engine) Deleted(number repli.SID) { e.standings.forget(number) }

// Reset forgets how numbers stood and closes all breakers, as all traffic is forgotten.
func (e *Engine) Reset() {
	e.standings.reset()
	e.breakers.reset()
}

// ResetAccount is Reset for one account, which has these numbers.
func (e *Engine) ResetAccount(account repli.SID, numbers []repli.Number) {
	for _, num := range numbers {
		e.standings.forget(num.SID)
	}
	e.breakers.resetAccount(account)
}

// Rehearsed notes that a rehearsal of a number's primary, begun at a time, has gone well or not.
// The number has the steps that answered for it then: of another primary it says nothing.
// One that has ends the number's time on its fallback, unless a text received later was answered
// by somebody else, and closes the breaker. It returns when that is durable.
func (e *Engine) Rehearsed(ctx context.Context, num repli.Number, ok bool, at time.Time) error {
	if !ok {
		return nil
	}
	if still, err := e.stillPrimary(ctx, num); err != nil || !still {
		return err
	}
	closed, err := e.trust(ctx, num)
	if err != nil {
		return err
	}
	left, undo, err := e.standings.heard(ctx, num, at, repli.ByPrimary, false)
	if err != nil {
		return err
	}
	change := closed.Merge(left)
	if len(change.Events) == 0 {
		return nil
	}
	if err := e.db.Commit(ctx, change); err != nil {
		undo()
		return err
	}
	return nil
}

// stillPrimary reports whether the first of a number's steps is its primary now.
func (e *Engine) stillPrimary(ctx context.Context, num repli.Number) (bool, error) {
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

// trust closes the breaker of a number's primary, and returns what is told of it.
func (e *Engine) trust(ctx context.Context, num repli.Number) (repli.Change, error) {
	if err := e.remember(ctx); err != nil {
		return repli.Change{}, err
	}
	p, has, err := e.primaryNow(ctx, num)
	if err != nil || !has {
		return repli.Change{}, err
	}
	t := e.breakers.close(p)
	if t.kind == "" {
		return repli.Change{}, nil
	}
	return repli.Change{Events: []repli.Event{t.event(num, "", time.Now())}}, nil
}

// primaryNow returns the primary that would be asked about a text to a number now, and whether
// it is one that can be down.
func (e *Engine) primaryNow(ctx context.Context, num repli.Number) (primary, bool, error) {
	who, err := e.db.Answering(ctx, num)
	if err != nil || len(who.Steps) == 0 {
		return primary{}, false, err
	}
	p, has := e.primaryOf(num.Account, who.Steps[0])
	return p, has, nil
}
