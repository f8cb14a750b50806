package app

import (
	"context"
	"errors"
	"time"
)

// Retention goes in small steps with pauses, so that traffic never waits for it.
const (
	retentionStep  = 200 // messages
	retentionPause = 50 * time.Millisecond
	retentionEvery = time.Minute

	orphanAge = time.Hour // what a drill leaves behind that is still running is younger
)

// retain deletes messages and drills that are older than the configuration allows, from the store and
// from the simulated phones. It blocks until ctx ends.
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
		before := now.Add(-s.cfg.Retention)
		n, err := s.DB.Forget(ctx, before, now, retentionStep)
		drills, drillsErr := s.DB.ForgetDrills(ctx, before, retentionStep)
		orphans, orphansErr := s.DB.ForgetOrphans(ctx, before.Add(-orphanAge), retentionStep)
		err = errors.Join(err, drillsErr, orphansErr, s.Phones.Forget(before))
		wait = retentionEvery
		switch {
		case err != nil && ctx.Err() == nil:
			s.cfg.Log.Error("old messages cannot be deleted", "error", err)
		case max(n, drills, orphans) >= retentionStep:
			wait = retentionPause
		}
	}
}
