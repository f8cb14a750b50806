// Package breaker keeps texts from waiting for a primary handler that is down.
//
// Every primary has a circuit breaker. It opens when the primary keeps failing or hangs; texts
// then go straight to the next step. A health check every few seconds makes an open breaker
// half-open once the primary accepts connections, and one text at a time, the probe, finds out
// whether it answers again.
//
// The type breaker decides, as a value without a clock. A [Registry] holds the breakers of all
// primaries with the texts that wait for them. What must outlive the process, a [Transition],
// is committed by the text that caused it.
package breaker

import (
	"slices"
	"time"

	"github.com/repli-sms/repli"
)

// When a breaker opens, and how it closes again.
const (
	maxFailures    = 5                // consecutive failures that open it …
	failuresWithin = time.Minute      // … when the first and the last lie within this time
	maxHanging     = 5                // waiting texts that open it, once each has waited too long
	checkEvery     = 10 * time.Second // between health checks while it is open
	recheckAfter   = time.Second      // after a health check that could not be made
)

// A breaker is the circuit breaker of one primary. It is a value: each method returns the breaker
// as it is after an event.
type breaker struct {
	state repli.CircuitState
	since time.Time // when it opened or closed; zero if it has never opened
	round int       // counts openings and closings, to recognize what was asked before the last one

	failures    [maxFailures]time.Time // the last consecutive ones, the latest at the end
	lastSuccess time.Time

	lastFailure repli.HandlerFailure
	bypassed    int       // texts that went straight to the next step since it opened
	probing     bool      // a probe is under way
	nextCheck   time.Time // of its health, while it is open
}

// An admission says where a text goes.
type admission int

const (
	toPrimary  admission = iota
	asProbe              // to the primary, with a shorter timeout
	toNextStep           // past the primary
)

func newBreaker() breaker { return breaker{state: repli.CircuitClosed} }

// admit decides where a text that arrives now goes.
func (b breaker) admit() (breaker, admission) {
	switch {
	case b.state == repli.CircuitClosed:
		return b, toPrimary
	case b.state == repli.CircuitHalfOpen && !b.probing:
		b.probing = true
		return b, asProbe
	default:
		b.bypassed++
		return b, toNextStep
	}
}

// succeeded records an answer of the primary. An answer to a text of an earlier round is stale and
// changes nothing.
func (b breaker) succeeded(round int, now time.Time) breaker {
	switch {
	case round != b.round:
	case b.state == repli.CircuitClosed:
		b.lastSuccess, b.failures = now, [maxFailures]time.Time{}
	case b.state == repli.CircuitHalfOpen:
		return b.close(now)
	}
	return b
}

// failed records a failure that shows the primary down. A stale one only replaces lastFailure, and
// only until the breaker closes.
func (b breaker) failed(round int, why repli.HandlerFailure, now time.Time) breaker {
	if round == b.round || b.state != repli.CircuitClosed {
		b.lastFailure = why
	}
	switch {
	case round != b.round:
	case b.state == repli.CircuitHalfOpen:
		b.state, b.probing, b.nextCheck = repli.CircuitOpen, false, now.Add(checkEvery)
	case b.state == repli.CircuitClosed:
		first := b.failures[1]
		copy(b.failures[:], b.failures[1:])
		b.failures[maxFailures-1] = now
		if !first.IsZero() && now.Sub(first) <= failuresWithin {
			return b.open(now)
		}
	}
	return b
}

// unusable records an answer that cannot be used. It is neither a success nor a failure while the
// breaker is closed; to a probe it shows that the primary is up.
func (b breaker) unusable(round int, now time.Time) breaker {
	if round == b.round && b.state == repli.CircuitHalfOpen {
		return b.close(now)
	}
	return b
}

// abandoned records that a text was given up without showing how the primary is.
func (b breaker) abandoned(round int) breaker {
	if round == b.round {
		b.probing = false
	}
	return b
}

// hung opens a closed breaker because too many texts wait for the primary; see [hangs].
func (b breaker) hung(why repli.HandlerFailure, now time.Time) breaker {
	if b.state != repli.CircuitClosed {
		return b
	}
	b.lastFailure = why
	return b.open(now)
}

// checkDue reports whether a health check is due, and schedules the next one if so.
func (b breaker) checkDue(now time.Time) (breaker, bool) {
	if b.state != repli.CircuitOpen || now.Before(b.nextCheck) {
		return b, false
	}
	b.nextCheck = now.Add(checkEvery)
	return b, true
}

// checked records a health check. A healthy primary makes an open breaker half-open.
func (b breaker) checked(round int, healthy bool) breaker {
	if round == b.round && b.state == repli.CircuitOpen && healthy {
		b.state, b.probing = repli.CircuitHalfOpen, false
	}
	return b
}

// unchecked records that a health check could not be made, and schedules another.
func (b breaker) unchecked(round int, now time.Time) breaker {
	if round == b.round && b.state == repli.CircuitOpen {
		b.nextCheck = now.Add(recheckAfter)
	}
	return b
}

func (b breaker) open(now time.Time) breaker {
	return breaker{
		state: repli.CircuitOpen, since: now, round: b.round + 1,
		lastSuccess: b.lastSuccess, lastFailure: b.lastFailure, nextCheck: now.Add(checkEvery),
	}
}

// close closes the breaker from any state and forgets its failures.
func (b breaker) close(now time.Time) breaker {
	if b.state == repli.CircuitClosed {
		b.failures = [maxFailures]time.Time{}
		return b
	}
	return breaker{state: repli.CircuitClosed, since: now, round: b.round + 1, lastSuccess: now}
}

// isHealthy reports whether a new breaker would decide the same from now on: the breaker is closed,
// and its last failure is too old to count.
func (b breaker) isHealthy(now time.Time) bool {
	return b.state == repli.CircuitClosed && now.Sub(b.failures[maxFailures-1]) > failuresWithin
}

// A wait is one text's wait for an answer of the primary.
type wait struct {
	began   time.Time
	timeout time.Duration // after which the text counts as hanging
}

// hangs reports whether maxHanging texts have waited longer than their timeouts, with no success
// since the first of them began. If not, it returns when that will be the case unless something
// happens until then; zero when fewer texts than that wait.
func hangs(waits []wait, lastSuccess, now time.Time) (bool, time.Time) {
	var timeouts []time.Time
	for _, w := range waits {
		if w.began.After(lastSuccess) {
			timeouts = append(timeouts, w.began.Add(w.timeout))
		}
	}
	if len(timeouts) < maxHanging {
		return false, time.Time{}
	}
	slices.SortFunc(timeouts, time.Time.Compare)
	at := timeouts[maxHanging-1]
	return !now.Before(at), at
}
