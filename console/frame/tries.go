package frame

import (
	"net"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
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

// tries limits how often a password may be tried.
type tries struct {
	mu  sync.Mutex
	all *rate.Limiter
	by  map[netip.Prefix]*rate.Limiter
}

func newTries() *tries {
	return &tries{all: rate.NewLimiter(rate.Every(allTryEvery), allTriesAtOnce), by: map[netip.Prefix]*rate.Limiter{}}
}

// allow reports whether somebody at this address may try now.
func (t *tries) allow(remote string) bool {
	from := network(remote)
	t.mu.Lock()
	defer t.mu.Unlock()
	own := t.by[from]
	if own == nil {
		if len(t.by) >= triesKept {
			clear(t.by) // the limit of all holds
		}
		own = rate.NewLimiter(rate.Every(tryEvery), triesAtOnce)
		t.by[from] = own
	}
	return own.Allow() && t.all.Allow()
}

// network returns what one person is likely to have all of: an IPv4 address, or 64 bits of an
// IPv6 one.
func network(remote string) netip.Prefix {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		host = remote
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Prefix{}
	}
	addr = addr.Unmap().WithZone("")
	bits := 64
	if addr.Is4() {
		bits = 32
	}
	p, err := addr.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}
