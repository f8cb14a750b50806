package inbound

import (
	"context"
	"fmt"
	"time"

	"github.com/repli-sms/repli"
)

// Answer asks each step of the chain in turn until one gives TwiML that can be used, and carries it
// out. Every try is recorded, whatever comes of it.
func (e *Engine) Answer(ctx context.Context, msg repli.Message) error {
	g, err := e.read(ctx, msg)
	if err != nil {
		return err
	}
	w, err := g.walk(ctx)
	if err != nil {
		return err
	}
	if w.inMaintenance() {
		return w.maintain(ctx)
	}
	if err := e.catchUp(ctx); err != nil {
		return err
	}
	defer w.release()
	return w.run(ctx, 0)
}

// maintain answers without the primary: with the text of the maintenance, which counts as the last
// resort's, or else by the steps after the first.
func (w *walk) maintain(ctx context.Context) error {
	if len(w.steps()) > 0 {
		w.skip(0, failure{detail: fmt.Sprintf("Not asked: %s is in maintenance until %s", w.num.Address, w.maintenance.Until.Format(time.RFC3339))})
	}
	if text := w.maintenance.Text(w.num.Language); text != "" {
		w.speak(ctx, text)
		return w.conclude(ctx, w.answered(repli.ByLastResort))
	}
	return w.run(ctx, 1)
}
