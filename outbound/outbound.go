// Package outbound takes a message to a phone: it submits what is queued to a carrier, tries
// again when the carrier is busy, and follows the receipts.
package outbound

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/callback"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/work"
)

// Config says what the engine works with.
type Config struct {
	DB       *store.DB
	Carrier  carrier.Carrier
	Callback *callback.Engine
	Lane     work.Config
	Log      *slog.Logger
}

// An Engine submits queued messages.
type Engine struct {
	db      *store.DB
	carrier carrier.Carrier
	tell    *callback.Engine
	lane    *work.Lane[repli.Message]
	log     *slog.Logger
}

// New returns an engine; [Engine.Run] starts it.
func New(cfg Config) *Engine {
	e := &Engine{db: cfg.DB, carrier: cfg.Carrier, tell: cfg.Callback, log: cfg.Log}
	e.lane = work.NewLane(work.Kind[repli.Message]{
		Name: "outbound",
		Key:  func(m repli.Message) repli.SID { return m.SID },
		Claim: func(ctx context.Context, lease repli.Lease, now time.Time, limit int) ([]repli.Message, error) {
			return cfg.DB.ClaimMessages(ctx, repli.Queued, lease, now, limit)
		},
		Renew:   cfg.DB.RenewMessages,
		Release: cfg.DB.ReleaseMessage,
		Do:      e.Submit,
	}, cfg.Lane)
	return e
}

// Run submits what is due. It blocks until ctx has ended and the messages in hand are
// submitted.
func (e *Engine) Run(ctx context.Context) error { return e.lane.Run(ctx) }

// InHand returns how many messages are being submitted.
func (e *Engine) InHand() int { return e.lane.InHand() }

// Commit commits a Change, and sets about submitting its queued messages at once when there
// is room.
func (e *Engine) Commit(ctx context.Context, change repli.Change) error {
	reserved := 0
	for i := range change.New {
		if change.New[i].State != repli.Queued {
			continue
		}
		if lease, ok := e.lane.Reserve(); ok {
			change.New[i].Lease = lease
			reserved++
		}
	}
	if err := e.tell.Commit(ctx, change); err != nil {
		for range reserved {
			e.lane.Cancel()
		}
		return err
	}
	for _, m := range change.New {
		if m.State == repli.Queued && m.Lease.By != "" {
			e.lane.Hand(m, m.Lease)
		}
	}
	return nil
}

// Submit gives one queued message to the carrier and commits what came of it.
func (e *Engine) Submit(ctx context.Context, m repli.Message) error {
	now := time.Now()
	if now.Sub(m.Created) > validity {
		return e.tell.Commit(ctx, failed(m, &repli.Error{Code: 30036}, now))
	}
	if !e.lane.Holds(m.SID) {
		return nil // somebody else submits it by now
	}
	m.Tries++
	err := e.carrier.Submit(ctx, m)
	now = time.Now()
	var change repli.Change
	switch refusal := refusalOf(err); {
	case err == nil:
		change = sent(m, now)
	case ctx.Err() != nil:
		return context.Cause(ctx) // told to give up: it is submitted after the next start
	case refusal.Temporary:
		change = again(m, now)
	default:
		e.log.Warn("the carrier refused a message", "message", m, "carrier", e.carrier.Name(), "error", err)
		change = failed(m, refusal, now)
	}
	return e.tell.Commit(ctx, change) // a conflict means that the receipt was faster
}

// refusalOf returns what a carrier said as an *Error. One it cannot explain may pass.
func refusalOf(err error) *repli.Error {
	var refusal *repli.Error
	if errors.As(err, &refusal) {
		return refusal
	}
	return &repli.Error{Code: 30008, Err: err, Temporary: true}
}

// Receipt records what became of a message. It returns nil once that is durable, and also
// for a receipt that says nothing new.
func (e *Engine) Receipt(ctx context.Context, r carrier.Receipt) error {
	for {
		m, err := e.db.Message(ctx, r.Message)
		if repli.CodeOf(err) == 20404 || err == nil && !m.State.MayBecome(r.State) {
			e.log.Info("a receipt says nothing new", "message", string(r.Message), "state", string(r.State))
			return nil
		}
		if err != nil {
			return err
		}
		err = e.tell.Commit(ctx, received(m, r, time.Now()))
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
}
