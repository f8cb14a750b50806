package inbound

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// edits are the numbers, applications and services that were saved, and whose primaries are still
// to be trusted again.
type edits struct {
	any     atomic.Bool   // there are some
	applies sync.Mutex    // held while some are applied
	wake    chan struct{} // tells keepApplying that there are some

	mu  sync.Mutex // guards all
	all []store.Written
}

func newEdits() *edits { return &edits{wake: make(chan struct{}, 1)} }

// add notes what was written.
func (s *edits) add(w store.Written) {
	if len(w.Numbers)+len(w.Applications)+len(w.Services) == 0 {
		return
	}
	s.mu.Lock()
	s.all = append(s.all, w)
	s.mu.Unlock()
	s.any.Store(true)
	rouse(s.wake)
}

// take returns what was noted since it was called last.
func (s *edits) take() []store.Written {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.any.Store(false)
	all := s.all
	s.all = nil
	return all
}

// hear is told of all that becomes durable. It must not use the store, so that breakers are closed
// later: by catchUp.
func (e *Engine) hear(n store.News) {
	for _, number := range n.Written.Deleted {
		e.standings.forget(number)
	}
	e.edits.add(n.Written)
}

// catchUp brings the breakers up to date: with the process before this one, and with the
// configuration that was written. Whoever asks a breaker calls it first.
func (e *Engine) catchUp(ctx context.Context) error {
	if err := e.remember(ctx); err != nil || !e.edits.any.Load() {
		return err
	}
	e.edits.applies.Lock()
	defer e.edits.applies.Unlock()
	for _, w := range e.edits.take() {
		if err := e.apply(ctx, w); err != nil {
			e.log.Error("a breaker may not have been closed, or nobody was told", "error", err)
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
	trust := func(num repli.Number, steps []repli.Step) {
		errs = append(errs, e.trustAndTell(ctx, num, steps))
	}
	for _, n := range w.Numbers {
		for _, num := range []repli.Number{n.Before, n.After} {
			who, err := e.db.Answering(ctx, num)
			errs = append(errs, err)
			trust(num, who.Steps)
		}
	}
	for _, a := range w.Applications {
		numbers, err := e.db.NumbersOf(ctx, a.After.SID)
		errs = append(errs, err)
		for _, num := range numbers {
			trust(num, a.Before.Steps)
			trust(num, a.After.Steps)
		}
	}
	for _, m := range w.Services {
		numbers, err := e.db.Pool(ctx, m.After.SID)
		errs = append(errs, err)
		for _, num := range numbers {
			trust(num, m.Before.Steps)
			who, err := e.db.Answering(ctx, num)
			errs = append(errs, err)
			trust(num, who.Steps)
		}
	}
	return errors.Join(errs...)
}

// trustAndTell closes the breaker of the primary that steps begin with, and tells of it that it is
// the number's.
func (e *Engine) trustAndTell(ctx context.Context, num repli.Number, steps []repli.Step) error {
	if len(steps) == 0 {
		return nil
	}
	p, has := e.primaryOf(num.Account, steps[0])
	if !has {
		return nil
	}
	t := e.breakers.close(p)
	if t.kind == "" {
		return nil
	}
	return e.db.Commit(ctx, repli.Change{Events: []repli.Event{t.event(num, "", time.Now())}})
}
