package inbound

import (
	"context"
	"errors"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// endEvery is the pause between checks, in memory, for faults and maintenances that are over.
const endEvery = time.Second

// end ends the faults and the maintenances whose time is up. It blocks until ctx has ended.
func (e *Engine) end(ctx context.Context) {
	tick := time.NewTicker(endEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := time.Now()
		err := errors.Join(e.endFaults(ctx, now), e.endMaintenances(ctx, now))
		if err != nil && ctx.Err() == nil && !repli.IsUnavailable(err) { // which the store logs
			e.log.Error("cannot end faults or maintenances whose time is up", "error", err)
		}
	}
}

func (e *Engine) endFaults(ctx context.Context, now time.Time) error {
	over, err := e.db.FaultsOver(ctx, now)
	if err != nil || len(over) == 0 {
		return err
	}
	e.db.Breaking.Lock()
	defer e.db.Breaking.Unlock()
	if over, err = e.db.FaultsOver(ctx, now); err != nil {
		return err
	}
	for _, f := range over {
		err = errors.Join(err, e.commitEnd(ctx, f.End(now, "its time is up")))
	}
	return err
}

func (e *Engine) endMaintenances(ctx context.Context, now time.Time) error {
	over, err := e.db.MaintenancesOver(ctx, now)
	for _, m := range over {
		err = errors.Join(err, e.commitEnd(ctx, m.End(now)))
	}
	return err
}

// commitEnd commits an end, unless it has been ended already.
func (e *Engine) commitEnd(ctx context.Context, end repli.Change) error {
	if err := e.db.Commit(ctx, end); !errors.Is(err, store.ErrConflict) {
		return err
	}
	return nil
}
