package breaker

import (
	"cmp"
	"container/list"
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/quote"
)

// Config configures a registry.
type Config struct {
	Log         *slog.Logger
	Transitions *prometheus.CounterVec // by the state that breakers come to

	// Read returns the breakers that the store keeps.
	Read func(context.Context) ([]repli.Breaker, error)

	// Check connects to where a URL would be asked, and returns nil if that is possible. With
	// webhook.ErrStarved in the chain of the error it shows nothing about the primary.
	Check func(ctx context.Context, url string) error

	// Report has a Change committed later. It must not block.
	Report func(repli.Change)
}

// A Registry holds the breakers of all primaries. [Registry.Load] reads those that were open when
// the server stopped; [Registry.Run] checks the health of primaries that are down.
type Registry struct {
	cfg     Config
	wake    chan struct{} // a health check is due earlier than Run knows
	loaded  atomic.Bool
	loading sync.Mutex

	mu       sync.Mutex
	circuits map[Primary]*circuit
	byUse    *list.List            // all circuits, the one used last in front
	open     map[*circuit]struct{} // those that are open or half-open
	calls    uint64                // how many have begun
	version  int64                 // of the last transition
}

// New returns a registry in which every breaker is closed.
func New(cfg Config) *Registry {
	return &Registry{
		cfg: cfg, wake: make(chan struct{}, 1),
		circuits: map[Primary]*circuit{}, byUse: list.New(), open: map[*circuit]struct{}{},
	}
}

// A Bypass says why a text does not ask the primary.
type Bypass struct {
	Since   time.Time // when the breaker opened
	Failure repli.HandlerFailure
}

// Begin admits a text to a primary, or sends it past it: then there is no call, and the Bypass says
// why. A text that has waited for the timeout without an answer counts as hanging.
func (r *Registry) Begin(p Primary, t Text, timeout time.Duration) (*Call, Bypass) {
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.circuit(p, now)
	c.lastText, c.used = t, now
	var to admission
	if c.breaker, to = c.admit(); to == toNextStep {
		return nil, Bypass{c.since, c.lastFailure}
	}
	r.calls++
	call := &Call{registry: r, circuit: c, text: t, wait: wait{now, timeout}, place: r.calls, round: c.round, probes: to == asProbe}
	if to == toPrimary {
		c.waiting[call] = struct{}{}
		if at := now.Add(timeout); len(c.waiting) >= maxHanging && (c.hangCheck == nil || at.Before(c.hangCheckAt)) {
			r.scheduleHangCheck(c, at)
		}
	}
	return call, Bypass{}
}

// end is [Call.End] of a call that has not ended before. The caller holds r.mu.
func (r *Registry) end(call *Call, result Result, why repli.HandlerFailure) *Transition {
	c, now := call.circuit, time.Now()
	delete(c.waiting, call)
	next := c.breaker
	switch result {
	case Usable:
		next = next.succeeded(call.round, now)
	case Unusable:
		next = next.unusable(call.round, now)
	case Down:
		next = next.failed(call.round, why, now)
	case Unknown:
		next = next.abandoned(call.round)
	}
	return r.setBreaker(c, next, call.text)
}

// setBreaker installs next as c's breaker. If it opens, the waiting texts go to the next step. It
// returns the transition, which the caller must have reported, or nil if the breaker has neither
// opened nor closed. The caller holds r.mu.
func (r *Registry) setBreaker(c *circuit, next breaker, by Text) *Transition {
	before := c.breaker
	c.breaker = next
	if before.state == next.state {
		return nil
	}
	r.cfg.Transitions.WithLabelValues(string(next.state)).Inc()
	switch {
	case next.state == repli.CircuitClosed:
		delete(r.open, c)
		r.cfg.Log.Info("a breaker has closed", "host", quote.Place(c.primary.host), "bypassed", before.bypassed)
		return &Transition{r.kept(c), closed(c.primary, before, by)}
	case before.state == repli.CircuitClosed:
		r.open[c] = struct{}{}
		waiting := len(c.waiting)
		r.cfg.Log.Warn("a breaker has opened", "host", quote.Place(c.primary.host), "code", next.lastFailure.Code, "waiting", waiting)
		c.handOn()
		wake(r.wake)
		return &Transition{r.kept(c), opened(c.primary, next, by, waiting)}
	case next.state == repli.CircuitOpen: // the probe has failed
		wake(r.wake)
	}
	return nil
}

// handOn sends the waiting texts to the next step. The caller holds the registry's lock.
func (c *circuit) handOn() {
	for call := range c.waiting {
		call.handedOn = true
		if call.onOpen != nil {
			go call.onOpen(c.lastFailure)
		}
	}
	clear(c.waiting)
}

// kept returns the next version of a circuit's breaker as the store is to keep it. The caller holds
// r.mu.
func (r *Registry) kept(c *circuit) repli.Breaker {
	r.version++
	return repli.Breaker{
		Account: c.primary.account, Primary: c.primary.String(), State: c.state, Since: c.since,
		Failure: c.lastFailure, URL: c.lastText.URL, Version: r.version,
	}
}

// Close closes a primary's breaker because it is trusted again as the primary of a number; "" is the
// number whose text met the breaker last. It returns the transition, which the caller must have
// reported, or nil if the breaker is closed already.
func (r *Registry) Close(p Primary, number string) *Transition {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.circuits[p]
	if c == nil {
		return nil
	}
	return r.setBreaker(c, c.close(time.Now()), Text{Number: cmp.Or(number, c.lastText.Number)})
}

// Report has the Change of a transition committed on its own, because the text that should have
// committed it cannot. Nil is no transition.
func (r *Registry) Report(t *Transition) {
	if t != nil {
		r.cfg.Report(t.Change())
	}
}

// State returns the state of a primary's breaker.
func (r *Registry) State(p Primary) repli.CircuitState {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c := r.circuits[p]; c != nil {
		return c.state
	}
	return repli.CircuitClosed
}

// Reset closes all breakers, after the store has forgotten them. Waiting texts keep waiting.
func (r *Registry) Reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.circuits {
		r.setBreaker(c, c.close(time.Now()), Text{})
	}
}

// ResetAccount is [Registry.Reset] for the breakers of one account.
func (r *Registry) ResetAccount(account repli.SID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for p, c := range r.circuits {
		if p.account == account {
			r.setBreaker(c, c.close(time.Now()), Text{})
		}
	}
}

// CountOpen returns how many breakers are open or half-open.
func (r *Registry) CountOpen() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.open)
}

// wake wakes a goroutine that waits for a time, because there is an earlier one.
func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
