package store

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/repli-sms/repli"
)

const (
	remindEvery = time.Minute // how often it is logged that the store cannot be written to
	wellAfter   = time.Second // how long no failure makes it healthy; a disk that is nearly full fails now and then
)

// health is what the writer knows of the disk. It logs when the store can no longer be written to,
// and when it can again, but not each Change that fails: its caller gets the error.
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

// A probe finds out whether the store can be written to.
type probe struct {
	done chan struct{} // closed when it is over
	err  error
	at   time.Time // when it was over
}

// probeFor is how long the result of a probe is good for: whoever asks more often learns
// nothing more, and writes nothing.
const probeFor = time.Second

// Writable returns nil when a text could be made durable right now, or could a second ago.
// It finds out by writing about as much as a text and its answer take. It returns when ctx
// ends, also while a disk is stuck.
func (db *DB) Writable(ctx context.Context) error {
	p := db.probing()
	select {
	case <-p.done:
		return p.err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// probing returns the probe that is under way or good still, and else begins one.
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

// probeSize is how many bytes a probe writes.
const probeSize = 32 << 10

// tryWriting writes a row to a table that holds nothing else, and takes it away again.
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
