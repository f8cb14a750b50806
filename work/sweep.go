package work

import (
	"context"
	"slices"
	"time"

	"github.com/repli-sms/repli"
)

// claimAtOnce is how many rows one claim or one renewal touches at most, so that neither
// holds up the store's writer.
const claimAtOnce = 500

// Run claims due work and renews leases. It blocks until ctx has ended and the work in hand
// is done, or has given up because Config.Work has ended: the log then says how much is left.
// It always returns nil.
func (l *Lane[T]) Run(ctx context.Context) error {
	renew := time.NewTicker(l.cfg.LeaseFor / 3)
	defer renew.Stop()
	l.serve(ctx, renew.C)
	l.stop()
	for {
		select {
		case <-renew.C:
			l.renew(context.WithoutCancel(ctx))
		case <-l.idle:
			l.handOver()
			return nil
		}
	}
}

// serve sweeps and renews until ctx ends.
func (l *Lane[T]) serve(ctx context.Context, renew <-chan time.Time) {
	sweep := time.NewTicker(l.cfg.Sweep)
	defer sweep.Stop()
	l.sweep(ctx)
	for {
		select {
		case <-ctx.Done():
			return
		case <-sweep.C:
			l.sweep(ctx)
		case <-l.wake:
			l.sweep(ctx)
		case <-renew:
			l.renew(ctx)
		}
	}
}

// sweep claims due work for the free places, one claim's worth. When there may be more it
// comes back, so that renewals have their turn in between.
func (l *Lane[T]) sweep(ctx context.Context) {
	n, full := l.reserve()
	if n == 0 {
		l.want()
		return
	}
	lease := l.lease()
	claimed, err := l.kind.Claim(ctx, lease, time.Now(), n, full...)
	if err != nil {
		l.unreserve(n)
		if ctx.Err() == nil {
			l.complain("cannot claim work", err)
		}
		return
	}
	l.claimed(claimed, n, full)
	for i := range claimed {
		l.begin(lease, &claimed[i])
	}
	if len(claimed) == n {
		l.want()
	}
}

// renew moves the end of every lease that has used up a third of its time. A lease that has
// ended meanwhile is not ours to move: somebody else may hold the work.
func (l *Lane[T]) renew(ctx context.Context) {
	for keys := range slices.Chunk(l.aging(time.Now()), claimAtOnce) {
		lease := l.lease()
		if err := l.kind.Renew(ctx, keys, lease); err != nil {
			l.complain("cannot renew leases", err)
			return
		}
		l.extend(keys, lease.Until, time.Now())
	}
}

// aging returns what is held on a lease that has used up a third of its time, but not all.
func (l *Lane[T]) aging(now time.Time) []repli.SID {
	third := now.Add(l.cfg.LeaseFor * 2 / 3)
	l.mu.Lock()
	defer l.mu.Unlock()
	var keys []repli.SID
	for key, until := range l.held {
		if now.Before(until) && until.Before(third) {
			keys = append(keys, key)
		}
	}
	return keys
}

// extend notes that leases were renewed, those of them that had not ended by the time now.
func (l *Lane[T]) extend(keys []repli.SID, until, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, key := range keys {
		if now.Before(l.held[key]) {
			l.held[key] = until
		}
	}
}

// handOver tells the log how much work was given up. That is no failure: the rows say what is
// left to do.
func (l *Lane[T]) handOver() {
	if n := l.gaveUp.Load(); n > 0 {
		l.cfg.Log.Warn("work that was not done in time is left for the next start", "lane", l.kind.Name, "left", n)
	}
}

// complain logs what went wrong. Of a store that cannot be written to just now it says nothing,
// because the store says so itself, once.
func (l *Lane[T]) complain(what string, err error, about ...any) {
	if !passing(err) {
		l.cfg.Log.Error(what, append(about, "lane", l.kind.Name, "error", err)...)
	}
}
