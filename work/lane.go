// Package work runs due work in worker pools with leases.
//
// Work is a state of a row, so a pool has no queue of its own, only places. [Lane.Commit] makes
// new work durable. As far as places are free, it leases the new rows in the same commit and
// starts them at once from memory; the other rows are committed without a lease. A sweep claims
// work that is due and not leased: after a crash, after an overflow, or for a retry.
//
// Our numbers share the places, so that slow work of one number cannot occupy all of them.
//
// While a lease lasts, no other worker may claim its row. The pool renews leases while the work runs.
// Once a lease has ended, another worker may have claimed the row, so a worker checks
// [Lane.Holds] before any step that cannot be undone.
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

// Config sets up a lane. Zero values stand for the default given.
type Config struct {
	// Work is the context of the running work. When it ends, that work stops and is left for the
	// next start. nil never ends.
	Work context.Context

	Node     string        // the holder named in leases; one name per process
	Places   int           // maximum number of pieces of work at once; 12,000
	Waiting  int           // maximum number of rows of one number that wait for a place; 10,000
	LeaseFor time.Duration // how long a lease lasts unless it is renewed; 60 s
	Sweep    time.Duration // interval between sweeps for unleased work; 1 s
	Retry    time.Duration // how long after a failure work is due again; 5 s
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

// A Kind defines how a lane handles its kind of work.
type Kind[T any] struct {
	Name    string                // for the log
	Key     func(T) repli.SID     // the key of the row
	Lease   func(*T) *repli.Lease // the lease of the row
	Number  func(T) string        // the number of ours that the work belongs to; nil if numbers need not share
	Claim   func(ctx context.Context, lease repli.Lease, now time.Time, limit int, except ...string) ([]T, error)
	Renew   func(ctx context.Context, held []repli.SID, lease repli.Lease) error
	Release func(ctx context.Context, s repli.SID, by string, due time.Time) error
	// Do does one piece of work and commits its result. After an error the work is due again,
	// except that a conflict means that another worker has done it. When ctx ends, Do stops soon
	// and returns an error.
	Do func(ctx context.Context, t T) error
}

// ErrLost is returned by Do when it no longer holds the lease.
var ErrLost = errors.New("work: the lease has ended before the work was done")

// A Lane is a worker pool for one kind of work: it claims rows with leases and runs each piece of
// work concurrently, up to Config.Places.
type Lane[T any] struct {
	kind Kind[T]
	cfg  Config

	wake   chan struct{} // requests a sweep, because a place is free
	idle   chan struct{} // closed when the lane is stopping and all work has ended
	gaveUp atomic.Int64  // pieces of work unfinished when Config.Work ended

	mu       sync.Mutex // guards the fields below
	free     int
	taken    map[string]int // places in use, by number
	waiting  map[string]int // rows committed without a place and not claimed yet, by number
	wanted   bool           // signal wake as soon as a place is free
	stopping bool
	stopped  bool                    // idle has been closed
	held     map[repli.SID]time.Time // end of the lease of each running piece of work
}

// NewLane returns a lane that accepts work at once. [Lane.Run] sweeps and renews leases.
func NewLane[T any](kind Kind[T], cfg Config) *Lane[T] {
	cfg = cfg.withDefaults()
	return &Lane[T]{
		kind: kind, cfg: cfg, free: cfg.Places, held: map[repli.SID]time.Time{},
		taken: map[string]int{}, waiting: map[string]int{},
		wake: make(chan struct{}, 1), idle: make(chan struct{}),
	}
}

// Commit makes new work durable and starts it. It leases as many rows as there are free places
// and calls commit, which must store all rows including their leases. If commit fails, Commit
// returns its error and starts nothing. Otherwise one goroutine runs the leased rows in order,
// and a sweep finds the others.
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

// Pass transfers a piece of work held by this lane to another lane of the same node. If that lane
// has a free place, it continues at once under the same lease; otherwise the lease is released
// and a sweep finds the row. The caller must not continue the work.
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

// begin runs leased rows, whose places are taken, one after the other. It skips a row that is
// already running here because its lease ended before its worker finished.
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

// hold records the end of the lease on a piece of work, and reports whether it was not running
// here before.
func (l *Lane[T]) hold(key repli.SID, lease repli.Lease) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	until, inHand := l.held[key]
	if !inHand || until.Before(lease.Until) {
		l.held[key] = lease.Until
	}
	return !inHand
}

// do does one piece of work. It recovers panics, so that bad input cannot crash the process.
func (l *Lane[T]) do(t T) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return l.kind.Do(l.cfg.Work, t)
}

// finish forgets the lease. If the work is not done, it also releases the lease in the store, so
// that the work is due again: after Config.Retry, or at the next start if Config.Work has ended.
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
	if !ours { // another worker may have claimed it, even one with our name
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

// InHand returns the number of pieces of work in progress.
func (l *Lane[T]) InHand() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.held)
}

// lease returns a lease that begins now. Its end is truncated to microseconds of wall-clock time,
// the precision of the store, because other nodes read it from there.
func (l *Lane[T]) lease() repli.Lease {
	return repli.Lease{By: l.cfg.Node, Until: time.Now().Add(l.cfg.LeaseFor).Truncate(time.Microsecond)}
}
