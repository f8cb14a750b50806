package inbound

import (
	"context"
	"fmt"
	"time"

	"github.com/repli-sms/repli"
)

// inMaintenance reports whether the walk began while its number was in maintenance.
func (w *walk) inMaintenance() bool { return w.maintenance != nil }

// maintain answers without the primary: with the text of the maintenance, which counts as the
// last resort's, or by the steps after the first.
func (w *walk) maintain(ctx context.Context) error {
	if len(w.num.Chain.Steps) > 0 {
		w.skip(0, failure{detail: fmt.Sprintf("Not asked: %s is in maintenance until %s", w.num.Address, w.maintenance.Until.Format(time.RFC3339))})
	}
	if text := w.maintenance.Text(w.num.Language); text != "" {
		w.speak(ctx, text)
		return w.e.conclude(ctx, w, w.answered(repli.ByLastResort))
	}
	return w.from(ctx, 1)
}
