package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

const (
	readings = 200 // of each kind
	claims   = 20
	claimed  = 100 // rows per claim
)

// read measures how long the store takes for lists, look-ups and claims.
func (s *server) read(ctx context.Context) (outcome, error) {
	known, err := s.known(ctx)
	if err != nil {
		return outcome{}, err
	}
	one := func() repli.SID { return known[rand.IntN(len(known))] }
	var got outcome
	for _, kind := range []struct {
		name  string
		times int
		read  func() error
	}{
		{"the newest 50 messages", readings, func() error {
			_, err := s.DB.Messages(ctx, account, store.Page{Limit: 50})
			return err
		}},
		{"50 messages from the middle", readings, func() error {
			_, err := s.DB.Messages(ctx, account, store.Page{Limit: 50, Before: one()})
			return err
		}},
		{"one message", readings, func() error { _, err := s.DB.Message(ctx, one()); return err }},
		{"the attempts of a message", readings, func() error { _, err := s.DB.Attempts(ctx, one(), store.Page{Limit: 1000}); return err }},
		{"a sweep that finds nothing", readings, func() error {
			_, err := s.claim(ctx)
			return err
		}},
	} {
		median, err := timed(kind.times, kind.read)
		if err != nil {
			return got, fmt.Errorf("%s: %w", kind.name, err)
		}
		got.Reads = append(got.Reads, timing{kind.name, median})
	}
	median, err := s.timeClaims(ctx)
	got.Reads = append(got.Reads, timing{fmt.Sprintf("a claim of %d", claimed), median})
	return got, err
}

// timed returns the median duration of repeated calls.
func timed(times int, do func() error) (time.Duration, error) {
	all := make([]time.Duration, times)
	for i := range all {
		start := time.Now()
		if err := do(); err != nil {
			return 0, err
		}
		all[i] = time.Since(start)
	}
	slices.Sort(all)
	return percentile(all, .5), nil
}

// known returns messages from the whole range of the store. It skips through the keys, which are
// ordered by time.
func (s *server) known(ctx context.Context) ([]repli.SID, error) {
	oldest, newest := s.begun, time.Now()
	var all []repli.SID
	for range readings {
		at := oldest.Add(time.Duration(rand.Int64N(int64(newest.Sub(oldest)))))
		found, err := s.DB.Messages(ctx, account, store.Page{Limit: 1, Before: repli.SIDAt(repli.MessagePrefix, at)})
		if err != nil {
			return nil, err
		}
		for _, m := range found {
			all = append(all, m.SID)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("the store has no message")
	}
	return all, nil
}

// timeClaims returns the median duration of claiming many rows at once. The rows are in a state
// that no worker claims.
func (s *server) timeClaims(ctx context.Context) (time.Duration, error) {
	like, err := s.example(ctx)
	if err != nil {
		return 0, err
	}
	var took []time.Duration
	for range claims {
		var c repli.Change
		for range claimed {
			m := like.reply
			m.SID, m.State, m.Due = repli.NewSID(repli.MessagePrefix), repli.Sent, m.Created
			c.New = append(c.New, m)
		}
		if err := s.DB.Commit(ctx, c); err != nil {
			return 0, err
		}
		start := time.Now()
		n, err := s.claim(ctx)
		took = append(took, time.Since(start))
		if err != nil || n != claimed {
			return 0, fmt.Errorf("%d rows were claimed, not %d: %w", n, claimed, err)
		}
	}
	slices.Sort(took)
	return percentile(took, .5), nil
}

// claim claims rows as a sweep does, in the state that no worker claims.
func (s *server) claim(ctx context.Context) (int, error) {
	now := time.Now()
	lease := repli.Lease{By: "bench", Until: now.Add(time.Hour)}
	found, err := s.DB.ClaimMessages(ctx, repli.Sent, lease, now, claimed)
	return len(found), err
}
