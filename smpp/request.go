package smpp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// A Request is a request of the peer, to be answered once.
type Request struct {
	PDU
	session  *Session
	answered atomic.Bool
}

// Respond answers the request. It never blocks. A nil body is an answer without one, but a
// deliver_sm_resp has the empty message_id the specification asks for, and a bind's answer the
// system_id, without which gosmpp v0.3.1 takes a refusal for a broken network. Answering a
// second time, and what needs no answer, does nothing. The error is ErrClosed, or an *Error for
// a body that cannot be written, which the peer is told as StatusSystemError.
//
// A bind answered with StatusOK binds the session; with any other status it ends the session.
func (r *Request) Respond(status Status, body Body) error {
	if !r.Command.expectsResponse() || r.answered.Swap(true) {
		return nil
	}
	s := r.session
	s.mu.Lock()
	defer func() {
		s.mu.Unlock()
		<-s.theirs
	}()
	if body == nil && (r.Command.isBind() || status == StatusOK) {
		body = newBody(r.Command.Response())
	}
	err := s.enqueue(PDU{Command: r.Command.Response(), Status: status, Sequence: r.Sequence, Body: body})
	if asError(err) != nil {
		status = StatusSystemError
		_ = s.enqueue(PDU{Command: r.Command.Response(), Status: status, Sequence: r.Sequence})
	}
	if r.Command.isBind() && s.state == binding {
		s.bindAnswered(r.Command, status)
		if status != StatusOK {
			s.endAfterWriting(&RefusedError{Command: r.Command, Status: status})
		}
	}
	return err
}

// bindAnswered updates the session's state. The caller holds s.mu.
func (s *Session) bindAnswered(c Command, status Status) {
	s.state = open
	if status == StatusOK {
		s.state = boundBy(c)
	}
}

// read handles what the peer sends until the connection ends or cannot be used any longer.
func (s *Session) read(running *sync.WaitGroup) error {
	for {
		p, err := s.reader.Read()
		if err != nil {
			usable, err := s.readFailed(p, err)
			if err != nil {
				return err
			}
			if !usable {
				continue
			}
		}
		if err := s.receive(p, running); err != nil {
			return err
		}
	}
}

// readFailed handles an error of the reader. It returns an error if the session must end, and
// reports whether p can still be used: a malformed response still answers its request.
func (s *Session) readFailed(p PDU, err error) (usable bool, _ error) {
	bad := asError(err)
	switch {
	case bad == nil:
		return false, readError(err)
	case bad.Fatal():
		s.mu.Lock()
		defer s.mu.Unlock()
		_ = s.enqueue(PDU{Command: GenericNack, Status: bad.Status})
		s.endAfterWriting(bad)
		return false, bad
	}
	s.config.Report(bad)
	if !p.Command.IsResponse() {
		s.refuse(p, bad.Status)
		return false, nil
	}
	return p.Command.known(), nil
}

func readError(err error) error {
	switch {
	case closedByUs(err):
		return ErrClosed
	case errors.Is(err, os.ErrDeadlineExceeded):
		return ErrPDUTimeout
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%w: the peer has closed the connection", io.EOF)
	}
	return err
}

// receive handles one PDU.
func (s *Session) receive(p PDU, running *sync.WaitGroup) error {
	s.awaitWriter()
	if p.Command.IsResponse() {
		return s.response(p)
	}
	if p.Command == EnquireLink { // in any state. SMPP 3.4 §4.11
		return s.answer(p, StatusOK)
	}
	s.lastRequest.Store(int64(s.now()))
	s.mu.Lock()
	accepted, crossed := accepted(s.config.Role, p.Command, s.state), s.state == ending
	switch {
	case !accepted:
	case p.Command.isBind():
		s.state = binding
	case p.Command == Unbind:
		s.leave(ErrUnbound)
	}
	s.mu.Unlock()
	switch {
	case !accepted:
		s.config.Report(&UnexpectedError{p, "not allowed in this state of the session"})
		s.refuse(p, StatusInvalidBindStatus)
	case p.Command == Unbind && crossed: // both sides unbind at once
		return s.answer(p, StatusOK)
	case p.Command == Unbind:
		running.Go(func() { s.unbindByPeer(p) })
	default:
		s.hand(p)
	}
	return nil
}

// hand passes a request to the handler when PeerWindow allows one more.
func (s *Session) hand(p PDU) {
	select {
	case s.theirs <- struct{}{}:
	default:
		s.stopped.Store(true)
		select {
		case s.theirs <- struct{}{}:
		case <-s.done:
			return
		}
		s.lastRead.Store(int64(s.now()))
		s.stopped.Store(false)
	}
	s.inbox <- &Request{PDU: p, session: s}
}

// handle calls the handler with each request until the session ends. It then drops the waiting
// requests: they are unanswered, so the peer sends them again.
func (s *Session) handle(ctx context.Context) {
	for r := range s.inbox {
		select {
		case <-s.done:
			return
		default:
		}
		s.config.Handle(ctx, r)
		if !r.Command.expectsResponse() {
			<-s.theirs
		}
	}
}

// answer writes a response without a body.
func (s *Session) answer(p PDU, status Status) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.enqueue(PDU{Command: p.Command.Response(), Status: status, Sequence: p.Sequence})
}

// refuse answers a request that is not handled, with a generic_nack if the command is unknown.
// SMPP 3.4 §4.3. A refused bind ends the session.
func (s *Session) refuse(p PDU, status Status) {
	switch {
	case !p.Command.known():
		s.mu.Lock()
		_ = s.enqueue(PDU{Command: GenericNack, Status: status, Sequence: p.Sequence})
		s.mu.Unlock()
	case p.Command.isBind():
		s.mu.Lock()
		_ = s.enqueue(PDU{Command: p.Command.Response(), Status: status, Sequence: p.Sequence, Body: new(BindResp)})
		s.endAfterWriting(&RefusedError{Command: p.Command, Status: status})
		s.mu.Unlock()
	case p.Command.expectsResponse():
		_ = s.answer(p, status)
	}
}

// A source reads from the connection and watches the peer: each octet shows that it is alive, and
// a PDU that has begun must end within PDUTimeout.
type source struct {
	session *Session
	guarded time.Time // deadline in force, zero if none
	seen    uint64    // PDUs at that time
}

// Read reads from the connection.
func (src *source) Read(b []byte) (int, error) {
	s := src.session
	switch partial := s.reader.Partial(); {
	case partial && (src.guarded.IsZero() || src.seen != s.reader.count):
		src.guarded, src.seen = time.Now().Add(s.config.PDUTimeout), s.reader.count
		_ = s.conn.SetReadDeadline(src.guarded)
	case !partial && !src.guarded.IsZero():
		src.guarded = time.Time{}
		_ = s.conn.SetReadDeadline(src.guarded)
	}
	n, err := s.conn.Read(b)
	if n > 0 {
		s.lastRead.Store(int64(s.now()))
	}
	return n, err
}
