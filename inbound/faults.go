package inbound

import (
	"context"
	"errors"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// keep commits a text to a number and what it changes. A fault of the number strikes it in the same commit and
// is kept with it, so that the text is answered under that fault even after a restart.
func (e *Engine) keep(ctx context.Context, msg *repli.Message, number repli.SID, change repli.Change) error {
	again, err := e.keepOnce(ctx, msg, number, change)
	for tries := 1; again && tries < maxStrikes; tries++ { // the fault has ended since
		again, err = e.keepOnce(ctx, msg, number, change)
	}
	return err
}

// maxStrikes is how often a text that is about to be struck by a fault may find that it has ended.
const maxStrikes = 10

func (e *Engine) keepOnce(ctx context.Context, msg *repli.Message, number repli.SID, change repli.Change) (again bool, err error) {
	struck, release, err := e.strike(ctx, msg, number)
	if err != nil {
		return false, err
	}
	defer release()
	err = e.lane.Commit([]*repli.Message{msg}, func() error {
		return e.out.Commit(ctx, repli.Change{New: []repli.Message{*msg}}.Merge(change).Merge(struck))
	})
	return msg.Fault != "" && errors.Is(err, store.ErrConflict), err
}

// strike returns what changes when a fault strikes a text; of several faults, the one that began
// last does. If there is none, nothing changes. Faults are locked until release is called.
func (e *Engine) strike(ctx context.Context, msg *repli.Message, number repli.SID) (struck repli.Change, release func(), err error) {
	msg.Fault = ""
	faults, err := e.db.Faults(ctx, number)
	if err != nil || len(faults) == 0 {
		return repli.Change{}, func() {}, err
	}
	e.db.Breaking.Lock()
	if faults, err = e.db.Faults(ctx, number); err != nil {
		e.db.Breaking.Unlock()
		return repli.Change{}, nil, err
	}
	for i := range faults {
		if f := faults[len(faults)-1-i]; !f.IsOver(msg.Created) {
			msg.Fault, struck = f.Kind, f.Strike(msg.Created)
			break
		}
	}
	return struck, e.db.Breaking.Unlock, nil
}
