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

// Insist commits what came of a piece of work. While the store cannot be written to, it keeps
// what there is to commit and calls commit again after a pause, so that neither a handler nor
// a carrier is asked twice because a disk was full. It returns nil once commit has, commit's
// error when that is no passing one, and the last passing one when ctx ends. A lease may end
// meanwhile; the Change is guarded by the state of its rows.
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

// passing reports whether the store has failed in a way that may pass.
func passing(err error) bool {
	var e *repli.Error
	return errors.As(err, &e) && e.Code == repli.CodeUnavailable && e.Temporary
}
