package webhook

import (
	"container/list"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/repli-sms/repli"
)

// maxWait is how long a question waits for a slot at most.
const maxWait = 15 * time.Second

// ErrCrowded is the cause of error 11205 when a question was never sent because no slot became
// free in time.
var ErrCrowded = errors.New("too many others are under way")

// slots limits the requests in flight, in total and per host. Hosts share the total, and the
// handlers of one host, distinguished by their paths, share the host's slots, so that one hanging
// handler does not delay the others.
type slots struct {
	perHost int

	mu    sync.Mutex
	free  int                   // in total
	hosts map[string]*hostSlots // hosts with requests in flight or waiting
	queue []*handlerSlots       // handlers with waiting requests, served in round-robin order
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
	waiting list.List // of chan struct{}, closed when the slot is assigned
	queued  bool      // it is in slots.queue
}

func (s *slots) init(all, perHost int) {
	s.free, s.perHost, s.hosts = all, perHost, map[string]*hostSlots{}
}

// take waits for a slot for a request to a handler of a host: until ctx ends, until by, and at
// most for maxWait. If the error is nil, the caller must call give.
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
	timeout := time.NewTimer(wait)
	defer timeout.Stop()
	select {
	case <-mine:
		return give, nil
	case <-timeout.C:
		err = ErrCrowded
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-mine: // assigned just before the timeout
		return give, nil
	default:
		h.waiting.Remove(place)
		s.tidy(h)
		return nil, err
	}
}

// give returns a slot and assigns the free slots to waiting requests.
func (s *slots) give(h *handlerSlots) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.occupy(h, -1)
	s.tidy(h)
	for i := 0; i < len(s.queue); {
		next := s.queue[0]
		s.queue = append(s.queue[1:], next) // each other handler gets its turn before this one's next
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

// may reports whether a handler may take another slot. The caller holds s.mu.
func (s *slots) may(h *handlerSlots) bool {
	left := s.perHost - h.host.taken
	return repli.MayTake(h.host.taken, s.free) && repli.MayTake(h.taken, left)
}

func (s *slots) occupy(h *handlerSlots, n int) {
	s.free -= n
	h.host.taken += n
	h.taken += n
}

// handler returns the entry of a handler, creating it if necessary.
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

// tidy removes entries that neither hold slots nor wait for one.
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
