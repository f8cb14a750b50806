package notify

import (
	"time"

	"github.com/repli-sms/repli"
)

// How a message that was told in vain is tried again.
const (
	firstPause = 10 * time.Second
	lastPause  = time.Hour
	giveUp     = 24 * time.Hour
)

// turn returns the earliest time to tell somebody of what is new: when a message that failed is
// tried again, or when the window after the last message is over.
func turn(d repli.Delivery, window time.Duration) time.Time {
	switch {
	case d.Tries > 0:
		return d.Due
	case d.Told.IsZero():
		return time.Time{}
	default:
		return d.Told.Add(window)
	}
}

// told returns the delivery after a message that went up to upto was told.
func told(d repli.Delivery, upto repli.Position, now time.Time) repli.Delivery {
	return repli.Delivery{After: upto, Told: now, GivenUp: d.GivenUp}
}

// failed returns the delivery after a try in vain, and whether the message was given up. Up to
// reached all was told; the message goes up to upto, also when it is tried again.
func failed(d repli.Delivery, reached, upto repli.Position, why string, now time.Time) (repli.Delivery, bool) {
	if d.Tries == 0 || reached != d.After { // the first try, or of what was not tried before
		d.Tries, d.Failing = 0, now
	}
	d.After, d.Upto, d.Error = reached, upto, why
	d.Tries++
	d.Due = now.Add(repli.Backoff{First: firstPause, Most: lastPause}.After(d.Tries))
	if now.Sub(d.Failing) < giveUp {
		return d, false
	}
	return repli.Delivery{After: upto, Told: d.Told, Error: why, GivenUp: d.GivenUp + 1}, true
}

// earlier returns the earlier of two times, of which zero is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// later returns what lies behind both positions.
func later(a, b repli.Position) repli.Position {
	return repli.Position{Event: max(a.Event, b.Event), Alert: max(a.Alert, b.Alert)}
}
