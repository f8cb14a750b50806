package work

import (
	"context"
	"fmt"
	"time"

	"github.com/repli-sms/repli"
)

// claimAtOnce is how many rows one claim or one renewal touches at most, so that neither
// holds up the store's writer.
const claimAtOnce = 500

// Run claims due work and renews leases. It blocks until ctx has ended and the work in hand
// is done or has given up.
func (l *Lane[T]) Run(ctx context.Context) error {
	sweep := time.NewTicker(l.cfg.Sweep)
	defer sweep.Stop()
	renew := time.NewTicker(l.cfg.LeaseFor / 3)
	defer renew.Stop()
	l.sweep(ctx)
	for {
		select {
		case <-ctx.Done():
			return l.drain(context.WithoutCancel(ctx), renew.C)
		case <-sweep.C:
			l.sweep(ctx)
		case <-l.wake:
			l.sweep(ctx)
		case <-renew.C:
			l.renew(ctx)
		}
	}
}

// sweep hands out due work until there is none left or every place is taken.
func (l *Lane[T]) sweep(ctx context.Context) {
	l.mu.Lock()
	l.turnedAway = false
	l.mu.Unlock()
	for ctx.Err() == nil {
		n := l.take(claimAtOnce)
		if n == 0 {
			return
		}
		lease := l.lease()
		claimed, err := l.kind.Claim(ctx, lease, time.Now(), n)
		if err != nil {
			l.put(n)
			l.cfg.Log.Error("cannot claim work", "lane", l.kind.Name, "error", err)
			return
		}
		for _, t := range claimed {
			l.Hand(t, lease)
		}
		l.put(n - len(claimed))
		if len(claimed) < n {
			return
		}
	}
}

// renew moves the end of every lease that has used up a third of its time.
func (l *Lane[T]) renew(ctx context.Context) {
	lease := l.lease()
	soon := lease.Until.Add(-l.cfg.LeaseFor / 3)
	var old []repli.SID
	l.mu.Lock()
	for key, until := range l.held {
		if until.Before(soon) {
			old = append(old, key)
		}
	}
	l.mu.Unlock()
	for len(old) > 0 {
		n := min(len(old), claimAtOnce)
		if err := l.kind.Renew(ctx, old[:n], lease); err != nil {
			l.cfg.Log.Error("cannot renew leases", "lane", l.kind.Name, "error", err)
			return
		}
		l.mu.Lock()
		for _, key := range old[:n] {
			if _, still := l.held[key]; still {
				l.held[key] = lease.Until
			}
		}
		l.mu.Unlock()
		old = old[n:]
	}
}

// drain takes no more work and waits for what is in hand.
func (l *Lane[T]) drain(ctx context.Context, renew <-chan time.Time) error {
	l.mu.Lock()
	l.stopping = true
	if l.free == l.cfg.Places {
		close(l.idle)
	}
	l.mu.Unlock()
	for {
		select {
		case <-l.idle:
			return nil
		case <-renew:
			l.renew(ctx)
		case <-l.cfg.Work.Done():
			left := l.InHand()
			<-l.idle
			return fmt.Errorf("%s: %d pieces of work were not done in time and are left for the next start", l.kind.Name, left)
		}
	}
}
