package inbound

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
)

// A downtime is a primary whose breaker was open when the server stopped.
type downtime struct {
	num   repli.Number
	event repli.Event // of its opening
}

// remember reopens breakers, once. Whoever asks a breaker calls it first.
func (e *Engine) remember(ctx context.Context) error {
	if e.reopened.Load() {
		return nil
	}
	e.reopening.Lock()
	defer e.reopening.Unlock()
	if e.reopened.Load() {
		return nil
	}
	err := e.reopen(ctx)
	e.reopened.Store(err == nil)
	return err
}

// reopen opens the breakers again that were open when the server stopped, so that nobody has to
// find out once more. Which ones they were, the events say that it was told with, and why, the
// alerts of the text that has shown it: what cannot be read from them stays closed. It is knocked
// at each of them at once.
func (e *Engine) reopen(ctx context.Context) error {
	now := time.Now()
	events, err := e.db.EventsSince(ctx, now.Add(-unusedFor))
	if err != nil {
		return err
	}
	down := map[primary]downtime{}
	for _, event := range events {
		if event.Kind != repli.BreakerOpened && event.Kind != repli.BreakerClosed {
			continue
		}
		num, p, has, err := e.primaryIn(ctx, event)
		switch {
		case err != nil:
			return err
		case !has:
		case event.Kind == repli.BreakerOpened:
			down[p] = downtime{num, event}
		default:
			delete(down, p)
		}
	}
	for p, d := range down {
		why, url, known, err := e.shown(ctx, p, d)
		if err != nil {
			return err
		}
		if known {
			e.breakers.reopen(p, url, why, d.event.Since)
		}
	}
	return nil
}

// primaryIn returns the number and the primary that an event of a breaker is about, if that is
// still the number's.
func (e *Engine) primaryIn(ctx context.Context, event repli.Event) (repli.Number, primary, bool, error) {
	num, err := e.db.NumberByAddress(ctx, event.Number)
	if repli.IsNotFound(err) || err == nil && (num.Account != event.Account || num.BreakerOff) {
		return num, primary{}, false, nil
	}
	if err != nil {
		return num, primary{}, false, err
	}
	p, has, err := e.primaryNow(ctx, num)
	return num, p, has, err
}

// shown returns why the text that has opened a breaker says that the primary is down, and where
// that was asked. It is not known when the text is gone, or asked somebody else.
func (e *Engine) shown(ctx context.Context, p primary, d downtime) (why failure, url string, known bool, err error) {
	who, err := e.db.Answering(ctx, d.num)
	if err != nil || len(who.Steps) == 0 {
		return why, "", false, err
	}
	alerts, err := e.db.AlertsOf(ctx, d.event.Message)
	if err != nil {
		return why, "", false, err
	}
	attempts, err := e.db.Attempts(ctx, d.event.Message)
	if err != nil {
		return why, "", false, err
	}
	for _, a := range attempts {
		at, _ := primaryAt(d.num.Account, a.URL)
		known = known || a.Step == repli.StepPrimary && at == p
	}
	for _, a := range alerts {
		if a.URL == "" {
			continue
		}
		at, _ := primaryAt(d.num.Account, a.URL)
		return failure{code: a.Code, url: a.URL, detail: a.Detail}, who.Steps[0].URL, known || at == p, nil
	}
	return why, "", false, nil
}

// reopen opens a primary's breaker that nobody has met yet, with the last failure and since when
// it was open before.
func (k *breakers) reopen(p primary, url string, why failure, since time.Time) {
	now := time.Now()
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.circuits[p] != nil {
		return
	}
	c := k.circuit(p)
	c.url, c.used = url, now
	c.breaker = breaker{state: BreakerOpen, since: since, round: 1, last: why, knock: now}
	k.open[c] = struct{}{}
	rouse(k.wake)
	k.log.Warn("a breaker is open, as it was before the start", "host", p.host, "code", why.code)
}
