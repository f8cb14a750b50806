package main

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/repli-sms/repli/carrier"
)

// besidePace is the load under which others are measured while a handler misbehaves, in texts a second.
const besidePace = 200

// measureMisbehaving compares how long people wait for a good handler while nobody texts another number,
// and while somebody texts numbers whose handlers misbehave as far as they can.
func measureMisbehaving(ctx context.Context, o options, t *table) (err error) {
	customer, begun, err := start(ctx, o.ledger, roleHandler, setting{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, customer.stop()) }()
	durable, _, err := start(ctx, o.ledger, roleServer, setting{Store: filepath.Join(o.dir, "misbehaving.db"), Handler: begun.Handler})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, durable.stop()) }()
	var quiet, beside waits
	hostile := 0
	ask := order{Do: "arrivals", To: promptNumber, Rate: besidePace, Warm: warm, For: 5 * time.Second}
	for range o.rounds {
		got, err := durable.do(ask)
		if err != nil {
			return err
		}
		quiet.add(got)
		disturbed := ask
		disturbed.Beside = []string{spinsNumber, fatNumber}
		if o.profile != "" {
			disturbed.Profile = filepath.Join(o.profile, "misbehaving.pprof")
		}
		if got, err = durable.do(disturbed); err != nil {
			return err
		}
		beside.add(got)
		hostile += got.Beside
	}
	t.misbehaving(quiet, beside, hostile)
	return nil
}

// besidePause is the time between two texts of somebody who texts a number whose handler misbehaves.
const besidePause = time.Second

// beside has one person text each of these numbers over and over, each time from a new phone, as soon as
// the answer has come but not more than once a second, and returns a function that ends that and
// returns how many texts were answered.
func (p *people) beside(ctx context.Context, numbers []string) func() (int, error) {
	ctx, stop := context.WithCancel(ctx)
	var all sync.WaitGroup
	var answered atomic.Int64
	errs := make([]error, len(numbers))
	for i, to := range numbers {
		all.Go(func() {
			for errs[i] == nil && ctx.Err() == nil {
				next := time.Now().Add(besidePause)
				phone := p.phone()
				id, err := p.net.Send(ctx, carrier.Inbound{From: phone, To: to, Body: question})
				if err == nil {
					texts, waitErr := p.net.Wait(ctx, phone, id, patience)
					if answered.Add(int64(len(texts))); waitErr == nil && len(texts) == 0 && ctx.Err() == nil {
						waitErr = errors.New("the last resort of a number whose handler misbehaves did not speak")
					}
					err = waitErr
				}
				if ctx.Err() == nil {
					errs[i] = err
				}
				wait(ctx, time.Until(next))
			}
		})
	}
	return func() (int, error) {
		stop()
		all.Wait()
		return int(answered.Load()), errors.Join(errs...)
	}
}
