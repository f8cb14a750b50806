// Package work hands due work to workers.
//
// Work is a state of a row, so a lane keeps no queue: it has places. Whoever is about to
// commit new work reserves a place, commits the row with the lease that comes with it, and
// hands the work over from memory. Without a free place the row is committed unleased. A
// sweeper claims whatever is due and unleased: after a crash, an overflow, or for a retry.
package work

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// Config sets up a lane. Zero values stand for the defaults named.
type Config struct {
	// Work is the context of the work in hand. When it ends, that work gives up and is left
	// for the next start. nil never ends.
	Work context.Context

	Node     string        // who holds the leases; one name a process
	Places   int           // pieces of work in hand at once; 12,000
	LeaseFor time.Duration // how long a lease lasts before it is renewed; 60 s
	Sweep    time.Duration // how often to look for work nobody holds; 1 s
	Retry    time.Duration // when work that failed is due again; 5 s
	Log      *slog.Logger
}

func (c Config) withDefaults() Config {
	if c.Work == nil {
		c.Work = context.Background()
	}
	if c.Node == "" {
		c.Node = "repli"
	}
	if c.Places == 0 {
		c.Places = 12_000
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	for _, d := range []struct {
		set   *time.Duration
		value time.Duration
	}{{&c.LeaseFor, time.Minute}, {&c.Sweep, time.Second}, {&c.Retry, 5 * time.Second}} {
		if *d.set == 0 {
			*d.set = d.value
		}
	}
	return c
}

// A Kind says what a lane has to know about its work.
type Kind[T any] struct {
	Name    string // for the log
	Key     func(T) repli.SID
	Claim   func(ctx context.Context, lease repli.Lease, now time.Time, limit int) ([]T, error)
	Renew   func(ctx context.Context, held []repli.SID, lease repli.Lease) error
	Release func(ctx context.Context, s repli.SID, by string, due time.Time) error
	// Do does one piece of work and commits what comes of it. After an error the work is
	// due again; a conflict means that somebody else has done it.
	Do func(ctx context.Context, t T) error
}

// A Lane runs work of one kind, each piece in a goroutine of its own.
type Lane[T any] struct {
	kind Kind[T]
	cfg  Config

	wake chan struct{} // a place is free and work was turned away
	idle chan struct{} // closed when the lane is stopping and every place is free

	mu         sync.Mutex
	free       int
	turnedAway bool
	stopping   bool
	held       map[repli.SID]time.Time // when each lease ends
}

// NewLane returns a lane that takes work at once; [Lane.Run] sweeps and renews.
func NewLane[T any](kind Kind[T], cfg Config) *Lane[T] {
	cfg = cfg.withDefaults()
	return &Lane[T]{
		kind: kind, cfg: cfg, free: cfg.Places, held: map[repli.SID]time.Time{},
		wake: make(chan struct{}, 1), idle: make(chan struct{}),
	}
}

// Reserve takes a place for work that is about to be committed, and returns the lease to
// commit it with. It must be followed by Hand or Cancel. Without a free place it returns
// false and no lease; the sweeper will find the work.
func (l *Lane[T]) Reserve() (repli.Lease, bool) {
	if l.take(1) == 0 {
		return repli.Lease{}, false
	}
	return l.lease(), true
}

// Cancel gives a reserved place back.
func (l *Lane[T]) Cancel() { l.put(1) }

// Hand starts work whose place was reserved and whose row is committed with the lease.
func (l *Lane[T]) Hand(t T, lease repli.Lease) {
	key := l.kind.Key(t)
	l.mu.Lock()
	l.held[key] = lease.Until
	l.mu.Unlock()
	go func() { l.finish(key, l.do(t)) }()
}

// do does one piece of work. Outside data must never bring the process down with it.
func (l *Lane[T]) do(t T) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return l.kind.Do(l.cfg.Work, t)
}

// finish ends the lease in memory, and after an error in the store too, so that the work is
// taken up again soon.
func (l *Lane[T]) finish(key repli.SID, err error) {
	l.mu.Lock()
	delete(l.held, key)
	l.mu.Unlock()
	defer l.put(1)
	if err == nil || errors.Is(err, store.ErrConflict) {
		return
	}
	l.cfg.Log.Error("work failed and will be tried again", "lane", l.kind.Name, "message", string(key), "error", err)
	ctx := context.WithoutCancel(l.cfg.Work)
	if err := l.kind.Release(ctx, key, l.cfg.Node, time.Now().Add(l.cfg.Retry)); err != nil {
		l.cfg.Log.Error("work stays leased until its lease ends", "lane", l.kind.Name, "message", string(key), "error", err)
	}
}

// Holds tells whether this lane still holds the lease on a piece of work. A worker asks
// before it does what cannot be taken back.
func (l *Lane[T]) Holds(key repli.SID) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Now().Before(l.held[key])
}

// InHand returns how many places are taken.
func (l *Lane[T]) InHand() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cfg.Places - l.free
}

func (l *Lane[T]) lease() repli.Lease {
	return repli.Lease{By: l.cfg.Node, Until: time.Now().Add(l.cfg.LeaseFor)}
}

// take takes up to n places and returns how many.
func (l *Lane[T]) take(n int) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopping {
		return 0
	}
	if n > l.free {
		n, l.turnedAway = l.free, true
	}
	l.free -= n
	return n
}

// put gives n places back, and wakes the sweeper when work was turned away for lack of them.
func (l *Lane[T]) put(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.free += n
	switch {
	case n == 0:
	case l.stopping && l.free == l.cfg.Places:
		close(l.idle)
	case l.turnedAway && !l.stopping:
		select {
		case l.wake <- struct{}{}:
		default:
		}
	}
}
