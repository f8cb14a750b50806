package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/carrier/simulator"
)

// An arrival is a text that is sent independently of the others.
type arrival struct {
	phone string
	id    string // the network's id of the text
	due   time.Time
	sent  time.Time
	err   error
}

// arrive sends o.Rate texts a second on average, at random times and independently of each other.
// It counts during o.For, after o.Warm: the answers that arrived then, and how long each text
// sent then waited for its answer.
func (p *people) arrive(ctx context.Context, o order) (outcome, error) {
	endBeside := p.beside(ctx, o.Beside)
	begin := time.Now().Add(o.Warm)
	end := begin.Add(o.For)
	sent := make(chan arrival, int(o.Rate)) // room for one second of texts
	var peak int64
	var watch sync.WaitGroup
	watch.Go(func() {
		wait(ctx, o.Warm)
		peak = p.gauge.peak(ctx, o.For)
	})
	go p.send(ctx, o, end, sent)
	got, err := p.collect(ctx, sent, begin, end)
	watch.Wait()
	var besideErr error
	got.Beside, besideErr = endBeside()
	err = errors.Join(err, besideErr)
	got.Took, got.Peak = o.For, peak
	if err == nil && len(got.Latency) == 0 {
		err = errors.New("no text was answered")
	}
	return got, err
}

// send sends texts at random times until end, and closes the channel after the last one.
func (p *people) send(ctx context.Context, o order, end time.Time, sent chan<- arrival) {
	defer close(sent)
	var sending sync.WaitGroup
	defer sending.Wait()
	random := rand.New(rand.NewPCG(1, 2)) // a fixed seed
	for due := time.Now(); due.Before(end) && ctx.Err() == nil; {
		wait(ctx, time.Until(due))
		a := arrival{phone: p.phone(), due: due, sent: time.Now()}
		sending.Go(func() {
			a.id, a.err = p.net.Send(ctx, carrier.Inbound{From: a.phone, To: o.To, Body: question})
			sent <- a
		})
		due = due.Add(time.Duration(random.ExpFloat64() / o.Rate * float64(time.Second)))
	}
}

// collect waits for the answer to each text sent.
func (p *people) collect(ctx context.Context, sent <-chan arrival, begin, end time.Time) (got outcome, err error) {
	for a := range sent {
		if err != nil {
			continue // so that send can end
		}
		if err = a.err; err != nil {
			continue
		}
		var texts []simulator.Entry
		if texts, err = p.net.Wait(ctx, a.phone, a.id, patience); err != nil {
			continue
		}
		if len(texts) > 0 && within(texts[0].Arrived, begin, end) {
			got.Texts++
		}
		switch {
		case !within(a.due, begin, end):
		case len(texts) == 0:
			got.Missing++
		default:
			got.Latency = append(got.Latency, texts[0].Arrived.Sub(a.sent))
			got.Late = append(got.Late, a.sent.Sub(a.due))
		}
	}
	slices.Sort(got.Latency)
	slices.Sort(got.Late)
	return got, err
}

func within(t, begin, end time.Time) bool { return !t.Before(begin) && t.Before(end) }
