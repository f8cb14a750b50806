package notify

import (
	"context"

	"github.com/repli-sms/repli"
)

// logged reports whether events of this kind are logged for the operator, even without a
// subscription.
func logged(k repli.EventKind) bool {
	switch k {
	case repli.EnteredFallback, repli.LeftFallback, repli.DrillFailed:
		return true
	}
	return false
}

// tellLog logs the events up to a position, starting with those after the first round.
func (e *Engine) tellLog(ctx context.Context, upto repli.Position) error {
	if e.read == nil {
		e.read = &upto
	}
	if upto.Event == e.read.Event {
		return nil
	}
	events, err := e.db.EventsAfter(ctx, *e.read, upto)
	if err != nil {
		return err
	}
	for _, ev := range events {
		if logged(ev.Kind) {
			e.log.Warn(ev.Sentence, "event", string(ev.Kind), "number", ev.Number)
		}
	}
	e.read = &upto
	return nil
}
