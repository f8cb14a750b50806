package smpp

import (
	"fmt"
	"runtime"
	"time"
)

const (
	// maxQueued is how many octets may wait to be written before the session stops reading.
	maxQueued = 1 << 20
	// keptBuffer is the largest buffer that is kept for the next write.
	keptBuffer = 256 << 10
)

// enqueue queues a PDU for writing. The caller holds s.mu.
func (s *Session) enqueue(p PDU) error {
	if s.state == closed || s.flush {
		return ErrClosed
	}
	before := len(s.out)
	out, err := s.writer.Append(s.out, p)
	if err != nil {
		return err
	}
	s.out = out
	s.queued += uint64(len(out) - before)
	if before == 0 {
		s.signal()
	}
	return nil
}

// signal wakes the writer.
func (s *Session) signal() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// write writes the queued PDUs to the connection, all of them in one write, until the session
// ends.
func (s *Session) write() {
	var spare []byte
	for {
		select {
		case <-s.wake:
		case <-s.done:
			return
		}
		// Let goroutines that can run enqueue first: their PDUs leave in the same write.
		runtime.Gosched()
		s.mu.Lock()
		if s.state == closed {
			s.mu.Unlock()
			return
		}
		batch, last := s.out, s.flush
		s.out, s.handed = spare[:0], s.queued
		s.mu.Unlock()
		if err := s.put(batch); err != nil {
			s.end(err)
			return
		}
		if last {
			s.end(ErrClosed)
			return
		}
		if spare = batch; cap(spare) > keptBuffer {
			spare = nil
		}
		select {
		case s.drained <- struct{}{}:
		default:
		}
	}
}

// put writes octets to the connection.
func (s *Session) put(octets []byte) error {
	if len(octets) == 0 {
		return nil
	}
	if err := s.conn.SetWriteDeadline(time.Now().Add(s.config.WriteTimeout)); err != nil {
		return ErrClosed
	}
	if _, err := s.conn.Write(octets); err != nil {
		return fmt.Errorf("smpp: the peer takes nothing: %w", err)
	}
	return nil
}

// awaitWriter waits while too much is queued, because the peer sends requests without reading the
// responses.
func (s *Session) awaitWriter() {
	for {
		s.mu.Lock()
		full := len(s.out) > maxQueued
		s.mu.Unlock()
		if !full {
			return
		}
		s.stopped.Store(true)
		select {
		case <-s.drained:
		case <-s.done:
		}
		s.lastRead.Store(int64(s.now()))
		s.stopped.Store(false)
		select {
		case <-s.done:
			return
		default:
		}
	}
}
