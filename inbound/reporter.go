package inbound

import (
	"context"
	"errors"
	"log/slog"
	"sync"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/work"
)

// A reporter commits Changes that no text could take with it: events of texts that were given up,
// and state that changed without a text.
type reporter struct {
	commit func(context.Context, repli.Change) error
	log    *slog.Logger
	wake   chan struct{} // something is pending

	mu      sync.Mutex
	pending []repli.Change
}

// report enqueues a Change. It does not block.
func (r *reporter) report(c repli.Change) {
	r.mu.Lock()
	r.pending = append(r.pending, c)
	r.mu.Unlock()
	wake(r.wake)
}

// run commits what is enqueued until ctx has ended.
func (r *reporter) run(ctx context.Context) {
	for {
		select {
		case <-r.wake:
			r.flush(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// flush commits what is enqueued now, waiting for a store that cannot be written to until ctx has
// ended.
func (r *reporter) flush(ctx context.Context) {
	r.mu.Lock()
	pending := r.pending
	r.pending = nil
	r.mu.Unlock()
	for i, c := range pending {
		err := work.Insist(ctx, func() error { return r.commit(context.WithoutCancel(ctx), c) })
		switch {
		case err == nil, errors.Is(err, store.ErrConflict): // it has been committed before, with a text
		case ctx.Err() != nil:
			r.mu.Lock()
			r.pending = append(pending[i:len(pending):len(pending)], r.pending...)
			r.mu.Unlock()
			return
		default:
			r.log.Error("a change is lost", "events", len(c.Events), "breakers", len(c.Breakers), "error", err)
		}
	}
}

// wake wakes a goroutine that waits for work.
func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
