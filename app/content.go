package app

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier/simulator"
	"github.com/repli-sms/repli/store"
)

// wholePass is how often all messages are looked at again, for those that were unfinished when they
// grew old, for numbers that keep content longer than others, and for keys of another time.
const wholePass = time.Hour

// contentAge erases the content of messages that have kept it long enough. It goes through the
// store in the order in which messages were made.
type contentAge struct {
	db     *store.DB
	phones *simulator.Carrier // nil when phones are not simulated
	keep   time.Duration      // for numbers that have no time of their own; 0 is as long as the message

	after int64     // the place of the last message that was looked at
	began time.Time // when the last pass through all of them began
	whole bool      // it has not ended
}

// step looks at some messages and returns how many there were, fewer than a step when none is left
// for now.
func (c *contentAge) step(ctx context.Context, now time.Time) (looked int, err error) {
	own, err := c.db.KeepContent(ctx)
	if err != nil {
		return 0, err
	}
	least := shortest(c.keep, own)
	if least == 0 {
		return 0, nil
	}
	if since := now.Sub(c.began); since < 0 || since >= wholePass {
		c.after, c.began, c.whole = 0, now, true
	}
	ends := func(sender string, at, now time.Time) bool {
		keep, known := own[sender]
		if !known {
			keep = c.keep
		}
		return repli.ContentEnds(at, keep, now)
	}
	last, more, err := c.db.EraseContent(ctx, func(sender string, at time.Time) bool { return ends(sender, at, now) },
		c.after, now.Add(-least), c.whole, retentionStep)
	if err != nil {
		return 0, err
	}
	c.after, c.whole = last, c.whole && more
	if more {
		return retentionStep, nil
	}
	if c.phones != nil {
		err = c.phones.EraseContent(now, ends)
	}
	return 0, err
}

// shortest returns the shortest time that content is kept, 0 if all of it is kept as long as its
// message.
func shortest(keep time.Duration, own map[string]time.Duration) time.Duration {
	times := slices.DeleteFunc(append(slices.Collect(maps.Values(own)), keep), func(d time.Duration) bool { return d == 0 })
	if len(times) == 0 {
		return 0
	}
	return slices.Min(times)
}
