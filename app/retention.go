package app

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/repli-sms/repli/store"
)

// Retention goes in small steps with pauses, so that traffic never waits for it.
const (
	retentionStep  = 200 // messages
	retentionPause = 50 * time.Millisecond
	retentionEvery = time.Minute

	orphanAge = time.Hour // what a drill leaves behind that is still running is younger
)

// A retention that would take more than a tenth of the store at once, at a start or when the clock
// has jumped, is more likely a wrong clock or a mistyped setting than what somebody wants.
const (
	retentionJump = time.Hour // from one look at the clock to the next
	retentionWait = 24 * time.Hour
)

// retain deletes messages and drills that are older than the configuration allows, from the store and
// from the simulated phones. It blocks until ctx ends.
func (s *Server) retain(ctx context.Context) error {
	g := &retentionGuard{db: s.DB, log: s.cfg.Log, now: s.cfg.RetentionNow}
	c := &contentAge{db: s.DB, phones: s.Phones, keep: s.cfg.ContentRetention}
	for wait := time.Duration(0); ; {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(wait):
		}
		now := time.Now()
		var most int
		goes, err := g.allows(ctx, now, s.cfg.Retention)
		if goes && err == nil {
			var contents int
			most, err = s.forget(ctx, now)
			if err == nil {
				contents, err = c.step(ctx, now)
			}
			most = max(most, contents)
		}
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

// A retentionGuard keeps retention from taking much of the store by mistake.
type retentionGuard struct {
	db    *store.DB
	log   *slog.Logger
	now   bool      // it goes without being held
	last  time.Time // when it was asked last; zero at the start
	began time.Time // when the clock was to be doubted last: at the start, or when it jumped
	kept  time.Time // when the store was told last that a server runs
}

// allows reports whether retention may delete what is older than an age.
func (g *retentionGuard) allows(ctx context.Context, now time.Time, age time.Duration) (bool, error) {
	kept, err := g.db.Upkeep(ctx)
	if err != nil {
		return false, err
	}
	if age <= 0 { // messages are kept for ever, and only the ids of carriers are deleted
		return true, g.keep(ctx, now, kept.Held, time.Time{})
	}
	if g.last.IsZero() || now.Round(0).Sub(g.last.Round(0)).Abs() > retentionJump { // by the clock on the wall
		g.began = now
	}
	var old, all int
	if !g.now && (now.Sub(g.began) <= retentionJump || !kept.Held.IsZero()) { // what was unfinished then may be old too
		if old, all, err = g.db.Outdated(ctx, g.began.Add(-age)); err != nil {
			return false, err
		}
	}
	first := g.last.IsZero()
	g.last = now
	held := heldSince(now, kept.Held, old, all)
	if !held.IsZero() && (first || kept.Held.IsZero()) {
		g.log.Warn("retention waits, because it would delete more than a tenth of the store at once; if the clock and the setting are right, it goes on by itself, or at once after a start with --retention.now",
			"would_delete", old, "of", all, "older_than", now.Add(-age), "clock", now, "last_ran", kept.Ran, "until", held.Add(retentionWait))
	}
	return held.IsZero(), g.keep(ctx, now, kept.Held, held)
}

// keep tells the store that a server runs, once a minute, and since when retention waits, when that
// was another time.
func (g *retentionGuard) keep(ctx context.Context, now, was, held time.Time) error {
	if since := now.Sub(g.kept); was.Equal(held) && since >= 0 && since < retentionEvery {
		return nil
	}
	g.kept = now
	return g.db.SetRan(ctx, now, held)
}

// heldSince decides since when retention waits that would take old of all rows at once; zero means
// that it does not. held is since when it has waited so far. One that has waited for a day goes on.
// When the clock is before held, it was wrong then, and the waiting begins anew.
func heldSince(now, held time.Time, old, all int) time.Time {
	switch waited := now.Sub(held); {
	case old*10 <= all:
		return time.Time{}
	case held.IsZero(), waited < 0:
		return now
	case waited >= retentionWait:
		return time.Time{}
	}
	return held
}
