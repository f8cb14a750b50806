// Package work hands due work to workers.
//
// Work is a state of a row, so a lane keeps no queue: it has places. [Lane.Commit] makes new
// work durable, leased from birth as far as there are places, and starts it from memory. Work
// without a place is committed unleased. A sweeper claims whatever is due and unleased: after
// a crash, an overflow, or for a retry.
//
// Our numbers share the places: one whose work does not end cannot have them all.
//
// While a lease lasts nobody else may claim its row. It is renewed while the work runs; a
// lease that has ended is lost, because somebody else may have the work by then. A worker
// asks [Lane.Holds] before it does what cannot be taken back.
package work

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
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
	Waiting  int           // pieces of work of one number that may wait for a place; 10,000
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
	if c.Waiting == 0 {
		c.Waiting = 10_000
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
	Name    string                // for the log
	Key     func(T) repli.SID     // what the row is called
	Lease   func(*T) *repli.Lease // where the row says who holds it
	Number  func(T) string        // which of our numbers it is for; nil when they need not share
	Claim   func(ctx context.Context, lease repli.Lease, now time.Time, limit int, except ...string) ([]T, error)
	Renew   func(ctx context.Context, held []repli.SID, lease repli.Lease) error
	Release func(ctx context.Context, s repli.SID, by string, due time.Time) error
	// Do does one piece of work and commits what comes of it. After an error the work is
	// due again; a conflict means that somebody else has done it. When ctx ends, Do gives
	// up soon and returns an error.
	Do func(ctx context.Context, t T) error
}

// ErrLost is what Do returns when it no longer holds the lease.
var ErrLost = errors.New("work: the lease has ended before the work was done")

// A Lane runs work of one kind, one piece beside the other.
type Lane[T any] struct {
	kind Kind[T]
	cfg  Config

	wake   chan struct{} // there may be work for a free place
	idle   chan struct{} // closed when the lane is stopping and every place is free
	gaveUp atomic.Int64  // pieces of work not done when Config.Work ended

	mu       sync.Mutex // guards what follows
	free     int
	taken    map[string]int // places, by number
	waiting  map[string]int // committed without a place and not claimed yet, by number
	wanted   bool           // wake is to be told when a place is free
	stopping bool
	stopped  bool                    // idle is closed
	held     map[repli.SID]time.Time // when each lease ends
}

// NewLane returns a lane that takes work at once; [Lane.Run] sweeps and renews.
func NewLane[T any](kind Kind[T], cfg Config) *Lane[T] {
	cfg = cfg.withDefaults()
	return &Lane[T]{
		kind: kind, cfg: cfg, free: cfg.Places, held: map[repli.SID]time.Time{},
		taken: map[string]int{}, waiting: map[string]int{},
		wake: make(chan struct{}, 1), idle: make(chan struct{}),
	}
}

// Commit makes new work durable and sets about it. It leases as many of the rows as there are
// free places and calls commit, which must make all of them durable as they are by then. When
// commit fails, so does Commit, and no work is begun. Otherwise the leased rows are begun at
// once, one after the other in their order, and the sweeper will find the others.
func (l *Lane[T]) Commit(rows []*T, commit func() error) error {
	leased := rows[:l.takeFor(rows)]
	lease := l.lease()
	for _, t := range leased {
		*l.kind.Lease(t) = lease
	}
	if err := commit(); err != nil {
		for _, t := range leased {
			*l.kind.Lease(t) = repli.Lease{}
		}
		l.leave(leased...)
		return err
	}
	l.begin(lease, leased...)
	l.await(rows[len(leased):])
	return nil
}

// Pass hands a piece of work that this lane holds over to another lane of the same node, which goes
// on under the same lease at once, or as soon as it has a place. Whoever passes it is done with it.
func (l *Lane[T]) Pass(ctx context.Context, t T, to *Lane[T]) error {
	key := l.kind.Key(t)
	l.mu.Lock()
	until := l.held[key]
	l.mu.Unlock()
	if !time.Now().Before(until) {
		return ErrLost
	}
	lease := repli.Lease{By: l.cfg.Node, Until: until}
	*l.kind.Lease(&t) = lease
	if to.takeFor([]*T{&t}) == 1 {
		to.begin(lease, &t)
		return nil
	}
	if err := l.kind.Release(context.WithoutCancel(ctx), key, l.cfg.Node, time.Now()); err != nil {
		return err
	}
	to.await([]*T{&t})
	return nil
}

// begin does leased rows, which have their places, one after the other. Work that is in hand
// here already, because its lease had ended before its worker was done, goes on there.
func (l *Lane[T]) begin(lease repli.Lease, rows ...*T) {
	ours := make([]T, 0, len(rows))
	for _, t := range rows {
		if l.hold(l.kind.Key(*t), lease) {
			ours = append(ours, *t)
		} else {
			l.leave(t)
		}
	}
	if len(ours) == 0 {
		return
	}
	go func() {
		for _, t := range ours {
			l.finish(t, l.do(t))
		}
	}()
}

// hold notes when the lease on a piece of work ends, and reports whether the work is new here.
func (l *Lane[T]) hold(key repli.SID, lease repli.Lease) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	until, inHand := l.held[key]
	if !inHand || until.Before(lease.Until) {
		l.held[key] = lease.Until
	}
	return !inHand
}

// do does one piece of work. Outside data must never bring the process down with it.
func (l *Lane[T]) do(t T) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return l.kind.Do(l.cfg.Work, t)
}

// finish ends the lease in memory, and when the work is not done in the store too, so that it
// is taken up again soon: after a pause, or at the next start when the worker gave up.
func (l *Lane[T]) finish(t T, err error) {
	defer l.leave(&t)
	key := l.kind.Key(t)
	l.mu.Lock()
	ours := time.Now().Before(l.held[key])
	delete(l.held, key)
	l.mu.Unlock()
	if err == nil || errors.Is(err, store.ErrConflict) {
		return
	}
	due := time.Now()
	if l.cfg.Work.Err() != nil {
		l.gaveUp.Add(1)
	} else {
		due = due.Add(l.cfg.Retry)
		l.complain("work failed and will be tried again", err, "work", string(key))
	}
	if !ours { // it may be somebody else's by now, also under our own name
		return
	}
	if err := l.kind.Release(context.WithoutCancel(l.cfg.Work), key, l.cfg.Node, due); err != nil {
		l.complain("work stays leased until its lease ends", err, "work", string(key))
	}
}

// Holds reports whether this lane holds the lease on a piece of work.
func (l *Lane[T]) Holds(key repli.SID) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Now().Before(l.held[key])
}

// InHand returns how many pieces of work are being done.
func (l *Lane[T]) InHand() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.held)
}

// lease returns a lease that begins now. Other nodes read its end from the store, so it is cut
// to what the store keeps: microseconds of the wall clock.
func (l *Lane[T]) lease() repli.Lease {
	return repli.Lease{By: l.cfg.Node, Until: time.Now().Add(l.cfg.LeaseFor).Truncate(time.Microsecond)}
}
