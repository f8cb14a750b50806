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
	for wait := time.Duration(0); ; {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
		most, err := s.forget(ctx, time.Now())
		wait = retentionEvery
		switch {
		case err != nil && ctx.Err() == nil:
			s.cfg.Log.Error("old messages cannot be deleted", "error", err)
		case most >= retentionStep:
			wait = retentionPause
		}
	}
}

// forget takes one step and returns how many it deleted of what there was most of. The ids of
// carriers go by ages of their own, also when messages are kept for ever.
func (s *Server) forget(ctx context.Context, now time.Time) (most int, err error) {
	ids, err := s.DB.ForgetIDs(ctx, now, retentionStep)
	if s.cfg.Retention <= 0 {
		return ids, err
	}
	before := now.Add(-s.cfg.Retention)
	n, forgetErr := s.DB.Forget(ctx, before, now, retentionStep)
	drills, drillsErr := s.DB.ForgetDrills(ctx, before, retentionStep)
	orphans, orphansErr := s.DB.ForgetOrphans(ctx, before.Add(-orphanAge), retentionStep)
	err = errors.Join(err, forgetErr, drillsErr, orphansErr)
	if s.Phones != nil {
		err = errors.Join(err, s.Phones.Forget(before))
	}
	return max(ids, n, drills, orphans), err
}
