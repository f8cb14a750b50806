package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/repli-sms/repli/carrier/simulator"
)

const (
	question = "Is my order ready?"

	// patience is how long a person waits for an answer.
	patience = 20 * time.Second
)

// people text a number from many simulated phones.
type people struct {
	net    *simulator.Carrier
	gauge  gauge
	phones atomic.Int64 // number of phones handed out
}

// phone returns an unused phone number; there are ten million.
func (p *people) phone() string { return fmt.Sprintf("+1777%07d", p.phones.Add(1)) }

// wait waits for d, or until ctx ends.
func wait(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
