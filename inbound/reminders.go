package inbound

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/work"
)

// reminderRetry is when reminders are looked at again after the store could not be read.
const reminderRetry = 5 * time.Second

// remind tells people every so often that a number is still on its fallback, until ctx ends.
func (e *Engine) remind(ctx context.Context) {
	if e.reminders <= 0 {
		<-ctx.Done()
		return
	}
	for {
		next, err := e.remindDue(ctx)
		if err != nil && ctx.Err() == nil {
			e.log.Error("cannot remind of numbers on their fallback", "error", err)
		}
		timer := time.NewTimer(time.Until(next))
		select {
		case <-timer.C:
		case <-e.standings.wake:
		case <-ctx.Done():
		}
		timer.Stop()
		if ctx.Err() != nil {
			return
		}
	}
}

// remindDue reminds of the numbers whose time it is, and returns when it is time again.
func (e *Engine) remindDue(ctx context.Context) (next time.Time, err error) {
	now := time.Now()
	on, err := e.standings.onFallback(ctx)
	if err != nil {
		return now.Add(reminderRetry), err
	}
	next = now.Add(e.reminders)
	for _, one := range on {
		if one.OnPurpose {
			continue // who did that knows
		}
		at := one.RemindAt(e.reminders)
		clockWasAhead := one.Reminded.After(now.Add(e.reminders))
		if at.After(now) && !clockWasAhead {
			if at.Before(next) {
				next = at
			}
			continue
		}
		if err := e.remindOf(ctx, one.Number, now); err != nil {
			return now.Add(reminderRetry), err
		}
	}
	return next, nil
}

// remindOf reminds of one number, if it is still there.
func (e *Engine) remindOf(ctx context.Context, number repli.SID, now time.Time) error {
	num, err := e.db.Number(ctx, number)
	if repli.IsNotFound(err) {
		e.standings.forget(number)
		return nil
	}
	if err != nil {
		return err
	}
	if silent, err := e.leftAlone(ctx, num); err != nil || silent {
		return err
	}
	change := e.standings.reminded(number, now)
	return work.Insist(ctx, func() error { return e.db.Commit(ctx, change) })
}

// reminded notes that people are told of a number, and returns what they are told; nothing when
// it has left its fallback meanwhile.
func (s *standings) reminded(number repli.SID, now time.Time) repli.Change {
	s.mu.Lock()
	defer s.mu.Unlock()
	one, ok := s.kept[number]
	if !ok || !one.OnFallback() {
		return repli.Change{}
	}
	one.Reminded = now
	one = s.put(one)
	return repli.Change{Standings: []repli.Standing{one}, Events: []repli.Event{one.Event(repli.OnFallback, now)}}
}
