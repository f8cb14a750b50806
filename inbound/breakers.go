package inbound

import (
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/repli-sms/repli"
)

// A circuit is a primary with its breaker and the texts that wait for it.
type circuit struct {
	breaker
	primary primary
	url     string    // as it was asked last, to knock at
	used    time.Time // when a text came last
	waiting map[*call]struct{}
	look    *time.Timer // when it is to be seen whether the primary hangs; nil when there is no reason
	lookAt  time.Time
}

// A call is one text at its primary, from the first question to the last.
type call struct {
	circuit *circuit
	wait
	round  int
	probes bool
	ended  bool
	over   *turn  // the breaker has opened meanwhile
	goOn   func() // what is done then
}

// A turn is a breaker that has just opened or closed; the zero turn is none.
type turn struct {
	kind    repli.EventKind
	breaker breaker // that opened, or that closed, as it was before
	waited  int     // texts that were handed to the next step
}

// breakers keeps the breakers of all primaries, in memory; see [Engine.reopen].
type breakers struct {
	log   *slog.Logger
	turns *prometheus.CounterVec // by what breakers become
	wake  chan struct{}          // there is another time to knock

	mu       sync.Mutex
	circuits map[primary]*circuit
	open     map[*circuit]struct{} // those that are not closed
}

// maxCircuits is from how many primaries on those are forgotten of which there is nothing to know.
const maxCircuits = 10_000

// unusedFor is after what time without a text an open breaker is forgotten.
const unusedFor = 24 * time.Hour

func newBreakers(log *slog.Logger, turns *prometheus.CounterVec) *breakers {
	return &breakers{
		log: log, turns: turns, wake: make(chan struct{}, 1),
		circuits: map[primary]*circuit{}, open: map[*circuit]struct{}{},
	}
}

// begin admits a text to a primary, or sends it on. A call that was begun must be ended; there
// is none when the text passes. The breaker returned is that which has decided.
func (k *breakers) begin(p primary, url string, slow time.Duration) (*call, breaker, admission) {
	now := time.Now()
	k.mu.Lock()
	defer k.mu.Unlock()
	c := k.circuit(p)
	c.url, c.used = url, now
	var what admission
	if c.breaker, what = c.admit(); what == passes {
		return nil, c.breaker, what
	}
	made := &call{circuit: c, wait: wait{now, slow}, round: c.round, probes: what == probes}
	if what == asks {
		c.waiting[made] = struct{}{}
		if at := now.Add(slow); len(c.waiting) >= maxHanging && (c.look == nil || at.Before(c.lookAt)) {
			k.lookAt(c, at)
		}
	}
	return made, c.breaker, what
}

// circuit returns a primary's circuit, a new one if it has none. The caller holds k.mu.
func (k *breakers) circuit(p primary) *circuit {
	if c := k.circuits[p]; c != nil {
		return c
	}
	if len(k.circuits) >= maxCircuits {
		for p, c := range k.circuits {
			if c.forgettable() && len(c.waiting) == 0 {
				delete(k.circuits, p)
			}
		}
	}
	c := &circuit{breaker: newBreaker(), primary: p, waiting: map[*call]struct{}{}}
	k.circuits[p] = c
	return c
}

// An outcome is what a text has learned of the primary.
type outcome int

const (
	unknown  outcome = iota // nothing: it was given up, or nobody was asked
	usable                  // it answers
	unusable                // it answers with what cannot be used
	down                    // it does not answer
)

// end ends a call; one that has ended stays so. It returns the breaker's turn, if this is one.
func (k *breakers) end(made *call, what outcome, why failure) turn {
	if made == nil {
		return turn{}
	}
	now := time.Now()
	k.mu.Lock()
	defer k.mu.Unlock()
	if made.ended {
		return turn{}
	}
	made.ended = true
	c := made.circuit
	delete(c.waiting, made)
	switch what {
	case usable:
		return k.become(c, c.succeeded(made.round, now))
	case unusable:
		return k.become(c, c.unusable(made.round, now))
	case down:
		return k.become(c, c.failed(made.round, why, now))
	default:
		return k.become(c, c.abandoned(made.round))
	}
}

