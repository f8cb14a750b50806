package main

import (
	"context"
	"errors"
	"path/filepath"
	"time"
)

// paces are the loads under which latency is measured, in texts a second.
var paces = []float64{500, 2500}

// waits are the latencies at one rate: percentiles, one for each round.
type waits struct {
	pace                  float64
	p50, p90, p99, behind []float64 // milliseconds
	missing, texts        int
}

// measureLatency measures the latency of answers, and between the rounds that of the disk's
// fsync.
func measureLatency(ctx context.Context, o options, t *table) (err error) {
	customer, begun, err := start(ctx, o.ledger, roleHandler, setting{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, customer.stop()) }()
	durable, _, err := start(ctx, o.ledger, roleServer, setting{Store: filepath.Join(o.dir, "latency.db"), Handler: begun.Handler})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, durable.stop()) }()

	all := make([]waits, len(paces))
	var disk waits
	for range o.rounds {
		took, err := syncs(ctx, o.dir, time.Second)
		if err != nil {
			return err
		}
		disk.add(outcome{Latency: took})
		for i, pace := range paces {
			got, err := durable.do(order{Do: "arrivals", To: promptNumber, Rate: pace, Warm: warm / 2, For: 4 * time.Second})
			if err != nil {
				return err
			}
			all[i].pace = pace
			all[i].add(got)
		}
	}
	t.latency(disk, all)
	return nil
}

func (w *waits) add(got outcome) {
	w.p50 = append(w.p50, milliseconds(percentile(got.Latency, .50)))
	w.p90 = append(w.p90, milliseconds(percentile(got.Latency, .90)))
	w.p99 = append(w.p99, milliseconds(percentile(got.Latency, .99)))
	w.behind = append(w.behind, milliseconds(percentile(got.Late, .99)))
	w.missing += got.Missing
	w.texts += len(got.Latency)
}

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1000 }
