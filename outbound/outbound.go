// Package outbound sends messages to phones: it chooses the sender of messages that a service has
// accepted and the carrier, submits queued messages, retries when the carrier is busy, and
// processes receipts.
package outbound

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/callback"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/work"
)

// Config holds what the engine depends on.
type Config struct {
	DB       *store.DB
	Routes   []Route // one for each carrier, with distinct names
	Callback *callback.Engine
	Lane     work.Config // settings of each carrier's lane
	Log      *slog.Logger

	// Fetch fetches media, at most limit bytes. It decides which hosts are allowed.
	Fetch Fetch

	// Jitter returns the random part of a pause, from 0 to 1; nil uses math/rand.
	Jitter func() float64
}

// Fetch is [webhook.Client.Fetch].
type Fetch func(ctx context.Context, url string, limit int64) (contentType string, body []byte, err error)

// An Engine submits queued messages.
type Engine struct {
	db      *store.DB
	ways    map[string]*way // by the carrier's name
	names   []string        // of the carriers, in order
	tell    *callback.Engine
	lane    *work.Lane[repli.Message] // of messages that have no carrier yet
	fetch   Fetch
	fetches chan struct{} // holds one for each message whose media are in memory
	log     *slog.Logger
	jitter  func() float64
	stats   stats

	awaiting awaiting
	turn     atomic.Uint64 // counts the turns of senders in services' pools

	hasten   chan struct{}
	hastened atomic.Uint64 // number of calls of Hasten that were carried out
}

// New returns an engine; [Engine.Run] starts it. It panics if two carriers have the same name or
// [carrier.CheckName] refuses a name.
func New(cfg Config) *Engine {
	e := &Engine{db: cfg.DB, ways: map[string]*way{}, tell: cfg.Callback, fetch: cfg.Fetch, log: cfg.Log, jitter: cfg.Jitter, stats: newStats(),
		fetches: make(chan struct{}, maxFetches), hasten: make(chan struct{}, 1)}
	if e.jitter == nil {
		e.jitter = rand.Float64
	}
	for _, r := range cfg.Routes {
		w := newWay(r)
		if _, taken := e.ways[w.name]; taken || carrier.CheckName(w.name) != nil {
			panic(fmt.Sprintf("outbound: a carrier cannot be called %q, or another is", w.name))
		}
		w.lane = e.newLane(w.name, cfg.Lane, func(m repli.Message) string { return m.From }, e.claimOf(w.name),
			func(ctx context.Context, m repli.Message) error { return e.send(ctx, w, m) })
		e.ways[w.name] = w
	}
	e.names = slices.Sorted(maps.Keys(e.ways))
	e.lane = e.newLane("none", cfg.Lane, nil, e.claimUnrouted, e.assign)
	return e
}

// newLane returns the lane of one carrier, or of messages without one. Numbers share its places,
// so that a busy number cannot use all of them.
func (e *Engine) newLane(of string, cfg work.Config, number func(repli.Message) string,
	claim func(context.Context, repli.Lease, time.Time, int, ...string) ([]repli.Message, error), do func(context.Context, repli.Message) error,
) *work.Lane[repli.Message] {
	return work.NewLane(work.Kind[repli.Message]{
		Name:    "outbound/" + of,
		Key:     func(m repli.Message) repli.SID { return m.SID },
		Lease:   func(m *repli.Message) *repli.Lease { return &m.Lease },
		Number:  number,
		Claim:   claim,
		Renew:   e.db.RenewMessages,
		Release: e.db.ReleaseMessage,
		Do:      do,
	}, cfg)
}

// Run submits due messages. It blocks until ctx has ended and the submits in progress are done.
func (e *Engine) Run(ctx context.Context) error {
	var aside sync.WaitGroup
	defer aside.Wait()
	aside.Go(func() { e.keepHastening(ctx) })
	for _, w := range e.ways {
		aside.Go(func() { _ = w.lane.Run(ctx) }) // it always returns nil
	}
	return e.lane.Run(ctx)
}

// InHand returns the number of submits in progress.
func (e *Engine) InHand() int {
	n := e.lane.InHand()
	for _, w := range e.ways {
		n += w.lane.InHand()
	}
	return n
}

