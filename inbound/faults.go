package inbound

import (
	"context"
	"errors"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// keep commits a text and what it changes. A fault of its number strikes it in that very
// commit, and is kept with it, so that it is answered under the same fault after a restart.
func (e *Engine) keep(ctx context.Context, msg *repli.Message, change repli.Change) error {
	again, err := e.keepOnce(ctx, msg, change)
	for tries := 1; again && tries < maxMeetings; tries++ { // the fault has been taken away meanwhile
		again, err = e.keepOnce(ctx, msg, change)
	}
	return err
}

// maxMeetings is how many faults may be taken away while a text is about to meet them.
const maxMeetings = 10

func (e *Engine) keepOnce(ctx context.Context, msg *repli.Message, change repli.Change) (again bool, err error) {
	strike, release, err := e.meet(ctx, msg)
	if err != nil {
		return false, err
	}
	defer release()
	err = e.lane.Commit([]*repli.Message{msg}, func() error {
		return e.out.Commit(ctx, repli.Change{New: []repli.Message{*msg}}.Merge(change).Merge(strike))
	})
	return msg.Fault != "" && errors.Is(err, store.ErrConflict), err
}

// meet returns what it changes that a text meets a fault, if there is one; of several it is the
// one that began last. Faults are held until release is called.
func (e *Engine) meet(ctx context.Context, msg *repli.Message) (strike repli.Change, release func(), err error) {
	msg.Fault = ""
	faults, err := e.db.Faults(ctx, msg.To)
	if err != nil || len(faults) == 0 {
		return repli.Change{}, func() {}, err
	}
	e.db.Breaking.Lock()
	if faults, err = e.db.Faults(ctx, msg.To); err != nil {
		e.db.Breaking.Unlock()
		return repli.Change{}, nil, err
	}
	for i := range faults {
		if f := faults[len(faults)-1-i]; !f.IsOver(msg.Created) {
			msg.Fault, strike = f.Kind, f.Strike(msg.Created)
			break
		}
	}
	return strike, e.db.Breaking.Unlock, nil
}

// fault returns how the step at hand fails on purpose, "" when it is asked, and at which host and
// port alone it does. A fault is laid over the primary alone, that of a drill also over what is on
// its host. Its first document fails already, so that it leads nowhere.
func (w *walk) fault(q question) (kind repli.FaultKind, at string) {
	if w.trial != nil {
		return w.trial.faultOf(w, q)
	}
	if w.at != 0 {
		return "", ""
	}
	return w.msg.Fault, ""
}
