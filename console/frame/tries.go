package frame

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/repli-sms/repli/gate"
)

// How often a password may be tried: by one address a few times at once and then seldom, and
// not much more often by all of them together.
const (
	triesAtOnce    = 5
	tryEvery       = 15 * time.Second
	allTriesAtOnce = 50
	allTryEvery    = time.Second
	triesKept      = 10_000 // addresses
)

// tries limits how often a password may be tried. A browser that has signed in before has tries
// of its own: others cannot use them up, not even from the same address, as behind a proxy.
type tries struct {
	mu    sync.Mutex
	all   *rate.Limiter
	by    map[netip.Prefix]*rate.Limiter
	known map[string]*rate.Limiter // by browser
}

func newTries() *tries {
	return &tries{
		all: rate.NewLimiter(rate.Every(allTryEvery), allTriesAtOnce),
		by:  map[netip.Prefix]*rate.Limiter{}, known: map[string]*rate.Limiter{},
	}
}

// take takes a try for somebody at this address, in a browser that is known or "". It returns 0, or
// how long to wait before the next try when there is none left.
func (t *tries) take(remote, browser string) time.Duration {
	now := time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	if browser != "" {
		return waitFor(now, limiterOf(t.known, browser))
	}
	return waitFor(now, limiterOf(t.by, network(remote)), t.all)
}

// waitFor takes a try from each limiter, or from none if one of them has none left.
func waitFor(now time.Time, limiters ...*rate.Limiter) time.Duration {
	var longest time.Duration
	taken := make([]*rate.Reservation, len(limiters))
	for i, l := range limiters {
		taken[i] = l.ReserveN(now, 1)
		longest = max(longest, taken[i].DelayFrom(now))
	}
	if longest > 0 {
		for _, r := range taken {
			r.CancelAt(now)
		}
	}
	return longest
}

// limiterOf returns the limiter of one of many.
func limiterOf[K comparable](limiters map[K]*rate.Limiter, one K) *rate.Limiter {
	own := limiters[one]
	if own == nil {
		if len(limiters) >= triesKept {
			clear(limiters) // the limit of all holds
		}
		own = rate.NewLimiter(rate.Every(tryEvery), triesAtOnce)
		limiters[one] = own
	}
	return own
}

// network returns what one person is likely to have all of.
func network(remote string) netip.Prefix {
	if at, err := netip.ParseAddrPort(remote); err == nil {
		return gate.NetworkOf(at.Addr())
	}
	return netip.Prefix{}
}
