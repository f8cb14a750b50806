package work

import (
	"context"
	"slices"
	"time"

	"github.com/repli-sms/repli"
)

// claimAtOnce is the maximum number of rows in one claim or one renewal, so that neither blocks
// the store's writer for long.
const claimAtOnce = 500

// Run claims due work and renews leases. It blocks until ctx has ended and the running work is
// done, or has stopped because Config.Work has ended; then it logs how much work is left. It
// always returns nil.
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

// sweep claims due work once, as much as fits into the free places. If there may be more, it
// requests another sweep, so that renewals can run in between.
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

// renew extends every lease that has used up a third of its time. It skips leases that have
// ended, because another worker may have claimed the row.
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

// aging returns the work whose lease has used up a third of its time but has not ended.
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

// extend records renewed leases, except those that had ended by now.
func (l *Lane[T]) extend(keys []repli.SID, until, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, key := range keys {
		if now.Before(l.held[key]) {
			l.held[key] = until
		}
	}
}

// handOver logs how much work was left unfinished. That is no failure: the rows say what is left
// to do.
func (l *Lane[T]) handOver() {
	if n := l.gaveUp.Load(); n > 0 {
		l.cfg.Log.Warn("work that was not done in time is left for the next start", "lane", l.kind.Name, "left", n)
	}
}

// complain logs an error, unless the store is temporarily unavailable, which the store logs
// itself.
func (l *Lane[T]) complain(message string, err error, about ...any) {
	if !passing(err) {
		l.cfg.Log.Error(message, append(about, "lane", l.kind.Name, "error", err)...)
	}
}
