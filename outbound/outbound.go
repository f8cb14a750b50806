// Package outbound takes a message to a phone: it chooses who sends what a service has
// accepted, submits what is queued to a carrier, tries again when the carrier is busy, and
// follows the receipts.
package outbound

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
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

	// Fetch gets the media of a message, at most limit bytes of one. It decides which hosts may
	// be asked.
	Fetch Fetch
}

// Fetch is [webhook.Client.Fetch].
type Fetch func(ctx context.Context, url string, limit int64) (contentType string, body []byte, err error)

// An Engine submits queued messages.
type Engine struct {
	db      *store.DB
	carrier carrier.Carrier
	tell    *callback.Engine
	lane    *work.Lane[repli.Message]
	fetch   Fetch
	fetches chan struct{} // holds one for each message whose media are in memory
	log     *slog.Logger
	stats   stats

	awaiting awaiting
	turn     atomic.Uint64 // whose turn it is in the pool of a service

	hasten   chan struct{}
	hastened atomic.Uint64 // how often
}

// New returns an engine; [Engine.Run] starts it.
func New(cfg Config) *Engine {
	e := &Engine{db: cfg.DB, carrier: cfg.Carrier, tell: cfg.Callback, fetch: cfg.Fetch, log: cfg.Log, stats: newStats(),
		fetches: make(chan struct{}, maxFetches), hasten: make(chan struct{}, 1)}
	e.lane = work.NewLane(work.Kind[repli.Message]{
		Name:    "outbound",
		Key:     func(m repli.Message) repli.SID { return m.SID },
		Lease:   func(m *repli.Message) *repli.Lease { return &m.Lease },
		Claim:   e.claim,
		Renew:   cfg.DB.RenewMessages,
		Release: cfg.DB.ReleaseMessage,
		Do:      e.Send,
	}, cfg.Lane)
	return e
}

// Run submits what is due. It blocks until ctx has ended and the messages in hand are
// submitted.
func (e *Engine) Run(ctx context.Context) error {
	var aside sync.WaitGroup
	defer aside.Wait()
	aside.Go(func() { e.keepHastening(ctx) })
	return e.lane.Run(ctx)
}

// InHand returns how many messages are being submitted.
func (e *Engine) InHand() int { return e.lane.InHand() }

// claim leases messages that are due: those ready for a carrier before others. What it has
// leased is returned whatever happens then; the next sweep meets the error again.
func (e *Engine) claim(ctx context.Context, lease repli.Lease, now time.Time, limit int, _ ...string) ([]repli.Message, error) {
	var all []repli.Message
	for _, state := range []repli.State{repli.Queued, repli.Accepted, repli.Scheduled} {
		if len(all) == limit {
			return all, nil
		}
		found, err := e.db.ClaimMessages(ctx, state, lease, now, limit-len(all))
		if err != nil && len(all) == 0 {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// Commit commits a Change, and sets about sending its queued and accepted messages at once
// when there is room.
func (e *Engine) Commit(ctx context.Context, change repli.Change) error {
	var ready []*repli.Message
	for i := range change.New {
		if m := &change.New[i]; m.State == repli.Queued || m.State == repli.Accepted {
			ready = append(ready, m)
		}
	}
	return e.lane.Commit(ready, func() error { return e.tell.Commit(ctx, change) })
}

// Send takes one message on its way, from wherever it stands: it finds who sends it and
// fetches its media, as far as that is not done yet, and submits it.
func (e *Engine) Send(ctx context.Context, m repli.Message) error {
	var ready bool
	var err error
	if m.State != repli.Queued {
		if m, ready, err = e.dispatch(ctx, m); !ready {
			return err
		}
	}
	if m, ready, err = e.attach(ctx, m); !ready {
		return err
	}
	return e.Submit(ctx, m)
}

// Submit gives one queued message to the carrier and commits what came of it.
func (e *Engine) Submit(ctx context.Context, m repli.Message) error {
	if now := time.Now(); expired(m, now) {
		return e.conclude(ctx, failed(m, &repli.Error{Code: 30036}, now))
	}
	why, err := e.withheld(ctx, m)
	switch {
	case err != nil:
		return err
	case !e.lane.Holds(m.SID):
		return work.ErrLost
	case why != nil:
		return e.conclude(ctx, failed(m, why, time.Now()))
	}
	m.Tries++
	var isSent bool
	hastened := e.hastened.Load()
	e.awaiting.begin(m.SID)
	defer func() { e.awaiting.end(m, isSent) }()
	err = e.carrier.Submit(ctx, m)
	refusal, now := refusalOf(err), time.Now()
	switch {
	case err == nil:
		err = e.conclude(ctx, sent(m, now))
		isSent = err == nil
		return err
	case ctx.Err() != nil:
		return context.Cause(ctx) // told to give up: it is submitted after the next start
	case refusal.Temporary:
		err = e.conclude(ctx, again(m, now))
		if e.hastened.Load() != hastened { // while it was refused
			e.Hasten()
		}
		return err
	default:
		e.log.Warn("the carrier refused a message", "message", m, "carrier", e.carrier.Name(), "error", err)
		return e.conclude(ctx, failed(m, refusal, now))
	}
}

// conclude commits what came of a submit, whatever becomes of ctx: the carrier knows it
// already. A conflict means that the receipt was faster.
func (e *Engine) conclude(ctx context.Context, change repli.Change) error {
	err := work.Insist(ctx, func() error { return e.tell.Commit(context.WithoutCancel(ctx), change) })
	if err == nil {
		e.stats.moved(change)
	}
	return err
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
		m, err := e.message(ctx, r.Message)
		if repli.IsNotFound(err) || err == nil && !isNews(m, r) {
			e.log.Info("a receipt says nothing new", "message", string(r.Message), "state", string(r.State))
			return nil
		}
		if err != nil {
			return err
		}
		change := received(m, r, time.Now())
		if err = e.tell.Commit(ctx, change); err == nil {
			e.stats.moved(change)
		}
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
}

// message returns a message a receipt is about. It is in the state it has, or had when it
// was sent; whoever moves it on is guarded either way.
func (e *Engine) message(ctx context.Context, s repli.SID) (repli.Message, error) {
	if m, ok := e.awaiting.take(ctx, s); ok {
		return m, nil
	}
	return e.db.Message(ctx, s)
}
