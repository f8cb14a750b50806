package drill

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// keepSchedules runs due schedules until ctx ends. A schedule that became due while no server ran
// is run once, at start.
func (e *Engine) keepSchedules(ctx context.Context) {
	set := make(chan struct{}, 1) // signals a new schedule
	defer e.DB.Follow(func(n store.News) {
		if n.Written.Schedules {
			select {
			case set <- struct{}{}:
			default: // a check is pending already
			}
		}
	})()
	for {
		wait, err := e.runDue(ctx, time.Now())
		if err != nil && ctx.Err() == nil {
			e.Log.Error("what is scheduled cannot be drilled", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-set:
		case <-time.After(wait):
		}
	}
}

// idle is the maximum sleep of the scheduler; it bounds the effect of clock changes.
const idle = time.Hour

// runDue runs the schedules that are due, and returns how long to wait before the next check.
func (e *Engine) runDue(ctx context.Context, now time.Time) (wait time.Duration, err error) {
	all, err := e.DB.Schedules(ctx)
	if err != nil {
		return outagePause, err
	}
	wait = idle
	var errs []error
	for _, s := range all {
		if s.Ran.After(now) { // the clock was ahead then; without this, nothing would be due until it catches up
			s.Ran = now
			errs = append(errs, e.DB.RanSchedule(ctx, s.Account, now))
		}
		due := s.Next(s.Ran)
		if !due.IsZero() && !due.After(now) {
			errs = append(errs, e.runSchedule(ctx, s, now))
			due = s.Next(now)
		}
		if !due.IsZero() {
			wait = min(wait, due.Sub(now))
		}
	}
	return wait, errors.Join(errs...)
}

// runSchedule starts drills of the schedule's numbers and rehearsals of their primaries in the
// background. It records the run first, so that a drill that crashes the server is not repeated
// at once. It starts nothing while the previous run is in progress or if the account is not
// active.
func (e *Engine) runSchedule(ctx context.Context, s repli.Schedule, now time.Time) error {
	if err := e.DB.RanSchedule(ctx, s.Account, now); err != nil {
		return err
	}
	acct, err := e.DB.Account(ctx, s.Account)
	if err != nil || !acct.IsActive() {
		return err
	}
	numbers, err := e.numbers(ctx, s)
	if err != nil {
		return err
	}
	if !e.scheduled(s.Account, true) {
		e.Log.Warn("what was scheduled last still runs, so this time is left out", "account", string(s.Account))
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.life.Err() != nil {
		return stopping()
	}
	e.all.Go(func() {
		defer e.scheduled(s.Account, false)
		ctx := e.life
		if err := errors.Join(e.rehearse(ctx, numbers, repli.OnSchedule), e.drill(ctx, numbers)); err != nil && ctx.Err() == nil {
			e.Log.Error("what is scheduled cannot be drilled", "error", err)
		}
	})
	return nil
}

// scheduled records whether a scheduled run of the account is in progress, and reports whether
// that changed.
func (e *Engine) scheduled(account repli.SID, runs bool) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	has := e.share(account)
	if has.scheduled == runs {
		return false
	}
	has.scheduled = runs
	return true
}

// together is the number of a schedule's numbers that are drilled concurrently.
const together = 4

// drill drills these numbers, a few concurrently, and returns when all drills have ended.
func (e *Engine) drill(ctx context.Context, numbers []repli.Number) error {
	var errs []error
	for some := range slices.Chunk(numbers, together) {
		var running []<-chan struct{}
		for _, num := range some {
			_, over, err := e.start(ctx, num, nil)
			if err != nil {
				errs = append(errs, err)
				continue
			}
			running = append(running, over)
		}
		for _, over := range running {
			<-over
		}
	}
	return errors.Join(errs...)
}

// numbers returns the schedule's numbers that exist.
func (e *Engine) numbers(ctx context.Context, s repli.Schedule) ([]repli.Number, error) {
	if s.All {
		return e.everyNumber(ctx, s.Account)
	}
	var all []repli.Number
	for _, ref := range s.Numbers {
		num, err := e.byRef(ctx, ref)
		switch {
		case repli.IsNotFound(err) || err == nil && num.Account != s.Account: // deleted meanwhile
		case err != nil:
			return nil, err
		default:
			all = append(all, num)
		}
	}
	return all, nil
}

// byRef returns the number with this [repli.Number.Ref], or error 20404.
func (e *Engine) byRef(ctx context.Context, ref string) (repli.Number, error) {
	if sid, err := repli.ParseSID(ref, repli.NumberPrefix); err == nil {
		return e.DB.Number(ctx, sid)
	}
	return e.DB.NumberByAddress(ctx, ref)
}

// everyNumber returns all numbers of an account that can receive texts, oldest first.
func (e *Engine) everyNumber(ctx context.Context, account repli.SID) ([]repli.Number, error) {
	var all []repli.Number
	for page := (store.Page{Limit: 1000}); ; {
		some, err := e.DB.Numbers(ctx, account, store.NumberFilter{}, page)
		all = append(all, some...)
		if err != nil || len(some) < page.Limit {
			slices.Reverse(all)
			return slices.DeleteFunc(all, repli.Number.SendsOnly), err
		}
		page.Before = some[len(some)-1].SID
	}
}
