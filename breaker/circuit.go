package breaker

import (
	"container/list"
	"time"
)

// A circuit is a primary with its breaker and the calls that wait for an answer. The registry's
// lock guards it.
type circuit struct {
	breaker
	primary     Primary
	lastText    Text
	used        time.Time     // when lastText came
	place       *list.Element // in the registry's list by use
	waiting     map[*Call]struct{}
	hangCheck   *time.Timer // nil when no check is scheduled
	hangCheckAt time.Time
}

// isIdle reports whether nothing is lost when the circuit is evicted.
func (c *circuit) isIdle(now time.Time) bool { return len(c.waiting) == 0 && c.isHealthy(now) }

// longestWaiting returns the call that has waited longest, nil if none waits.
func (c *circuit) longestWaiting() *Call {
	var first *Call
	for call := range c.waiting {
		if first == nil || call.place < first.place {
			first = call
		}
	}
	return first
}

// waits returns the waits of all calls.
func (c *circuit) waits() []wait {
	all := make([]wait, 0, len(c.waiting))
	for call := range c.waiting {
		all = append(all, call.wait)
	}
	return all
}

// maxCircuits is the number of circuits at which idle ones are evicted.
const maxCircuits = 10_000

// evictionTries is how many of the circuits that were not used for longest are looked at to find an
// idle one. If none of them is, the registry grows beyond maxCircuits.
const evictionTries = 8

// circuit returns a primary's circuit, a new one if it has none. The caller holds r.mu.
func (r *Registry) circuit(p Primary, now time.Time) *circuit {
	if c := r.circuits[p]; c != nil {
		r.byUse.MoveToFront(c.place)
		return c
	}
	if len(r.circuits) >= maxCircuits {
		r.evict(now)
	}
	c := &circuit{breaker: newBreaker(), primary: p, used: now, waiting: map[*Call]struct{}{}}
	c.place = r.byUse.PushFront(c)
	r.circuits[p] = c
	return c
}

// evict removes one idle circuit, of those that were not used for longest. It takes the same time
// however many circuits there are. The caller holds r.mu.
func (r *Registry) evict(now time.Time) {
	for range evictionTries {
		c, _ := r.byUse.Back().Value.(*circuit)
		if c.isIdle(now) {
			r.byUse.Remove(c.place)
			delete(r.circuits, c.primary)
			return
		}
		r.byUse.MoveToFront(c.place)
	}
}
