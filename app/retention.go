package app

import (
	"context"
	"time"
)

// Retention goes in small steps with pauses, so that traffic never waits for it.
const (
	retentionStep  = 200 // messages
	retentionPause = 50 * time.Millisecond
	retentionEvery = time.Minute
)

// retain deletes messages that are older than the configuration allows. It blocks until ctx
// ends.
func (s *Server) retain(ctx context.Context) error {
	if s.cfg.Retention <= 0 {
		<-ctx.Done()
		return nil
	}
	for wait := time.Duration(0); ; {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
		now := time.Now()
		n, err := s.DB.Forget(ctx, now.Add(-s.cfg.Retention), now, retentionStep)
		wait = retentionEvery
		switch {
		case err != nil && ctx.Err() == nil:
			s.cfg.Log.Error("old messages cannot be deleted", "error", err)
		case n == retentionStep:
			wait = retentionPause
		}
	}
}
