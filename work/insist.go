package work

import (
	"context"
	"errors"
	"time"

	"github.com/repli-sms/repli"
)

const (
	firstPause = 100 * time.Millisecond
	lastPause  = 2 * time.Second
)

// Insist calls commit, which stores the result of a piece of work, and repeats it with growing
// pauses while the store is unavailable, so that a full disk does not make us ask a handler or a
// carrier twice. It returns nil as soon as commit succeeds, a permanent error at once, and the
// last temporary error when ctx ends. The lease may end in the meantime; the Change is guarded by
// the state of its rows.
func Insist(ctx context.Context, commit func() error) error {
	pauses := repli.Backoff{First: firstPause, Most: lastPause}
	for tries := 1; ; tries++ {
		err := commit()
		if !passing(err) {
			return err
		}
		again := time.NewTimer(pauses.After(tries))
		select {
		case <-again.C:
		case <-ctx.Done():
			again.Stop()
			return err
		}
	}
}

// passing reports whether err is a temporary failure of the store.
func passing(err error) bool {
	var e *repli.Error
	return errors.As(err, &e) && e.Code == repli.CodeUnavailable && e.Temporary
}
