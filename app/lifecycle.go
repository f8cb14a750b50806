package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
)

// A part runs until its context ends and then finishes its work.
type part struct {
	name string
	run  func(context.Context) error
}

// runInOrder starts the parts in order. When ctx ends it calls stopping and stops the parts one
// by one in reverse order, each waiting for its work; a part that fails stops the others too. It
// returns the errors, or nil.
func runInOrder(ctx context.Context, stopping func(), parts []part) error {
	type running struct {
		stop context.CancelFunc
		done chan struct{}
		err  error
	}
	started := make([]*running, len(parts))
	failed := make(chan struct{}, len(parts))
	for i, p := range parts {
		own, stop := context.WithCancel(context.WithoutCancel(ctx))
		r := &running{stop: stop, done: make(chan struct{})}
		started[i] = r
		go func() {
			defer close(r.done)
			if err := p.run(own); err != nil {
				r.err = fmt.Errorf("%s: %w", p.name, err)
			}
			failed <- struct{}{}
		}()
	}
	select {
	case <-ctx.Done():
	case <-failed:
	}
	stopping()
	var errs []error
	for i := len(started) - 1; i >= 0; i-- {
		started[i].stop()
		<-started[i].done
		errs = append(errs, started[i].err)
	}
	return errors.Join(errs...)
}

// node returns the name under which this process holds leases. It is unique; host names and
// process numbers are not, in containers.
func node() string {
	host, err := os.Hostname()
	if err != nil {
		host = "repli"
	}
	return fmt.Sprintf("%s/%d/%.6s", host, os.Getpid(), rand.Text())
}
