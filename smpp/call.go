package smpp

import (
	"context"
	"fmt"
	"time"
)

// A call is a request that the peer has not answered.
type call struct {
	command  Command
	windowed bool // whether it has a place in the window
	deadline time.Duration
	end      uint64 // offset of its last octet in the stream
	done     func(PDU, error)
}

// A RefusedError means that the peer answered a bind with an error.
type RefusedError struct {
	Command Command
	Status  Status
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("smpp: %v refused: %v", e.Command, e.Status)
}

// A Place is a reserved place in a session's window, to be used once: by Send or by Release.
type Place struct{ session *Session }

// Reserve waits for a place in the window. It returns ErrNotBound before the session is bound,
// ErrClosed once it ends or unbinds, or the cause of ctx.
func (s *Session) Reserve(ctx context.Context) (Place, error) {
	select {
	case s.window <- struct{}{}:
	default:
		select {
		case s.window <- struct{}{}:
		case <-s.done:
			return Place{}, ErrClosed
		case <-ctx.Done():
			return Place{}, context.Cause(ctx)
		}
	}
	s.mu.Lock()
	state := s.state
	s.mu.Unlock()
	if state.bound() {
		return Place{s}, nil
	}
	<-s.window
	if state == ending || state == closed {
		return Place{}, ErrClosed
	}
	return Place{}, ErrNotBound
}

// Release gives the place back unused.
func (p Place) Release() { <-p.session.window }

// Send sends a request and returns without waiting for the answer. If it returns nil, done is
// called exactly once: with the response, which may be a refusal or a generic_nack, or with an
// error that is ErrNotSent or ErrUnanswered. It is called by a goroutine of the session,
// mostly the one that reads, and must not block. If Send returns an error, nothing was sent and done is not called.
func (p Place) Send(c Command, body Body, done func(PDU, error)) error {
	err := p.session.request(c, body, true, done)
	if err != nil {
		p.Release()
	}
	return err
}

// Do sends a request as soon as the window has a place, and waits for the response, which may be
// a refusal or a generic_nack. The error is that of Reserve or Send, ErrNotSent or ErrUnanswered.
// If ctx ends while Do waits, the error is ErrUnanswered, and the request keeps its place until
// its response or ResponseTimeout.
func (s *Session) Do(ctx context.Context, c Command, body Body) (PDU, error) {
	place, err := s.Reserve(ctx)
	if err != nil {
		return PDU{}, err
	}
	return await(ctx, func(done func(PDU, error)) error { return place.Send(c, body, done) })
}

// Tell sends a PDU that has no response: an alert_notification, or an outbind before the session
// is bound. The error is ErrNotBound or ErrClosed.
func (s *Session) Tell(c Command, body Body) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.IsResponse() || c.expectsResponse() || !allowed(s.config.Role, c, s.state) {
		return ErrNotBound
	}
	return s.enqueue(PDU{Command: c, Sequence: s.nextSequence(), Body: body})
}

// Bind binds the session as an ESME and returns the SMSC's answer. A refusal is a
// *RefusedError; the caller then closes the session.
func (s *Session) Bind(ctx context.Context, c Command, b *Bind) (BindResp, error) {
	if !c.isBind() {
		return BindResp{}, ErrNotBound
	}
	p, err := await(ctx, func(done func(PDU, error)) error { return s.request(c, b, false, done) })
	switch {
	case err != nil:
		return BindResp{}, err
	case p.Status != StatusOK || p.Command != c.Response():
		return BindResp{}, &RefusedError{Command: c, Status: p.Status}
	}
	if resp, ok := p.Body.(*BindResp); ok {
		return *resp, nil
	}
	return BindResp{}, nil
}

// await sends a request and waits for its outcome.
func await(ctx context.Context, send func(done func(PDU, error)) error) (PDU, error) {
	type outcome struct {
		PDU
		err error
	}
	answer := make(chan outcome, 1)
	if err := send(func(p PDU, err error) { answer <- outcome{p, err} }); err != nil {
		return PDU{}, err
	}
	select {
	case o := <-answer:
		return o.PDU, o.err
	case <-ctx.Done():
		return PDU{}, fmt.Errorf("%w: %w", ErrUnanswered, context.Cause(ctx))
	}
}

// request enqueues a request and remembers it until its answer.
func (s *Session) request(c Command, body Body, windowed bool, done func(PDU, error)) error {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.state == closed || s.state == ending && windowed:
		return ErrClosed
	case !c.expectsResponse() || !allowed(s.config.Role, c, s.state):
		return ErrNotBound
	}
	sequence := s.nextSequence()
	if err := s.enqueue(PDU{Command: c, Sequence: sequence, Body: body}); err != nil {
		return err
	}
	switch {
	case c.isBind():
		s.state = binding
	case c == EnquireLink:
	default:
		s.lastRequest.Store(int64(now))
	}
	s.pending[sequence] = call{c, windowed, now + s.config.ResponseTimeout, s.queued, done}
	return nil
}

// nextSequence returns a number from 1 to 0x7FFFFFFF that no unanswered request has. The
// caller holds s.mu. SMPP 3.4 §5.1.4
func (s *Session) nextSequence() uint32 {
	for {
		s.sequence = s.sequence%0x7FFFFFFF + 1
		if _, used := s.pending[s.sequence]; !used {
			return s.sequence
		}
	}
}

// response passes a response to the request it answers. It reports and ignores one that answers
// none, such as a response after the request timed out.
func (s *Session) response(p PDU) error {
	s.mu.Lock()
	c, found := s.pending[p.Sequence]
	found = found && (p.Command == c.command.Response() || p.Command == GenericNack)
	if found {
		delete(s.pending, p.Sequence)
		if c.command.isBind() {
			s.bindAnswered(c.command, bindStatus(p))
		}
	}
	s.mu.Unlock()
	switch {
	case found:
		s.settle(c, p, nil)
	case p.Command == GenericNack && p.Sequence == 0:
		return fmt.Errorf("%w: %v", ErrNack, p.Status)
	default:
		s.config.Report(&UnexpectedError{p, "answers no request"})
	}
	return nil
}

// bindStatus returns the status of the answer to a bind, never StatusOK for a generic_nack.
func bindStatus(p PDU) Status {
	if p.Command == GenericNack && p.Status == StatusOK {
		return StatusBindFailed
	}
	return p.Status
}

// settle reports a request's outcome and then frees its place, in that order: a goroutine that
// gets the place knows that all earlier outcomes were reported.
func (s *Session) settle(c call, p PDU, err error) {
	c.done(p, err)
	if c.windowed {
		<-s.window
	}
}

// failPending reports to all unanswered requests that no response will come. The writer has
// ended.
func (s *Session) failPending() {
	s.mu.Lock()
	pending := s.pending
	s.pending = nil
	handed, cause := s.handed, s.err
	s.mu.Unlock()
	for _, c := range pending {
		outcome := ErrUnanswered
		if c.end > handed {
			outcome = ErrNotSent
		}
		s.settle(c, PDU{}, fmt.Errorf("%w: %w", outcome, cause))
	}
}
