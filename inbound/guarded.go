package inbound

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/repli-sms/repli"
)

// guarded returns the primary of the walk, and whether the text meets its breaker, and feeds it:
// not if the primary is a bin, which always answers, nor if the number wants no breaker, nor if
// nobody else would answer, because a slow answer is better than none; nor if the primary fails
// on purpose, or this is a trial.
func (w *walk) guarded() (primary, bool) {
	alone := len(w.num.Chain.Steps) == 1 && w.num.Chain.LastResort == ""
	if w.num.BreakerOff || alone || w.msg.Fault != "" || w.trial != nil {
		return primary{}, false
	}
	return w.e.primaryOf(w.num.Account, w.num.Chain.Steps[0])
}

// admitted reports whether the step at index i is asked, which the breaker of a primary may not
// allow. The step then counts as failed, with the last failure it had; no alert is raised,
// because nobody was asked.
func (w *walk) admitted(i int) bool {
	if i > 0 {
		return true
	}
	p, has := w.guarded()
	if !has {
		return true
	}
	made, b, what := w.e.breakers.begin(p, w.num.Chain.Steps[0].URL, w.slowAfter())
	w.call = made
	switch what {
	case probes:
		w.until = time.Now().Add(w.probeFor())
	case passes:
		w.failure = &failure{code: b.last.code, url: b.last.url, detail: fmt.Sprintf(
			"Not asked, because its breaker has been open since %s: %s", b.since.UTC().Format(time.RFC3339), b.last.detail)}
		w.skip(i, *w.failure)
	}
	return what != passes
}

// slowAfter returns how long the primary may take before it counts as hanging.
func (w *walk) slowAfter() time.Duration {
	return cmp.Or(w.num.Chain.SlowAfter, repli.DefaultSlowAfter)
}

// probeFor returns how long a probe may take: longer only for a primary that is slow by design.
func (w *walk) probeFor() time.Duration {
	if slow := w.slowAfter(); slow > repli.DefaultSlowAfter {
		return slow
	}
	return probeLimit
}

// calling returns the text's call while the primary is asked, and nil in every other step.
func (w *walk) calling() *call {
	if w.at > 0 {
		return nil
	}
	return w.call
}

// limit returns until when the step at hand has the word, and why it has failed then.
func (w *walk) limit() (time.Time, func() *failure) {
	if w.calling() != nil && w.call.probes && w.until.Before(w.deadline) {
		return w.until, func() *failure {
			return &failure{code: 11205, detail: fmt.Sprintf("No answer within %v, which is all the time of a primary that was down", w.probeFor())}
		}
	}
	return w.deadline, func() *failure {
		return &failure{code: 11203, detail: fmt.Sprintf("No answer within %v, which is the chain's limit as a whole", w.num.Chain.AnswerBy)}
	}
}

// handedOn is why the primary has failed when its breaker opens while it is asked.
func (w *walk) handedOn() *failure {
	t := w.e.breakers.told(w.call)
	w.tell(t)
	return &failure{code: t.breaker.last.code, detail: fmt.Sprintf(
		"Given up after %v, because its breaker has opened: %s", time.Since(w.call.began).Round(time.Millisecond), t.breaker.last.detail)}
}

// settle tells the primary's breaker what the text has learned, once the step is over.
func (w *walk) settle(ctx context.Context, answered bool) {
	if w.calling() == nil {
		return
	}
	w.tell(w.e.breakers.told(w.call))
	switch {
	case ctx.Err() != nil || w.broken != nil:
		w.tell(w.e.breakers.end(w.call, unknown, failure{}))
	case answered:
		w.tell(w.e.breakers.end(w.call, usable, failure{}))
	default:
		w.tell(w.e.breakers.end(w.call, w.failure.outcome(), *w.failure))
	}
}

// outcome returns what a failure says of the handler: 112xx that it is down.
func (f *failure) outcome() outcome {
	switch {
	case f == nil:
		return usable
	case f.ours:
		return unknown
	case f.code/100 == 112:
		return down
	default:
		return unusable
	}
}

// tell keeps the event of a breaker that has opened or closed.
func (w *walk) tell(t turn) {
	if t.kind != "" {
		w.change.Events = append(w.change.Events, t.event(w.num, w.msg.SID, time.Now()))
	}
}

// event returns what is told of a breaker: by the number whose text has shown it.
func (t turn) event(num repli.Number, msg repli.SID, now time.Time) repli.Event {
	e := repli.Event{
		SID: repli.NewSID(repli.EventPrefix), Account: num.Account, Kind: t.kind, Number: num.Address,
		Since: t.breaker.since, Message: msg, Created: now,
	}
	if t.kind == repli.BreakerOpened {
		e.Texts = t.waited
		e.Sentence = fmt.Sprintf("The primary of %s is down (%d: %s): texts go straight to the next step until it answers again; %d waited for it and were handed on",
			num.Address, t.breaker.last.code, t.breaker.last.detail, t.waited)
		return e
	}
	e.Texts = t.breaker.passed
	e.Sentence = fmt.Sprintf("The primary of %s is asked again: it was down for %v, in which %d texts went straight to the next step",
		num.Address, now.Sub(t.breaker.since).Round(time.Second), t.breaker.passed)
	return e
}
