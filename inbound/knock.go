package inbound

import (
	"context"
	"sync"
	"time"
)

// A door is a primary to knock at.
type door struct {
	circuit *circuit
	round   int
	url     string
}

// keep knocks at primaries whose breakers are open, each of them every so often, until ctx ends.
func (k *breakers) keep(ctx context.Context, knock func(ctx context.Context, url string) error) {
	var aside sync.WaitGroup
	defer aside.Wait()
	for {
		doors, next := k.doors(time.Now())
		for _, d := range doors {
			aside.Go(func() {
				ctx, cancel := context.WithTimeout(ctx, knockEvery)
				defer cancel()
				k.knocked(d, knock(ctx, d.url) == nil)
			})
		}
		timer := time.NewTimer(time.Until(next))
		select {
		case <-timer.C:
		case <-k.wake:
		case <-ctx.Done():
			timer.Stop()
			return
		}
		timer.Stop()
	}
}

// doors returns where to knock now, and when to ask again at the latest. A breaker that no text
// has met for long is forgotten: its primary may be nobody's any more.
func (k *breakers) doors(now time.Time) (doors []door, next time.Time) {
	next = now.Add(unusedFor)
	k.mu.Lock()
	defer k.mu.Unlock()
	for c := range k.open {
		if now.Sub(c.used) >= unusedFor {
			k.become(c, c.breaker.close(now))
			continue
		}
		var due bool
		if c.breaker, due = c.knocking(now); due {
			doors = append(doors, door{c, c.round, c.url})
		}
		if c.state == BreakerOpen && c.knock.Before(next) {
			next = c.knock
		}
	}
	return doors, next
}

// knocked tells a breaker what came of a knock.
func (k *breakers) knocked(d door, somebody bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.become(d.circuit, d.circuit.breaker.knocked(d.round, somebody))
}