// holds reports whether this node still holds the lease of a message, before a step that cannot
// be undone.
func (e *Engine) holds(m repli.Message) bool {
	w := e.ways[m.Carrier]
	return w != nil && w.lane.Holds(m.SID) || e.lane.Holds(m.SID)
}

// claimOf returns the function that claims due messages of one carrier, interrupted submits
// first.
func (e *Engine) claimOf(name string) func(context.Context, repli.Lease, time.Time, int, ...string) ([]repli.Message, error) {
	return func(ctx context.Context, lease repli.Lease, now time.Time, limit int, except ...string) ([]repli.Message, error) {
		return claimEach(limit, func(state repli.State, limit int) ([]repli.Message, error) {
			return e.db.ClaimOfCarrier(ctx, name, state, lease, now, limit, except...)
		}, repli.Submitting, repli.Queued)
	}
}

// claimUnrouted claims due messages that have none of our carriers, those ready for one first.
func (e *Engine) claimUnrouted(ctx context.Context, lease repli.Lease, now time.Time, limit int, _ ...string) ([]repli.Message, error) {
	return claimEach(limit, func(state repli.State, limit int) ([]repli.Message, error) {
		return e.db.ClaimOfNone(ctx, e.names, state, lease, now, limit)
	}, repli.Submitting, repli.Queued, repli.Accepted, repli.Scheduled)
}

// claimEach claims messages of each state in turn. After an error it returns those claimed so
// far; the next sweep meets the error again.
func claimEach(limit int, claim func(repli.State, int) ([]repli.Message, error), states ...repli.State) ([]repli.Message, error) {
	var all []repli.Message
	for _, state := range states {
		if len(all) == limit {
			return all, nil
		}
		found, err := claim(state, limit-len(all))
		if err != nil && len(all) == 0 {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// Commit commits a Change, and starts sending its queued and accepted messages at once if a lane
// has free places.
func (e *Engine) Commit(ctx context.Context, change repli.Change) error {
	commit := func() error { return e.tell.Commit(ctx, change) }
	var ready []batch
	for i := range change.New {
		m := &change.New[i]
		if m.State != repli.Queued && m.State != repli.Accepted {
			continue
		}
		lane := e.lane
		if m.State == repli.Queued {
			m.Carrier, _ = e.route(ctx, *m) // if there is none now, it is looked up again when the message is due
		}
		if w := e.ways[m.Carrier]; w != nil {
			lane = w.lane
		}
		i := slices.IndexFunc(ready, func(b batch) bool { return b.lane == lane })
		if i < 0 {
			i = len(ready)
			ready = append(ready, batch{lane: lane})
		}
		ready[i].rows = append(ready[i].rows, m)
	}
	for _, b := range ready {
		inner := commit
		commit = func() error { return b.lane.Commit(b.rows, inner) }
	}
	return commit()
}

// A batch is the new work of one lane.
type batch struct {
	lane *work.Lane[repli.Message]
	rows []*repli.Message
}

// sender returns the number that a message is sent from, or one with nothing but its address: a name
// need not be anybody's number, and a number may have been deleted.
func (e *Engine) sender(ctx context.Context, m repli.Message) (repli.Number, error) {
	num, err := e.db.NumberOf(ctx, m)
	if repli.IsNotFound(err) || repli.CodeOf(err) == repli.CodeConflict {
		return repli.Number{Address: m.From}, nil
	}
	return num, err
}

// route returns the carrier for a message, or "" if there is none.
func (e *Engine) route(ctx context.Context, m repli.Message) (string, error) {
	num, err := e.sender(ctx, m)
	if err != nil {
		return "", err
	}
	if num.Carrier == "" && len(e.names) == 1 && len(e.ways[e.names[0]].Prefixes) == 0 {
		return e.names[0], nil
	}
	all := make([]candidate, 0, len(e.names))
	for _, name := range e.names {
		w := e.ways[name]
		all = append(all, candidate{name, w.Prefixes, w.Priority, w.Share, w.Route.Carrier.Bound()})
	}
	return route(m, num.Carrier, all), nil
}
