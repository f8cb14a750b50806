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
	// textsAPhone is the number of texts one phone sends before another replaces it. It is far
	// below the limit of the loop guard.
	textsAPhone = 10

	// watchers is the number of goroutines that wait for answers. There may be many more people,
	// because a waiting person needs no goroutine.
	watchers = 500
)

// conversations simulates people, each of whom sends a text, waits for its answer, and sends the
// next one.
type conversations struct {
	*people
	to      string
	ready   chan person // people about to send
	waiting chan person // people waiting for an answer
	all     sync.WaitGroup

	counting, stopping atomic.Bool
	answered           atomic.Int64 // while counting
}

// A person holds a phone.
type person struct {
	phone string
	texts int    // sent with it
	last  string // the network's id of the last text
}

// converse has o.Phones people text for a while. It counts the answered texts and the resources
// of this process during o.For, after o.Warm; people start gradually in the first half of o.Warm.
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

// begin starts the people gradually.
func (c *conversations) begin(ctx context.Context, o order) {
	begun := time.Now()
	for i := range o.Phones {
		wait(ctx, time.Until(begun.Add(o.Warm/2*time.Duration(i)/time.Duration(o.Phones))))
		c.ready <- person{phone: c.phone()}
	}
}

// send sends a text for each person who is ready. A person whose text fails is dropped.
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

// watch waits for answers, for one person at a time. At the end it drops the people it gets.
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
