package drill

import (
	"context"
	"crypto/x509"
	"net/netip"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/repli-sms/repli"
)

// places holds the addresses and certificates of handlers, as far as they are known.
type places struct {
	addrs map[string][]netip.Addr      // by host
	certs map[string]*x509.Certificate // by URL
}

// shares returns what every fallback shares with the primary, so that one failure takes down all
// of them: a host and port, an address, or a certificate, which expires for both at once. A bin
// shares nothing. On this machine only the port distinguishes two programs.
func shares(steps []repli.Step, where places) repli.Finding {
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

func sharedBy(primary, fallback repli.Step, where places) repli.Finding {
	if fallback.Bin != "" {
		return repli.Finding{}
	}
	if at := repli.HostPort(primary.URL); at == repli.HostPort(fallback.URL) {
		return repli.Finding{Kind: repli.SharedHost, Place: at}
	}
	for _, addr := range where.addrs[hostname(primary)] {
		if !addr.IsLoopback() && slices.Contains(where.addrs[hostname(fallback)], addr) {
			return repli.Finding{Kind: repli.SharedAddress, Place: addr.String()}
		}
	}
	local := slices.ContainsFunc(where.addrs[hostname(primary)], netip.Addr.IsLoopback)
	if cert := where.certs[primary.URL]; cert != nil && !local && cert.Equal(where.certs[fallback.URL]) {
		return repli.Finding{Kind: repli.SharedCertificate, Place: nameOf(cert)}
	}
	return repli.Finding{}
}

// nameOf returns the name that a certificate is issued for.
func nameOf(cert *x509.Certificate) string {
	if len(cert.DNSNames) > 0 {
		return cert.DNSNames[0]
	}
	return cert.Subject.String()
}

// hostname returns the host of a step's URL, "" for a bin.
func hostname(s repli.Step) string {
	u, err := url.Parse(s.URL)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// The time limit of all look-ups together, and the number of concurrent ones.
const (
	lookUpLimit = 2 * time.Second
	lookUps     = 16
)

// lookUpAll finds the addresses and certificates of the handlers of these numbers. It omits what
// it cannot find in time: a drill shows whether the handler answers.
func (e *Engine) lookUpAll(ctx context.Context, all []standing) places {
	ctx, cancel := context.WithTimeout(ctx, lookUpLimit)
	defer cancel()
	urls := handlers(all)
	hosts := map[string]bool{}
	for u := range urls {
		hosts[hostname(repli.Step{URL: u})] = true
	}
	return places{
		addrs: find(hosts, func(host string) ([]netip.Addr, error) { return e.LookUp(ctx, host) }),
		certs: find(urls, func(u string) (*x509.Certificate, error) { return e.Certificate(ctx, u) }),
	}
}

// find looks up each name concurrently and returns the results by name, without failed ones.
func find[T any](names map[string]bool, look func(string) (T, error)) map[string]T {
	found := map[string]T{}
	var mu sync.Mutex // guards found
	var all sync.WaitGroup
	free := make(chan struct{}, lookUps)
	for name := range names {
		all.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			one, err := look(name)
			if err != nil {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			found[name] = one
		})
	}
	all.Wait()
	return found
}

// handlers returns the URLs of the numbers that have a fallback.
func handlers(all []standing) map[string]bool {
	urls := map[string]bool{}
	for _, s := range all {
		if len(s.num.Chain.Steps) < 2 {
			continue
		}
		for _, step := range s.num.Chain.Steps {
			if step.URL != "" {
				urls[step.URL] = true
			}
		}
	}
	return urls
}
