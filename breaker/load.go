package breaker

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/quote"
)

// Load reads the breakers that the store keeps, once. It must have returned nil before the
// registry is asked for anything else.
func (r *Registry) Load(ctx context.Context) error {
	if r.loaded.Load() {
		return nil
	}
	r.loading.Lock()
	defer r.loading.Unlock()
	if r.loaded.Load() {
		return nil
	}
	all, err := r.cfg.Read(ctx)
	if err != nil {
		return err
	}
	r.restore(all, time.Now())
	r.loaded.Store(true)
	return nil
}

// restore opens the breakers that the store keeps open. The health of their primaries is checked at
// once.
func (r *Registry) restore(all []repli.Breaker, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, kept := range all {
		r.version = max(r.version, kept.Version)
		p, ok := PrimaryAt(kept.Account, kept.Primary)
		if !ok || kept.State == repli.CircuitClosed {
			continue
		}
		c := r.circuit(p, now)
		c.lastText.URL = kept.URL
		c.breaker = breaker{state: repli.CircuitOpen, since: kept.Since, round: 1, lastFailure: kept.Failure, nextCheck: now}
		r.open[c] = struct{}{}
		r.cfg.Log.Warn("a breaker is open, as it was before the start", "host", quote.Place(p.host), "code", kept.Failure.Code)
	}
	wake(r.wake)
}
