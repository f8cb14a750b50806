package inbound

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// edits are the numbers, applications and services that were saved, and whose primaries have yet to
// be trusted again.
type edits struct {
	pending atomic.Bool   // some have not been applied, or are being applied
	apply   sync.Mutex    // held while some are applied
	wake    chan struct{} // tells keepApplying that there are some

	mu  sync.Mutex // guards all
	all []store.Written
}

func newEdits() *edits { return &edits{wake: make(chan struct{}, 1)} }

// add enqueues what was written.
func (s *edits) add(w store.Written) {
	if len(w.Numbers)+len(w.Applications)+len(w.Services) == 0 {
		return
	}
	s.mu.Lock()
	s.all = append(s.all, w)
	s.pending.Store(true)
	s.mu.Unlock()
	wake(s.wake)
}

// next returns the oldest edit that has not been applied. When there is none, none is pending any
// more. The caller holds s.apply.
func (s *edits) next() (w store.Written, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.all) == 0 {
		s.pending.Store(false)
		return w, false
	}
	w, s.all = s.all[0], s.all[1:]
	return w, true
}

// hear is told of all that becomes durable. It must not use the store, so that breakers are closed
// later: by catchUp.
func (e *Engine) hear(n store.News) {
	for _, number := range n.Written.Deleted {
		e.standings.forget(number)
	}
	e.edits.add(n.Written)
}

// catchUp brings the breakers up to date with the store and with the configuration that was written.
// It is called before a breaker is asked.
func (e *Engine) catchUp(ctx context.Context) error {
	if err := e.breakers.Load(ctx); err != nil || !e.edits.pending.Load() {
		return err
	}
	e.edits.apply.Lock()
	defer e.edits.apply.Unlock()
	for w, ok := e.edits.next(); ok; w, ok = e.edits.next() {
		if err := e.apply(ctx, w); err != nil {
			e.log.Error("a breaker may not have been closed", "error", err)
		}
	}
	return nil
}

// keepApplying has the breakers closed of primaries that were saved and that nobody asks for. It
// blocks until ctx ends.
func (e *Engine) keepApplying(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-e.edits.wake:
		}
		if err := e.catchUp(ctx); err != nil && ctx.Err() == nil {
			e.log.Error("breakers of what was saved are closed later", "error", err)
		}
	}
}

// apply trusts the primaries of what was saved again: the breaker of each closes, and so does that
// of the primary there was before.
func (e *Engine) apply(ctx context.Context, w store.Written) error {
	var errs []error
	for _, n := range w.Numbers {
		for _, num := range []repli.Number{n.Before, n.After} {
			who, err := e.db.Answering(ctx, num)
			errs = append(errs, err)
			e.trust(num, who.Steps)
		}
	}
	for _, a := range w.Applications {
		numbers, err := e.db.NumbersOf(ctx, a.After.SID)
		errs = append(errs, err)
		for _, num := range numbers {
			e.trust(num, a.Before.Steps)
			e.trust(num, a.After.Steps)
		}
	}
	for _, m := range w.Services {
		numbers, err := e.db.Pool(ctx, m.After.SID)
		errs = append(errs, err)
		for _, num := range numbers {
			e.trust(num, m.Before.Steps)
			who, err := e.db.Answering(ctx, num)
			errs = append(errs, err)
			e.trust(num, who.Steps)
		}
	}
	return errors.Join(errs...)
}

// trust closes the breaker of the primary that steps begin with, in the name of a number it is the
// primary of. Its transition is committed in the background.
func (e *Engine) trust(num repli.Number, steps []repli.Step) {
	if len(steps) == 0 {
		return
	}
	if p, guarded := e.primaryOf(num.Account, steps[0]); guarded {
		e.breakers.Report(e.breakers.Close(p, num.Address))
	}
}
