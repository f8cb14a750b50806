package drill

import (
	"context"
	"net/netip"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/repli-sms/repli"
)

// addresses are those of hosts, by name.
type addresses map[string][]netip.Addr

// shares says what every fallback shares with the primary, so that one failure takes them all:
// a host and port, or an address. It finds nothing when one of them does not. A bin shares nothing;
// Repli keeps it. On this machine only ports tell two programs apart.
func shares(steps []repli.Step, where addresses) repli.Finding {
	var what repli.Finding
	if len(steps) < 2 || steps[0].Bin != "" {
		return what
	}
	for _, s := range steps[1:] {
		if what = sharedBy(steps[0], s, where); what.Kind == "" {
			return what
		}
	}
	return what
}

func sharedBy(primary, fallback repli.Step, where addresses) repli.Finding {
	if fallback.Bin != "" {
		return repli.Finding{}
	}
	if at := repli.HostPort(primary.URL); at == repli.HostPort(fallback.URL) {
		return repli.Finding{Kind: repli.SharedHost, Place: at}
	}
	for _, addr := range where[hostname(primary)] {
		if !addr.IsLoopback() && slices.Contains(where[hostname(fallback)], addr) {
			return repli.Finding{Kind: repli.SharedAddress, Place: addr.String()}
		}
	}
	return repli.Finding{}
}

// hostname returns the host of a step's URL, "" for a bin.
func hostname(s repli.Step) string {
	u, err := url.Parse(s.URL)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// How long looking up hosts may take in all, and how many are looked up at a time.
const (
	lookUpLimit = 2 * time.Second
	lookUps     = 16
)

// lookUpAll returns the addresses of all hosts of these numbers, as far as they can be known in
// time.
func (e *Engine) lookUpAll(ctx context.Context, all []standing) addresses {
	if e.LookUp == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, lookUpLimit)
	defer cancel()
	where := addresses{}
	var mu sync.Mutex
	var found sync.WaitGroup
	places := make(chan struct{}, lookUps)
	for host := range hosts(all) {
		found.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			addrs, err := e.LookUp(ctx, host)
			if err != nil {
				return // it has no address, or not in time: a drill shows whether it answers
			}
			mu.Lock()
			defer mu.Unlock()
			where[host] = addrs
		})
	}
	found.Wait()
	return where
}

// hosts returns the hosts of the numbers that have a fallback.
func hosts(all []standing) map[string]bool {
	names := map[string]bool{}
	for _, s := range all {
		if len(s.num.Chain.Steps) < 2 {
			continue
		}
		for _, step := range s.num.Chain.Steps {
			if host := hostname(step); host != "" {
				names[host] = true
			}
		}
	}
	return names
}
