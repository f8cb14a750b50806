package inbound

import (
	"slices"
	"time"
)

// When a breaker opens, and how it closes again.
const (
	maxFailures  = 5                // in a row …
	failuresSpan = time.Minute      // … within this time
	maxHanging   = 5                // texts that wait for longer than a primary may take
	knockEvery   = 10 * time.Second // while it is open
	probeLimit   = 3 * time.Second  // for the text that tries whether the primary is back
)

// A BreakerState says whether a primary is asked.
type BreakerState string

// The states of a breaker.
const (
	BreakerClosed  BreakerState = "closed"  // texts go to the primary
	BreakerOpen    BreakerState = "open"    // they go straight to the next step
	BreakerProbing BreakerState = "probing" // so they do, but for one at a time
)

// A breaker keeps texts from waiting for a primary that does not answer. It is a value: what
// happens to it returns the breaker that comes of it.
type breaker struct {
	state BreakerState
	since time.Time // when it opened or closed; zero while it has always been closed
	round int       // how often it has opened or closed

	failures [maxFailures]time.Time // of the last ones in a row, the latest at the end
	success  time.Time              // the last one

	last   failure   // the last one of the primary
	passed int       // texts that went straight on since it opened
	probed bool      // a text is on its way to the primary as a probe
	knock  time.Time // when to knock next, while it is open
}

// An admission says what a text is to do.
type admission int

const (
	asks   admission = iota // the primary
	probes                  // it asks the primary too, but not for long
	passes                  // it goes on to the next step
)

func newBreaker() breaker { return breaker{state: BreakerClosed} }

// admit decides what a text does that comes now.
func (b breaker) admit() (breaker, admission) {
	switch {
	case b.state == BreakerClosed:
		return b, asks
	case b.state == BreakerProbing && !b.probed:
		b.probed = true
		return b, probes
	default:
		b.passed++
		return b, passes
	}
}

// succeeded is what comes of an answer of the primary. What was asked in an earlier round says
// only how it was then.
func (b breaker) succeeded(round int, now time.Time) breaker {
	switch {
	case round != b.round:
	case b.state == BreakerClosed:
		b.success, b.failures = now, [maxFailures]time.Time{}
	case b.state == BreakerProbing:
		return b.close(now)
	}
	return b
}

// failed is what comes of a failure of the kind that a primary has which is down.
func (b breaker) failed(round int, why failure, now time.Time) breaker {
	if round == b.round || b.state != BreakerClosed {
		b.last = why
	}
	switch {
	case round != b.round:
	case b.state == BreakerProbing:
		b.state, b.probed, b.knock = BreakerOpen, false, now.Add(knockEvery)
	case b.state == BreakerClosed:
		first := b.failures[1]
		copy(b.failures[:], b.failures[1:])
		b.failures[maxFailures-1] = now
		if !first.IsZero() && now.Sub(first) <= failuresSpan {
			return b.open(now)
		}
	}
	return b
}

// unusable is what comes of an answer that was there, but could not be used: a document with
// an error does not count, but the primary that a probe finds so is not down.
func (b breaker) unusable(round int, now time.Time) breaker {
	if round == b.round && b.state == BreakerProbing {
		return b.close(now)
	}
	return b
}

// abandoned is what comes of a text that has not learned how the primary is.
func (b breaker) abandoned(round int) breaker {
	if round == b.round {
		b.probed = false
	}
	return b
}

// hung is what comes of too many texts that wait for the primary; see [hanging].
func (b breaker) hung(why failure, now time.Time) breaker {
	if b.state != BreakerClosed {
		return b
	}
	b.last = why
	return b.open(now)
}

// knocking decides whether to knock at the primary's door now.
func (b breaker) knocking(now time.Time) (breaker, bool) {
	if b.state != BreakerOpen || now.Before(b.knock) {
		return b, false
	}
	b.knock = now.Add(knockEvery)
	return b, true
}

// knocked is what comes of a knock: when somebody was there, the next text is a probe.
func (b breaker) knocked(round int, somebody bool) breaker {
	if round == b.round && b.state == BreakerOpen && somebody {
		b.state, b.probed = BreakerProbing, false
	}
	return b
}

func (b breaker) open(now time.Time) breaker {
	return breaker{state: BreakerOpen, since: now, round: b.round + 1, success: b.success, last: b.last, knock: now.Add(knockEvery)}
}

// close closes the breaker, whatever it is: the primary is trusted again.
func (b breaker) close(now time.Time) breaker {
	if b.state == BreakerClosed {
		b.failures = [maxFailures]time.Time{}
		return b
	}
	return breaker{state: BreakerClosed, since: now, round: b.round + 1, success: now}
}

// forgettable reports whether the breaker is as good as a new one.
func (b breaker) forgettable() bool {
	return b.state == BreakerClosed && b.failures[maxFailures-1].IsZero()
}

// A wait is a text's for an answer of the primary.
type wait struct {
	began time.Time
	slow  time.Duration // after which it counts as hanging
}

// hanging reports whether as many texts as may have waited for longer than they should, with no
// success since the first of them began. If not, it returns when they will have, should nothing
// happen until then; zero when there are too few of them.
func hanging(waits []wait, success, now time.Time) (bool, time.Time) {
	var slow []time.Time
	for _, w := range waits {
		if w.began.After(success) {
			slow = append(slow, w.began.Add(w.slow))
		}
	}
	if len(slow) < maxHanging {
		return false, time.Time{}
	}
	slices.SortFunc(slow, time.Time.Compare)
	at := slow[maxHanging-1]
	return !now.Before(at), at
}
