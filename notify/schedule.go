package notify

import (
	"time"

	"github.com/repli-sms/repli"
)

// How a failed message is retried.
const (
	firstPause = 10 * time.Second
	lastPause  = time.Hour
	giveUp     = 24 * time.Hour
)

// turn returns the earliest time of the next delivery: the retry of a failed message, or the end
// of the window after the last message.
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

// succeeded returns the delivery after a successful message up to upto.
func succeeded(d repli.Delivery, upto repli.Position, now time.Time) repli.Delivery {
	return repli.Delivery{After: upto, Told: now, GivenUp: d.GivenUp}
}

// unsent returns the delivery after a try that never left this machine, apart from what was delivered
// up to reached. It does not count as a try.
func unsent(d repli.Delivery, reached repli.Position) repli.Delivery {
	if reached == d.After {
		return d
	}
	return repli.Delivery{After: reached, Told: d.Told, GivenUp: d.GivenUp}
}

// failed returns the delivery after a failed try, and whether the message was given up.
// Everything up to reached was delivered; the message, and any retry of it, goes up to upto.
func failed(d repli.Delivery, reached, upto repli.Position, why string, now time.Time) (repli.Delivery, bool) {
	if d.Tries == 0 || reached != d.After { // the first try, or there was progress since the last one
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

// earlier returns the earlier of two times, ignoring zero.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// later returns the later of two positions, comparing events and alerts separately.
func later(a, b repli.Position) repli.Position {
	return repli.Position{Event: max(a.Event, b.Event), Alert: max(a.Alert, b.Alert)}
}
