package main

import (
	"context"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// A usage is the resource usage of this process so far.
type usage struct {
	CPU      float64 // seconds, user and system, of all threads
	Resident int64   // bytes
}

// A gauge reads the resource usage from the same collectors as /metrics.
type gauge struct{ registry *prometheus.Registry }

func newGauge() gauge {
	g := gauge{prometheus.NewRegistry()}
	g.registry.MustRegister(collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return g
}

// read returns what is used now.
func (g gauge) read() (usage, error) {
	var u usage
	families, err := g.registry.Gather()
	if err != nil {
		return u, err
	}
	for _, f := range families {
		switch f.GetName() {
		case "process_cpu_seconds_total":
			u.CPU = f.GetMetric()[0].GetCounter().GetValue()
		case "process_resident_memory_bytes":
			u.Resident = int64(f.GetMetric()[0].GetGauge().GetValue())
		}
	}
	if u.Resident == 0 {
		return u, fmt.Errorf("this system does not say what a process uses")
	}
	return u, nil
}

// peak returns the peak resident memory during the next d.
func (g gauge) peak(ctx context.Context, d time.Duration) int64 {
	ctx, over := context.WithTimeout(ctx, d)
	defer over()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for most := int64(0); ; {
		if u, err := g.read(); err == nil {
			most = max(most, u.Resident)
		}
		select {
		case <-ctx.Done():
			return most
		case <-tick.C:
		}
	}
}
