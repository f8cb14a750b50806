// Package drill proves that a number's fallback would answer, before an outage asks.
//
// A drill sends one text for each fault along the real way of a text, [inbound.Engine.Rehearse],
// with the fault over the primary, and judges what a texter would have read. A rehearsal asks the
// primary itself, to prove its repair. A schedule does both at a time of day, and coverage says
// of each number how far its fallback can be relied on. Nothing here is ever sent.
package drill

import (
	"context"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/inbound"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/work"
)

// A Config says what the engine works with.
type Config struct {
	DB      *store.DB
	Inbound *inbound.Engine

	// LookUp returns the addresses of a host, to report whether two are the same machine. nil
	// compares names only.
	LookUp func(ctx context.Context, host string) ([]netip.Addr, error)

	// Certificate returns the certificate that is shown at a URL, nil if there is none. nil
	// compares none.
	Certificate func(ctx context.Context, url string) (*x509.Certificate, error)

	BaseURL string        // how the world reaches us, without a slash at the end
	Stale   time.Duration // how long a passed drill counts; [repli.DefaultStale] when zero
	Log     *slog.Logger
}

// An Engine drills and rehearses.
type Engine struct {
	Config

	life   context.Context // of what runs aside
	end    context.CancelFunc
	mu     sync.Mutex // guards what follows
	shares map[repli.SID]*share
	mine   map[repli.SID]bool // drills that this process has begun
	all    sync.WaitGroup
}

// New returns an engine; [Engine.Run] starts it.
func New(cfg Config) *Engine {
	if cfg.Stale == 0 {
		cfg.Stale = repli.DefaultStale
	}
	if cfg.LookUp == nil {
		cfg.LookUp = func(context.Context, string) ([]netip.Addr, error) { return nil, nil }
	}
	if cfg.Certificate == nil {
		cfg.Certificate = func(context.Context, string) (*x509.Certificate, error) { return nil, nil }
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	e := &Engine{Config: cfg, shares: map[repli.SID]*share{}, mine: map[repli.SID]bool{}}
	e.life, e.end = context.WithCancel(context.Background())
	return e
}

// Run closes the drills that an earlier process left running, and then drills and rehearses on
// schedule until ctx ends. A drill that runs then is kept as interrupted.
func (e *Engine) Run(ctx context.Context) error {
	defer func() {
		e.mu.Lock()
		e.end()
		e.mu.Unlock()
		e.all.Wait()
	}()
	if err := e.closeOld(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	var own sync.WaitGroup
	own.Go(func() { e.keepSchedules(ctx) })
	own.Go(func() { e.rehearseOutages(ctx) })
	own.Wait()
	return nil
}

// own notes whether a drill is one of this process.
func (e *Engine) own(drill repli.SID, is bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if is {
		e.mine[drill] = true
	} else {
		delete(e.mine, drill)
	}
}

// commit makes a change durable, also when ctx has ended. While the store cannot be written to,
// it tries again until then.
func (e *Engine) commit(ctx context.Context, c repli.Change) error {
	return work.Insist(ctx, func() error { return e.DB.Commit(context.WithoutCancel(ctx), c) })
}

// closeOld ends the drills that were running when the server did.
func (e *Engine) closeOld(ctx context.Context) error {
	old, err := e.DB.RunningDrills(ctx)
	e.mu.Lock()
	old = slices.DeleteFunc(old, func(d repli.Drill) bool { return e.mine[d.SID] })
	e.mu.Unlock()
	if err != nil || len(old) == 0 {
		return err
	}
	for i := range old {
		interrupt(&old[i], repli.ServerDied, time.Now())
	}
	return e.commit(ctx, repli.Change{Drills: old})
}

// interrupt ends a drill that was not finished.
func interrupt(d *repli.Drill, why repli.Cut, at time.Time) {
	d.Status, d.Ended, d.Cut = repli.DrillInterrupted, at, why
	d.Reason = fmt.Sprintf(cuts()[why], d.Number)
}

// cuts says why a drill of a number shows nothing.
func cuts() map[repli.Cut]string {
	const again = " before the drill of %s was over, so it shows nothing. Drill again."
	return map[repli.Cut]string{
		repli.ServerStopped: "The server stopped" + again,
		repli.ServerDied:    "The server was killed or failed" + again,
		repli.StoreFailed:   "The store could not be read" + again + " The log says more.",
		repli.NumberDeleted: "%s was deleted before its drill was over, so it shows nothing.",
	}
}
