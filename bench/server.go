package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/webhook"
)

// The numbers of a server under test, named after how their handlers answer: at once, slowly, or with
// as much work as they can cause.
const (
	promptNumber = "+15550001000"
	slowNumber   = "+15550002000"
	spinsNumber  = "+15550003000"
	fatNumber    = "+15550004000"
)

const (
	account = repli.SID("AC00000000000000000000000000000001")
	token   = "00000000000000000000000000000001"
)

// inFlight is the maximum number of concurrent calls of handlers.
const inFlight = 12_000

// A server is a whole Repli and the people who text it.
type server struct {
	*app.Server
	path   string
	begun  time.Time
	people people
	stop   context.CancelFunc
	done   chan error
}

func (s *server) obey(ctx context.Context, o order) (outcome, error) {
	switch o.Do {
	case "begin":
		return outcome{}, s.begin(ctx, o.Server)
	case "texts":
		return s.texts(ctx, o)
	case "arrivals":
		return s.people.arrive(ctx, o)
	case "fill":
		return s.fill(ctx, o.Rows)
	case "reads":
		return s.read(ctx)
	case "show":
		return s.show(ctx)
	case "usage":
		u, err := s.people.gauge.read()
		return outcome{End: u}, err
	}
	return outcome{}, fmt.Errorf("a server does not know the order %q", o.Do)
}

func (s *server) begin(ctx context.Context, set setting) (err error) {
	app.TuneMemory()
	s.Server, err = app.NewServer(ctx, app.ServerConfig{
		Listen:  "127.0.0.1:0", // not used: texts come from the carrier
		Store:   set.Store,
		NoStore: set.NoStore,
		Account: account,
		Token:   token,

		Password: set.Password,
		Webhooks: webhook.Config{
			AllowPrivate: true, MaxInFlight: inFlight, MaxPerHost: inFlight,
		},
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if err != nil {
		return err
	}
	s.begun = time.Now()
	s.path, s.people.gauge, s.people.net = set.Store, newGauge(), s.Phones
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop, s.done = stop, make(chan error, 1)
	go func() { s.done <- s.Run(run) }()
	return s.addNumbers(ctx, set.Handler)
}

// addNumbers adds the numbers, unless the store has them.
func (s *server) addNumbers(ctx context.Context, handler string) error {
	kept, err := s.DB.Numbers(ctx, account, store.NumberFilter{}, store.Page{Limit: 1})
	if err != nil || len(kept) > 0 {
		return err
	}
	return s.DB.Configure(ctx, func(tx *store.Tx) error {
		return errors.Join(
			tx.AddNumber(ctx, number(promptNumber, handler+"/now")),
			tx.AddNumber(ctx, number(slowNumber, handler+"/slow")),
			tx.AddNumber(ctx, unguarded(number(spinsNumber, handler+"/spins"))),
			tx.AddNumber(ctx, unguarded(number(fatNumber, handler+"/fat"))))
	})
}

func number(address, url string) repli.Number {
	now := time.Now()
	return repli.Number{
		SID: repli.NewSID(repli.NumberPrefix), Account: account, Address: address,
		Chain:   repli.Chain{Steps: []repli.Step{{URL: url, Method: "POST"}}, AnswerBy: repli.DefaultAnswerBy, LastResort: "Back soon."},
		Created: now, Updated: now,
	}
}

// unguarded returns a number whose primary is asked however often it has failed.
func unguarded(n repli.Number) repli.Number {
	n.BreakerOff = true
	return n
}

// texts runs conversations for a while.
func (s *server) texts(ctx context.Context, o order) (outcome, error) {
	before := s.DB.Stats()
	got, err := s.people.converse(ctx, o)
	after := s.DB.Stats()
	got.Commits, got.Batches = after.Committed-before.Committed, after.Batches-before.Batches
	got.Conflicts = after.Conflicts - before.Conflicts
	return got, err
}

func (s *server) end() error {
	if s.done == nil {
		return nil
	}
	s.stop()
	return <-s.done
}
