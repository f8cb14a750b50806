package inbound

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/work"
)

// reminderRetry is the pause before reminders are tried again when the store cannot be read.
const reminderRetry = 5 * time.Second

// remind sends reminders that numbers are still on their fallback, until ctx ends.
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

// remindDue sends the reminders that are due, and returns when the next one is.
func (e *Engine) remindDue(ctx context.Context) (next time.Time, err error) {
	now := time.Now()
	on, err := e.standings.onFallback(ctx)
	if err != nil {
		return now.Add(reminderRetry), err
	}
	next = now.Add(e.reminders)
	for _, one := range on {
		if one.OnPurpose {
			continue // nobody needs to be reminded of a fault laid on purpose
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

// remindOf reminds of one number, unless it has been deleted.
func (e *Engine) remindOf(ctx context.Context, number repli.SID, now time.Time) error {
	num, err := e.db.Number(ctx, number)
	if repli.IsNotFound(err) {
		e.standings.forget(number)
		return nil
	}
	if err != nil {
		return err
	}
	if unasked, err := e.isUnasked(ctx, num); err != nil || unasked {
		return err
	}
	change := e.standings.reminded(number, now)
	return work.Insist(ctx, func() error { return e.db.Commit(ctx, change) })
}

// reminded records that a reminder of a number is sent, and returns it; nothing if the number has
// left its fallback since.
func (s *standings) reminded(number repli.SID, now time.Time) repli.Change {
	s.mu.Lock()
	defer s.mu.Unlock()
	one, ok := s.known[number]
	if !ok || !one.OnFallback() {
		return repli.Change{}
	}
	one.Reminded = now
	one = s.next(one)
	return repli.Change{Standings: []repli.Standing{one}, Events: []repli.Event{one.Event(repli.OnFallback, now)}}
}
