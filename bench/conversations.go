package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/repli-sms/repli/carrier"
)

const (
	// textsAPhone is how many texts one phone sends before another takes its place: far fewer
	// than would look like two machines answering each other.
	textsAPhone = 10

	// watchers look for answers. They are fewer than people may be, because somebody who waits
	// needs no memory of ours.
	watchers = 500
)

// conversations are people each of whom sends a text, waits for its answer, and sends the
// next one.
type conversations struct {
	*people
	to      string
	ready   chan person // to send
	waiting chan person // for an answer
	all     sync.WaitGroup

	counting, stopping atomic.Bool
	answered           atomic.Int64 // while counting
}

// A person holds a phone.
type person struct {
	phone string
	texts int    // sent with it
	last  string // of them, as the network calls it
}

// converse has o.Phones people text for a while. It counts the texts answered and what this
// process uses, for o.For after o.Warm; in the first half of that the people begin one after
// the other.
func (p *people) converse(ctx context.Context, o order) (got outcome, err error) {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	c := &conversations{people: p, to: o.To, ready: make(chan person, o.Phones), waiting: make(chan person, o.Phones)}
	c.all.Add(o.Phones)
	go c.begin(ctx, o)
	go c.send(ctx, fail)
	for range min(o.Phones, watchers) {
		go c.watch(ctx, fail)
	}
	wait(ctx, o.Warm)
	got.Start, err = p.gauge.read()
	begun := time.Now()
	c.counting.Store(true)
	got.Peak = p.gauge.peak(ctx, o.For)
	c.counting.Store(false)
	got.Took = time.Since(begun)
	end, endErr := p.gauge.read()
	got.End = end
	c.stopping.Store(true)
	c.all.Wait()
	close(c.ready)
	close(c.waiting)
	got.Texts = int(c.answered.Load())
	return got, errors.Join(err, endErr, context.Cause(ctx))
}

// begin lets the people begin one after the other.
func (c *conversations) begin(ctx context.Context, o order) {
	begun := time.Now()
	for i := range o.Phones {
		wait(ctx, time.Until(begun.Add(o.Warm/2*time.Duration(i)/time.Duration(o.Phones))))
		c.ready <- person{phone: c.phone()}
	}
}

// send has those who are ready send a text each. Whoever cannot goes home.
func (c *conversations) send(ctx context.Context, fail context.CancelCauseFunc) {
	for who := range c.ready {
		go func() {
			if who.texts == textsAPhone {
				who = person{phone: c.phone()}
			}
			var err error
			who.texts++
			who.last, err = c.net.Send(ctx, carrier.Inbound{From: who.phone, To: c.to, Body: question})
			if err != nil {
				fail(err)
				c.all.Done()
				return
			}
			c.waiting <- who
		}()
	}
}

// watch waits for answers, one person's at a time. In the end whoever has one goes home.
func (c *conversations) watch(ctx context.Context, fail context.CancelCauseFunc) {
	for who := range c.waiting {
		texts, err := c.net.Wait(ctx, who.phone, who.last, patience)
		if err == nil && len(texts) == 0 {
			err = fmt.Errorf("%s was not answered within %v", who.last, patience)
		}
		if err != nil {
			fail(err)
		} else if c.counting.Load() {
			c.answered.Add(1)
		}
		if err != nil || c.stopping.Load() {
			c.all.Done()
			continue
		}
		c.ready <- who
	}
}
