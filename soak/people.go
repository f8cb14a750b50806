//go:build linux

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"
)

// patience is how long a text may wait for its answer.
const patience = 100 * time.Second

// A text is sent by a phone of its own.
type text struct {
	phone, body string
	to          number
	sent        time.Time
	refused     bool      // it was not acknowledged: nothing is promised
	sid         string    // of an acknowledged one
	answered    time.Time // zero when it was not
	answers     []string  // what the phone has, a while after the answer
	asked       int       // how often its honest handler was asked
	state       string    // of one that was not answered, as the server says
}

// people send texts at a steady rate and wait for the answers.
type people struct {
	s         *server
	customers *customers
	numbers   []number
	again     time.Duration // how long after its answer a phone is looked at for a second one
	waiting   sync.WaitGroup

	mu   sync.Mutex
	done []text
}

// text texts the numbers in turn until ctx ends, the honest ones alone while calm() is true.
func (p *people) text(ctx context.Context, rate float64, calm func() bool) {
	tick := time.NewTicker(time.Duration(float64(time.Second) / rate))
	defer tick.Stop()
	for i := 0; ; i++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		to := p.numbers[i%len(p.numbers)]
		if to.hostile != "" && calm() {
			to = p.numbers[0]
		}
		x := text{phone: fmt.Sprintf("+1777%07d", i), body: fmt.Sprintf("text %d", i), to: to, sent: time.Now()}
		p.waiting.Go(func() {
			p.live(context.WithoutCancel(ctx), &x)
			p.mu.Lock()
			defer p.mu.Unlock()
			p.done = append(p.done, x)
		})
	}
}

// live is the life of one text. Texts that are not acknowledged are not sent again: they may have been
// kept.
func (p *people) live(ctx context.Context, x *text) {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	var sent struct{ SID string }
	err := p.s.call(ctx, "POST", "/phones/"+x.phone+"/messages", map[string]string{"to": x.to.address, "body": x.body}, &sent)
	if err != nil {
		x.refused = true
		return
	}
	x.sid = sent.SID
	for ctx.Err() == nil && len(p.read(ctx, x, "&wait_ms=20000")) == 0 {
		pause(ctx, 50*time.Millisecond)
	}
	if ctx.Err() == nil {
		x.answered = time.Now()
		pause(ctx, p.again)
	}
	for again, stop := context.WithTimeout(context.WithoutCancel(ctx), patience); ; {
		answers, err := p.conversation(again, x, "")
		if err == nil || again.Err() != nil {
			x.answers, x.asked = answers, p.customers.times(x.body)
			if len(answers) == 0 {
				x.state = p.state(again, x, err)
			}
			stop()
			return
		}
		pause(again, 100*time.Millisecond)
	}
}

// read returns what the phone got after its text; nothing when the server does not answer.
func (p *people) read(ctx context.Context, x *text, query string) []string {
	answers, err := p.conversation(ctx, x, query)
	if err != nil {
		return nil
	}
	return answers
}

func (p *people) conversation(ctx context.Context, x *text, query string) ([]string, error) {
	var on struct {
		Messages []struct{ Direction, Body string }
	}
	if err := p.s.call(ctx, "GET", "/phones/"+x.phone+"/messages?after="+x.sid+query, nil, &on); err != nil {
		return nil, err
	}
	var answers []string
	for _, m := range on.Messages {
		if m.Direction == "inbound" {
			return nil, errors.New("the phone has sent another text")
		}
		answers = append(answers, m.Body)
	}
	return answers, nil
}

// state returns what the server says of a text, and err if its phone could not be read.
func (p *people) state(ctx context.Context, x *text, err error) string {
	var m json.RawMessage
	err = errors.Join(err, p.s.call(ctx, "GET", "/messages/"+x.sid, nil, &m))
	return fmt.Sprint(string(m), err)
}

// all waits for every text and returns them.
func (p *people) all() []text {
	p.waiting.Wait()
	return p.done
}
