package outbound

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
)

// Hasten retries waiting messages soon, because the carrier accepts messages again.
func (e *Engine) Hasten() {
	e.hastened.Add(1)
	select {
	case e.hasten <- struct{}{}:
	default: // a request is pending already
	}
}

// hastenAgain is the pause before Hasten is repeated after an error of the store.
const hastenAgain = time.Second

// keepHastening makes waiting messages due whenever [Engine.Hasten] is called, and once at start,
// because their reason to wait may have ended with the last process. It blocks until ctx ends.
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
