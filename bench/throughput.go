package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

// Durations of warm-up and of counting. Many short turns make a comparison more robust against a
// machine whose speed drifts.
const (
	warm = time.Second
	turn = 2 * time.Second
)

// busy returns the order to answer as many texts as possible.
func (o options) busy(long time.Duration) order {
	return order{Do: "texts", To: promptNumber, Phones: o.people, Warm: warm, For: long}
}

// measureThroughput compares a durable server with one without a store.
func measureThroughput(ctx context.Context, o options, t *table) (err error) {
	customer, begun, err := start(ctx, o.ledger, roleHandler, setting{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, customer.stop()) }()
	durable, _, err := start(ctx, o.ledger, roleServer, setting{Store: filepath.Join(o.dir, "durable.db"), Handler: begun.Handler})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, durable.stop()) }()
	off, _, err := start(ctx, o.ledger, roleServer, setting{Store: filepath.Join(o.dir, "off.db"), NoStore: true, Handler: begun.Handler})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, off.stop()) }()

	sides, err := compare(o, customer, durable, off)
	if err != nil {
		return err
	}
	few := o
	few.people, few.profile = o.people/3, ""
	fewer, err := compare(few, customer, durable, off)
	if err != nil {
		return err
	}
	alone, err := aloneCPU(ctx, o)
	if err != nil {
		return err
	}
	t.throughput(sides[0], sides[1], alone)
	t.tell(fmt.Sprintf("texts answered, durable store ÷ store off, %s people in place of %s", thousands(few.people), thousands(o.people)),
		"%.2f", ratio(fewer[0].rates, fewer[1].rates))
	return nil
}

// A side is one of two servers compared round by round.
type side struct {
	rates   []float64
	cpu     []float64 // the server's CPU seconds per thousand texts
	handler []float64 // the same for the handler
	batch   []float64 // Changes per transaction
	refused []float64 // conflicting Changes per thousand
}

// spent returns the CPU seconds per thousand texts of server and handler, for each round.
func (s side) spent() []float64 {
	both := make([]float64, len(s.cpu))
	for i := range both {
		both[i] = s.cpu[i] + s.handler[i]
	}
	return both
}

// compare measures servers at full load in alternating turns, alternating also which begins.
func compare(o options, customer *child, servers ...*child) ([]side, error) {
	sides := make([]side, len(servers))
	for round := range 2 * o.rounds {
		for i := range servers {
			if round%2 == 1 {
				i = len(servers) - 1 - i
			}
			ask := o.busy(turn)
			if o.profile != "" && round == 0 {
				ask.For = 10 * time.Second
				ask.Profile = filepath.Join(o.profile, fmt.Sprintf("server%d.pprof", i))
			}
			if err := sides[i].round(servers[i], customer, ask); err != nil {
				return nil, err
			}
		}
	}
	return sides, nil
}

// round measures one round of one side.
func (s *side) round(server, customer *child, ask order) error {
	before, err := customer.do(order{Do: "usage"})
	if err != nil {
		return err
	}
	got, err := server.do(ask)
	if err != nil {
		return err
	}
	after, err := customer.do(order{Do: "usage"})
	if err != nil {
		return err
	}
	// The handler also ran during the warm-up, at the same rate.
	counted := ask.For.Seconds() / (ask.For + ask.Warm).Seconds()
	s.rates = append(s.rates, got.rate())
	s.cpu = append(s.cpu, got.cpuPerThousand())
	s.handler = append(s.handler, (after.End.CPU-before.End.CPU)*counted*1000/float64(got.Texts))
	if got.Batches > 0 {
		s.batch = append(s.batch, float64(got.Commits)/float64(got.Batches))
		s.refused = append(s.refused, float64(got.Conflicts)*1000/float64(got.Commits))
	}
	return nil
}

// aloneCPU measures the rate and the CPU seconds per thousand texts of the phones and the
// simulated carrier alone.
func aloneCPU(ctx context.Context, o options) (got outcome, err error) {
	alone, _, err := start(ctx, o.ledger, roleNetwork, setting{Store: filepath.Join(o.dir, "network.phones")})
	if err != nil {
		return got, err
	}
	defer func() { err = errors.Join(err, alone.stop()) }()
	return alone.do(o.busy(turn))
}
