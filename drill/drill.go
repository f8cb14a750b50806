// Package drill proves that a number's fallback would answer, before an outage does.
//
// A drill sends one text for each fault through the same code as a real text,
// [inbound.Engine.Rehearse], with the fault simulated at the primary, and judges what a texter
// would have received. A rehearsal calls the primary itself, to prove that it is repaired. A
// schedule runs both at a time of day, and coverage grades how well each fallback is proven.
// Nothing is ever sent to a phone.
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

// A Config holds what the engine depends on.
type Config struct {
	DB      *store.DB
	Inbound *inbound.Engine

	// LookUp resolves a host, to detect hosts on the same machine. If nil, only names are
	// compared.
	LookUp func(ctx context.Context, host string) ([]netip.Addr, error)

	// Certificate returns the TLS certificate served at a URL, nil if there is none. If nil,
	// certificates are not compared.
	Certificate func(ctx context.Context, url string) (*x509.Certificate, error)

	BaseURL string        // the public URL, without a trailing slash
	Stale   time.Duration // how long a passed drill counts; [repli.DefaultStale] when zero
	Log     *slog.Logger
}

// An Engine drills and rehearses.
type Engine struct {
	Config

	life   context.Context // the context of background work
	end    context.CancelFunc
	mu     sync.Mutex // guards the fields below
	shares map[repli.SID]*share
	mine   map[repli.SID]bool // drills started by this process
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

// Run closes the drills that an earlier process left running, and then runs drills and rehearsals
// on schedule until ctx ends. It interrupts the drills that run then.
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

// own records whether a drill belongs to this process.
func (e *Engine) own(drill repli.SID, is bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if is {
		e.mine[drill] = true
	} else {
		delete(e.mine, drill)
	}
}

// commit makes a change durable even if ctx has ended. While the store is unavailable, it retries
// until ctx ends.
func (e *Engine) commit(ctx context.Context, c repli.Change) error {
	return work.Insist(ctx, func() error { return e.DB.Commit(context.WithoutCancel(ctx), c) })
}

// closeOld interrupts the drills that an earlier process left running.
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

// interrupt marks a drill as interrupted.
func interrupt(d *repli.Drill, why repli.Cut, at time.Time) {
	d.Status, d.Ended, d.Cut = repli.DrillInterrupted, at, why
	d.Reason = fmt.Sprintf(cuts()[why], d.Number)
}

// cuts returns the sentence for each reason why a drill was interrupted.
func cuts() map[repli.Cut]string {
	const again = " before the drill of %s was over, so it proves nothing. Drill again."
	return map[repli.Cut]string{
		repli.ServerStopped: "The server stopped" + again,
		repli.ServerDied:    "The server was killed or failed" + again,
		repli.StoreFailed:   "The store could not be read" + again + " See the log.",
		repli.NumberDeleted: "%s was deleted before its drill was over, so it proves nothing.",
	}
}
