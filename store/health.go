package store

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/repli-sms/repli"
)

const (
	remindEvery = time.Minute // how often an unavailable store is logged again
	wellAfter   = time.Second // how long without a failure makes it healthy; a nearly full disk fails only now and then
)

// health tracks whether the disk can be written to. It logs each change between healthy and
// failing, but not each Change that fails, because the caller gets that error.
type health struct {
	failed time.Time // last failure
	logged time.Time // when a failure was last logged; zero while the store is healthy
}

// note records the result of a batch.
func (h *health) note(log *slog.Logger, err error, now time.Time) {
	var ill *repli.Error
	switch {
	case errors.As(err, &ill) && ill.Code == repli.CodeUnavailable:
		h.failed = now
		if now.Sub(h.logged) >= remindEvery {
			h.logged = now
			log.Error("nothing is taken until the store can be written to", "error", ill.Sentence(), "cause", ill.Err)
		}
	case !h.logged.IsZero() && now.Sub(h.failed) >= wellAfter:
		h.logged = time.Time{}
		log.Info("the store can be written to again")
	}
}

// A probe is one test of whether the store can be written to.
type probe struct {
	done chan struct{} // closed when the probe has ended
	err  error
	at   time.Time // when the probe ended
}

// probeFor is how long the result of a probe is reused, so that frequent health checks do not
// cause frequent writes.
const probeFor = time.Second

// Writable returns nil if the store can make a text durable now, or could within the last second.
// It finds out by writing about as much as a text and its answer take. It returns when ctx ends,
// even while the disk is stuck.
func (db *DB) Writable(ctx context.Context) error {
	p := db.probing()
	select {
	case <-p.done:
		return p.err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// probing returns the current probe, if it is running or recent, and otherwise starts one.
func (db *DB) probing() *probe {
	db.probeMu.Lock()
	defer db.probeMu.Unlock()
	if p := db.probe; p != nil {
		select {
		case <-p.done:
			if time.Since(p.at) < probeFor {
				return p
			}
		default:
			return p
		}
	}
	p := &probe{done: make(chan struct{})}
	db.probe = p
	go func() {
		defer close(p.done)
		p.err = db.tryWriting(context.Background())
		p.at = time.Now()
	}()
	return p
}

// probeSize is the number of bytes a probe writes.
const probeSize = 32 << 10

// tryWriting writes a row to a table used for nothing else, and deletes it again.
func (db *DB) tryWriting(ctx context.Context) error {
	err := db.transact(ctx, func(tx *Tx) error {
		return tx.exec(ctx, `
			INSERT INTO probes (id, filler) VALUES (1, $1)
			ON CONFLICT (id) DO UPDATE SET filler = excluded.filler`, make([]byte, probeSize))
	})
	if err != nil {
		return err
	}
	return db.transact(ctx, func(tx *Tx) error { return tx.exec(ctx, `DELETE FROM probes`) })
}
