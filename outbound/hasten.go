package outbound

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
)

// Hasten has what waits for another try submitted soon, because the carrier has room again: after
// a pause nobody waits for the end of theirs.
func (e *Engine) Hasten() {
	e.hastened.Add(1)
	select {
	case e.hasten <- struct{}{}:
	default: // it is about to be done
	}
}

// hastenAgain is when waiting messages are hastened again that the store did not let hasten.
const hastenAgain = time.Second

// keepHastening makes what waits due whenever [Engine.Hasten] is called, and at first, because
// what kept a message waiting may be over with the last process. It blocks until ctx ends.
func (e *Engine) keepHastening(ctx context.Context) {
	for {
		var again <-chan time.Time
		if err := e.db.Hasten(ctx, repli.Queued, time.Now()); err != nil && ctx.Err() == nil {
			e.log.Error("messages that wait for a carrier cannot be hastened", "error", err)
			again = time.After(hastenAgain)
		}
		select {
		case <-ctx.Done():
			return
		case <-e.hasten:
		case <-again:
		}
	}
}
