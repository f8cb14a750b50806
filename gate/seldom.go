package gate

import (
	"log/slog"
	"sync"
	"time"
)

// Seldom logs what may happen very often: the first of it at once, and then once in a while how
// often it has happened since.
type Seldom struct {
	Log   *slog.Logger
	Every time.Duration // how long is between two lines

	mu      sync.Mutex
	waiting bool // a line was written less than Every ago
	more    int  // since then
	last    []any
	message string
}

// Warn logs a warning, or counts it. What is counted is logged when its time has come, with the
// attributes of the last one.
func (s *Seldom) Warn(message string, about ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waiting {
		s.more++
		s.message, s.last = message, about
		return
	}
	s.waiting = true
	s.Log.Warn(message, about...)
	time.AfterFunc(s.Every, s.again)
}

// again logs what was counted.
func (s *Seldom) again() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.more == 0 {
		s.waiting = false
		return
	}
	s.Log.Warn(s.message, append(s.last, "times", s.more)...)
	s.more, s.last = 0, nil
	time.AfterFunc(s.Every, s.again)
}
