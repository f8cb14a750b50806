package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/store"
)

const (
	fillers    = 4   // goroutines that fill a store
	textsAtOne = 100 // texts in one Change
)

// fill stores the given number of messages, half of them texts and half replies. Each is a copy
// of a text that was just answered, with everything stored about it, from another phone.
func (s *server) fill(ctx context.Context, rows int) (got outcome, err error) {
	like, err := s.example(ctx)
	if err != nil {
		return got, err
	}
	before, begun := s.size(), time.Now()
	work := make(chan int)
	var all sync.WaitGroup
	errs := make([]error, fillers)
	for i := range errs {
		all.Go(func() {
			for n := range work {
				errs[i] = errors.Join(errs[i], s.DB.Commit(ctx, like.copies(n, &s.people)))
			}
		})
	}
	for left := rows / 2; left > 0; left -= textsAtOne {
		work <- min(left, textsAtOne)
	}
	close(work)
	all.Wait()
	got.Texts, got.Took, got.Bytes = rows/2, time.Since(begun), s.size()-before
	return got, errors.Join(errs...)
}

// size returns the size of the store's files in bytes.
func (s *server) size() int64 {
	total := int64(0)
	for _, name := range []string{s.path, s.path + "-wal"} {
		if info, err := os.Stat(name); err == nil {
			total += info.Size()
		}
	}
	return total
}

// An exchange is a text, its reply, and the attempt that produced it.
type exchange struct {
	text, reply repli.Message
	attempt     repli.Attempt
}

// example sends a text, and returns everything that is stored when its reply is delivered.
func (s *server) example(ctx context.Context) (x exchange, err error) {
	if _, err := s.Phones.Send(ctx, carrier.Inbound{From: s.people.phone(), To: promptNumber, Body: question}); err != nil {
		return x, err
	}
	for range 100 {
		newest, err := s.DB.Messages(ctx, account, store.Page{Limit: 2})
		if err != nil {
			return x, err
		}
		if len(newest) == 2 && newest[0].State == repli.Delivered {
			x.reply, x.text = newest[0], newest[1]
			attempts, err := s.DB.Attempts(ctx, x.text.SID, store.Page{Limit: 1000})
			if err != nil || len(attempts) != 1 {
				return x, errors.Join(err, fmt.Errorf("a text has %d attempts", len(attempts)))
			}
			x.attempt = attempts[0]
			return x, nil
		}
		wait(ctx, 20*time.Millisecond)
	}
	return x, errors.New("a reply was not delivered within two seconds")
}

// complaint returns an alert about the attempt.
func (x exchange) complaint() repli.Alert {
	return repli.Alert{
		SID: repli.NewSID(repli.AlertPrefix), Account: account, Code: 11200, Message: x.text.SID, Attempt: x.attempt.SID,
		Number: x.text.To, URL: x.attempt.URL, Method: x.attempt.Method, Detail: "The handler answered 500", Created: x.text.Created,
	}
}

// copies returns the Change that stores n copies of the exchange, each with its own phone, and an
// alert.
func (x exchange) copies(n int, p *people) repli.Change {
	var c repli.Change
	for range n {
		one := x
		phone := p.phone()
		one.text.SID, one.text.From = repli.NewSID(repli.MessagePrefix), phone
		one.reply.SID, one.reply.To = repli.NewSID(repli.MessagePrefix), phone
		one.reply.InReplyTo = one.text.SID
		one.attempt.SID, one.attempt.Message = repli.NewSID(repli.AttemptPrefix), one.text.SID
		c.New = append(c.New, one.text, one.reply)
		c.Attempts = append(c.Attempts, one.attempt)
	}
	c.Alerts = []repli.Alert{x.complaint()}
	return c
}
