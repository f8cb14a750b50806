package main

import (
	"context"
	"errors"
	"path/filepath"
	"time"
)

// crowd is the number of texts that wait for a slow handler at once.
const crowd = 10_000

// measureCrowd measures memory and rate while ten thousand texts wait. They start over four
// seconds, and counting starts four seconds later.
func measureCrowd(ctx context.Context, o options, t *table) (err error) {
	customer, begun, err := start(ctx, o.ledger, roleHandler, setting{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, customer.stop()) }()
	durable, _, err := start(ctx, o.ledger, roleServer, setting{Store: filepath.Join(o.dir, "crowd.db"), Handler: begun.Handler})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, durable.stop()) }()
	ask := order{Do: "texts", To: slowNumber, Phones: crowd, Warm: 8 * time.Second, For: 8 * time.Second}
	if o.profile != "" {
		ask.Profile = filepath.Join(o.profile, "crowd.pprof")
	}
	got, err := durable.do(ask)
	if err != nil {
		return err
	}
	t.crowd(got)
	return nil
}
