package smpp

import (
	"context"
	"fmt"
	"time"
)

// keepTime checks the session's timers, often enough to be late by at most a tenth, and at least
// once a second.
func (s *Session) keepTime() {
	c := s.config
	shortest := min(c.InitTimeout, c.EnquireLink, c.ResponseTimeout)
	if c.Inactivity > 0 {
		shortest = min(shortest, c.Inactivity)
	}
	ticker := time.NewTicker(max(min(shortest/10, time.Second), time.Millisecond))
	defer ticker.Stop()
	var asked time.Duration // when the last enquire_link was sent
	for {
		select {
		case <-s.done:
			return
		case <-ticker.C:
		}
		now := s.now()
		s.expire(now)
		s.mu.Lock()
		state := s.state
		s.mu.Unlock()
		silent := now - time.Duration(s.lastRead.Load())
		switch {
		case (state == open || state == binding) && now >= c.InitTimeout:
			s.end(ErrInit)
		case s.stopped.Load() || state == closed:
		case silent >= 2*c.EnquireLink:
			s.end(fmt.Errorf("%w: nothing for %v", ErrSilence, silent.Round(time.Millisecond)))
		case silent >= c.EnquireLink && now-asked >= c.EnquireLink/2 && state.bound():
			asked = now
			_ = s.request(EnquireLink, nil, false, func(PDU, error) {})
		case c.Inactivity > 0 && state.bound() && now-time.Duration(s.lastRequest.Load()) >= c.Inactivity:
			s.unbindWithin(ErrInactive)
		}
	}
}

// expire fails requests that have been unanswered for too long. Their outcome is unknown.
func (s *Session) expire(now time.Duration) {
	var expired []call
	s.mu.Lock()
	for sequence, c := range s.pending {
		if now >= c.deadline {
			expired = append(expired, c)
			delete(s.pending, sequence)
		}
	}
	s.mu.Unlock()
	for _, c := range expired {
		s.settle(c, PDU{}, fmt.Errorf("%w within %v", ErrUnanswered, s.config.ResponseTimeout))
	}
}

// Unbind ends the session in order: it stops sending requests, waits for the responses to those
// sent, unbinds, waits for the handler's answers and closes. SMPP 3.4 §4.2. If ctx ends first,
// the session is closed at once and Unbind returns the cause of ctx.
func (s *Session) Unbind(ctx context.Context) error { return s.unbind(ctx, ErrClosed) }

func (s *Session) unbind(ctx context.Context, reason error) error {
	defer s.end(reason)
	s.mu.Lock()
	state := s.state
	if state.bound() {
		s.leave(reason)
	}
	s.mu.Unlock()
	switch {
	case state == ending: // unbinding already
		select {
		case <-s.done:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	case !state.bound():
		return nil
	}
	if err := s.fill(ctx, s.window); err != nil {
		return err
	}
	if _, err := await(ctx, func(done func(PDU, error)) error { return s.request(Unbind, nil, false, done) }); err != nil {
		return err
	}
	if err := s.fill(ctx, s.theirs); err != nil {
		return err
	}
	s.mu.Lock()
	s.endAfterWriting(reason)
	s.mu.Unlock()
	select {
	case <-s.done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// leave starts the orderly end of the session. The caller holds s.mu.
func (s *Session) leave(reason error) {
	s.state = ending
	if s.reason == nil {
		s.reason = reason
	}
}

// fill takes all places of a window, waiting until they are free.
func (s *Session) fill(ctx context.Context, places chan struct{}) error {
	for range cap(places) {
		select {
		case places <- struct{}{}:
		case <-s.done:
			return ErrClosed
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// unbindAfter unbinds when ctx ends.
func (s *Session) unbindAfter(ctx context.Context) {
	select {
	case <-ctx.Done():
		s.unbindWithin(context.Cause(ctx))
	case <-s.done:
	}
}

// unbindWithin unbinds, within UnbindTimeout, for a reason.
func (s *Session) unbindWithin(reason error) {
	ctx, cancel := context.WithTimeout(context.Background(), s.config.UnbindTimeout)
	defer cancel()
	_ = s.unbind(ctx, reason) // it ends the session in any case
}

// unbindByPeer answers the peer's unbind after answering its requests, and gives the peer time to
// close the connection.
func (s *Session) unbindByPeer(p PDU) {
	ctx, cancel := context.WithTimeout(context.Background(), s.config.UnbindTimeout)
	defer cancel()
	_ = s.fill(ctx, s.theirs)
	_ = s.answer(p, StatusOK)
	select {
	case <-s.done:
	case <-ctx.Done():
	}
	s.end(ErrUnbound)
}
