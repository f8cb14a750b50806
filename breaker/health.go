package breaker

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/webhook"
)

// unusedFor is the time without a text after which an open breaker closes: nobody may use its
// primary any more.
const unusedFor = 24 * time.Hour

// A check is one health check to make.
type check struct {
	circuit *circuit
	round   int
	url     string
}

// Run checks the health of primaries whose breakers are open. It blocks until ctx has ended and the
// checks under way are over.
func (r *Registry) Run(ctx context.Context) {
	var checking sync.WaitGroup
	defer checking.Wait()
	for {
		due, next := r.due(time.Now())
		for _, d := range due {
			checking.Go(func() {
				ctx, cancel := context.WithTimeout(ctx, checkEvery)
				defer cancel()
				r.checked(d, r.cfg.Check(ctx, d.url), time.Now())
			})
		}
		timer := time.NewTimer(time.Until(next))
		select {
		case <-timer.C:
		case <-r.wake:
		case <-ctx.Done():
			timer.Stop()
			return
		}
		timer.Stop()
	}
}

// due returns the health checks to make now, and the time at which the next ones are due at the
// latest. It closes breakers that are not used any more, without an event.
func (r *Registry) due(now time.Time) (due []check, next time.Time) {
	next = now.Add(unusedFor)
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range r.open {
		if now.Sub(c.used) >= unusedFor {
			t := r.setBreaker(c, c.close(now), Text{})
			t.event = nil
			r.Report(t)
			continue
		}
		var isDue bool
		if c.breaker, isDue = c.checkDue(now); isDue {
			due = append(due, check{c, c.round, c.lastText.URL})
		}
		if c.state == repli.CircuitOpen && c.nextCheck.Before(next) {
			next = c.nextCheck
		}
	}
	return due, next
}

// checked records the result of a health check. One that this machine could not make shows nothing
// about the primary, and is soon made again.
func (r *Registry) checked(d check, err error, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if errors.Is(err, webhook.ErrStarved) {
		d.circuit.breaker = d.circuit.unchecked(d.round, now)
		wake(r.wake)
		return
	}
	r.setBreaker(d.circuit, d.circuit.breaker.checked(d.round, err == nil), Text{})
}
