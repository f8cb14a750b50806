package configure

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// ActiveFaults returns the faults of a number that strike texts now, the oldest first.
func (e Editor) ActiveFaults(ctx context.Context, n repli.Number) ([]repli.Fault, error) {
	all, err := e.DB.Faults(ctx, n.SID)
	at := time.Now()
	return slices.DeleteFunc(slices.Clone(all), func(f repli.Fault) bool { return f.IsOver(at) }), err
}

// BeginFault makes the primary of a number fail on purpose, for so many messages or minutes.
// Errors are 20404, those of [repli.NewFault], and 20409 for a number that can have no other
// fault.
func (e Editor) BeginFault(ctx context.Context, acct repli.Account, name string, kind repli.FaultKind, messages, minutes int64) (repli.Fault, error) {
	// Within Configure, or the fault could outlive its number, and strike the texts of the next.
	return change(ctx, e.DB, func(*store.Tx) (f repli.Fault, err error) {
		e.DB.Breaking.Lock()
		defer e.DB.Breaking.Unlock()
		n, err := e.Number(ctx, acct, name)
		if err != nil {
			return f, err
		}
		if f, err = repli.NewFault(n, kind, messages, minutes, now()); err != nil {
			return f, err
		}
		if err := e.breakable(ctx, n); err != nil {
			return f, err
		}
		return f, e.DB.Commit(ctx, f.Begin())
	})
}

// breakable returns error 20409 for a number that can have no other fault.
func (e Editor) breakable(ctx context.Context, n repli.Number) error {
	who, err := e.DB.Answering(ctx, n)
	if err == nil && len(who.Steps) == 0 {
		err = repli.Errorf(20409, "%s has no handler that could fail", n.Address)
	}
	if err != nil {
		return err
	}
	active, err := e.ActiveFaults(ctx, n)
	if err == nil && len(active) >= repli.MaxFaults {
		err = repli.Errorf(20409, "%s has %d faults already; end some", n.Address, len(active))
	}
	return err
}

// EndFaults ends those faults of a number that which says, and returns how many that were.
// Errors are 20404 for the number, and 20409 when a fault has ended by itself meanwhile.
func (e Editor) EndFaults(ctx context.Context, acct repli.Account, name string, which func(repli.Fault) bool) (int, error) {
	e.DB.Breaking.Lock()
	defer e.DB.Breaking.Unlock()
	n, err := e.Number(ctx, acct, name)
	if err != nil {
		return 0, err
	}
	active, err := e.ActiveFaults(ctx, n)
	if err != nil {
		return 0, err
	}
	var end repli.Change
	for _, f := range active {
		if which(f) {
			end = end.Merge(f.End(time.Now(), "it was taken away"))
		}
	}
	if len(end.FaultEnds) == 0 {
		return 0, nil
	}
	if err := e.DB.Commit(ctx, end); !errors.Is(err, store.ErrConflict) {
		return len(end.FaultEnds), err
	}
	return 0, repli.Errorf(20409, "The faults of %s have changed meanwhile", n.Address)
}
