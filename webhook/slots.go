package webhook

import (
	"context"
	"sync"
)

// slots bounds how many requests are in flight, in all and per host.
type slots struct {
	all     chan struct{}
	perHost int

	mu    sync.Mutex
	hosts map[string]*hostSlots // those with somebody in or waiting
}

type hostSlots struct {
	taken chan struct{}
	users int // in or waiting
}

func (s *slots) init(all, perHost int) {
	s.all, s.perHost, s.hosts = make(chan struct{}, all), perHost, map[string]*hostSlots{}
}

// take waits for a slot until ctx ends. The host's comes first, so that those who wait for a
// slow host hold up nobody else. The caller of a nil error must call give.
func (s *slots) take(ctx context.Context, host string) error {
	h := s.enter(host)
	select {
	case h.taken <- struct{}{}:
	case <-ctx.Done():
		s.leave(host, h)
		return context.Cause(ctx)
	}
	select {
	case s.all <- struct{}{}:
		return nil
	case <-ctx.Done():
		<-h.taken
		s.leave(host, h)
		return context.Cause(ctx)
	}
}

// give returns a slot that take has given.
func (s *slots) give(host string) {
	<-s.all
	s.mu.Lock()
	h := s.hosts[host]
	s.mu.Unlock()
	<-h.taken
	s.leave(host, h)
}

func (s *slots) enter(host string) *hostSlots {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.hosts[host]
	if h == nil {
		h = &hostSlots{taken: make(chan struct{}, s.perHost)}
		s.hosts[host] = h
	}
	h.users++
	return h
}

func (s *slots) leave(host string, h *hostSlots) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if h.users--; h.users == 0 {
		delete(s.hosts, host)
	}
}
