package webhook

import (
	"container/list"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// share is how many times what is left free one of many may hold. So nobody can use up
	// what all have in common: who is alone may hold 16 of 17 slots, two 16 of 33 each, and
	// there is a slot for whoever comes next.
	share = 16

	// maxWait is how long a question waits for a slot at most.
	maxWait = 15 * time.Second
)

// mayTake reports whether one who holds so many slots may take another.
func mayTake(held, free int) bool { return free > 0 && held < share*free }

// ErrCrowded is why a question was never asked: no slot became free in time. It is the cause
// of error 11205.
var ErrCrowded = errors.New("too many others are under way")

// slots bounds how many requests are in flight, in all and per host. The hosts share the
// slots in all, and the handlers of a host, told apart by their paths, share those of the
// host: a handler that hangs delays no other.
type slots struct {
	perHost int

	mu    sync.Mutex
	free  int                   // in all
	hosts map[string]*hostSlots // those with requests in flight or waiting
	queue []*handlerSlots       // those with requests waiting, each of which has its turn
}

type hostSlots struct {
	name     string
	taken    int
	handlers map[string]*handlerSlots // by URL
}

type handlerSlots struct {
	host    *hostSlots
	url     string
	taken   int
	waiting list.List // of chan struct{}, closed when the slot is given
	queued  bool      // it stands in the queue
}

func (s *slots) init(all, perHost int) {
	s.free, s.perHost, s.hosts = all, perHost, map[string]*hostSlots{}
}

// take waits for a slot for a request to a handler of a host: until ctx ends, until by, and
// for maxWait at most. The caller of a nil error must call the function returned.
func (s *slots) take(ctx context.Context, host, url string, by time.Time) (give func(), err error) {
	url, _, _ = strings.Cut(url, "?")
	s.mu.Lock()
	h := s.handler(host, url)
	give = func() { s.give(h) }
	if h.waiting.Len() == 0 && s.may(h) {
		s.occupy(h, 1)
		s.mu.Unlock()
		return give, nil
	}
	if !h.queued {
		s.queue, h.queued = append(s.queue, h), true
	}
	mine := make(chan struct{})
	place := h.waiting.PushBack(mine)
	s.mu.Unlock()

	wait := maxWait
	if !by.IsZero() {
		wait = min(wait, time.Until(by))
	}
	enough := time.NewTimer(wait)
	defer enough.Stop()
	select {
	case <-mine:
		return give, nil
	case <-enough.C:
		err = ErrCrowded
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-mine: // at the last moment
		return give, nil
	default:
		h.waiting.Remove(place)
		s.tidy(h)
		return nil, err
	}
}

// give takes a slot back, and gives what can be given to those who wait.
func (s *slots) give(h *handlerSlots) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.occupy(h, -1)
	s.tidy(h)
	for i := 0; i < len(s.queue); {
		next := s.queue[0]
		s.queue = append(s.queue[1:], next) // the others have their turns before its next
		if i++; !s.may(next) {
			continue
		}
		first := next.waiting.Front()
		close(next.waiting.Remove(first).(chan struct{}))
		s.occupy(next, 1)
		s.tidy(next)
		i = 0
	}
}

// may reports whether a handler may have another slot. The caller holds s.mu.
func (s *slots) may(h *handlerSlots) bool {
	left := s.perHost - h.host.taken
	return mayTake(h.host.taken, s.free) && mayTake(h.taken, left)
}

func (s *slots) occupy(h *handlerSlots, n int) {
	s.free -= n
	h.host.taken += n
	h.taken += n
}

// handler returns the slots of a handler, new ones if it has none.
func (s *slots) handler(host, url string) *handlerSlots {
	hs := s.hosts[host]
	if hs == nil {
		hs = &hostSlots{name: host, handlers: map[string]*handlerSlots{}}
		s.hosts[host] = hs
	}
	h := hs.handlers[url]
	if h == nil {
		h = &handlerSlots{host: hs, url: url}
		hs.handlers[url] = h
	}
	return h
}

// tidy forgets who has nothing and waits for nothing.
func (s *slots) tidy(h *handlerSlots) {
	if h.waiting.Len() > 0 {
		return
	}
	if h.queued {
		s.queue = slices.DeleteFunc(s.queue, func(q *handlerSlots) bool { return q == h })
		h.queued = false
	}
	if h.taken > 0 {
		return
	}
	delete(h.host.handlers, h.url)
	if len(h.host.handlers) == 0 {
		delete(s.hosts, h.host.name)
	}
}