// onOpen says what to do when the breaker opens while the call waits for an answer; it is done
// aside, and at once if the breaker has opened before.
func (k *breakers) onOpen(made *call, goOn func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	made.goOn = goOn
	if made.over != nil {
		go goOn()
	}
}

// told returns the turn the breaker has taken while the call waited, if it is for this call to
// tell of it and has not been told yet.
func (k *breakers) told(made *call) turn {
	if made == nil {
		return turn{}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if made.over == nil {
		return turn{}
	}
	t := *made.over
	made.over.kind = ""
	return t
}

// lookAt sees to it that a look is taken at a circuit. The caller holds k.mu.
func (k *breakers) lookAt(c *circuit, at time.Time) {
	if c.look != nil {
		c.look.Stop()
	}
	c.lookAt = at
	c.look = time.AfterFunc(time.Until(at), func() { k.lookIn(c) })
}

// lookIn opens the breaker of a primary that hangs.
func (k *breakers) lookIn(c *circuit) {
	now := time.Now()
	k.mu.Lock()
	defer k.mu.Unlock()
	c.look = nil
	waits := make([]wait, 0, len(c.waiting))
	for made := range c.waiting {
		waits = append(waits, made.wait)
	}
	hangs, at := hanging(waits, c.success, now)
	switch {
	case hangs:
		why := failure{code: 11205, url: repli.SignedURL(c.url), detail: fmt.Sprintf("%d texts waited too long at a time, and none was answered", maxHanging)}
		k.become(c, c.hung(why, now))
	case !at.IsZero():
		k.lookAt(c, at)
	}
}

// become makes a circuit's breaker what it has become. When it opens, the texts that wait are
// handed to the next step, and the first of them, if there is one, gets the turn to tell of it;
// else the caller does. The caller holds k.mu.
func (k *breakers) become(c *circuit, next breaker) turn {
	before := c.breaker
	c.breaker = next
	if before.state == next.state {
		return turn{}
	}
	k.turns.WithLabelValues(string(next.state)).Inc()
	switch {
	case next.state == BreakerClosed:
		delete(k.open, c)
		k.log.Info("a breaker has closed", "host", c.primary.host, "passed", before.passed)
		return turn{kind: repli.BreakerClosed, breaker: before}
	case before.state == BreakerClosed:
		k.open[c] = struct{}{}
		rouse(k.wake)
		opened := turn{kind: repli.BreakerOpened, breaker: next, waited: len(c.waiting)}
		k.log.Warn("a breaker has opened", "host", c.primary.host, "code", next.last.code, "waiting", opened.waited)
		return k.handOver(c, opened)
	case next.state == BreakerOpen: // the probe has failed
		rouse(k.wake)
	}
	return turn{}
}

// handOver hands the texts that wait for a primary to the next step. It returns what is left to
// tell. The caller holds k.mu.
func (k *breakers) handOver(c *circuit, t turn) turn {
	for made := range c.waiting {
		told := t
		made.over = &told
		if made.goOn != nil {
			go made.goOn()
		}
		t.kind = "" // one of them tells
	}
	clear(c.waiting)
	return t
}

// close closes a primary's breaker.
func (k *breakers) close(p primary) turn {
	k.mu.Lock()
	defer k.mu.Unlock()
	c := k.circuits[p]
	if c == nil {
		return turn{}
	}
	return k.become(c, c.breaker.close(time.Now()))
}

// state returns the state of a primary's breaker.
func (k *breakers) state(p primary) BreakerState {
	k.mu.Lock()
	defer k.mu.Unlock()
	if c := k.circuits[p]; c != nil {
		return c.state
	}
	return BreakerClosed
}

// reset closes all breakers. Texts that wait keep waiting.
func (k *breakers) reset() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, c := range k.circuits {
		k.become(c, c.breaker.close(time.Now()))
	}
}

// resetAccount closes the breakers of one account.
func (k *breakers) resetAccount(account repli.SID) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for p, c := range k.circuits {
		if p.account == account {
			k.become(c, c.breaker.close(time.Now()))
		}
	}
}

// countOpen returns how many breakers are not closed.
func (k *breakers) countOpen() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.open)
}
