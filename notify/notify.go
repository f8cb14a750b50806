// Package notify sends notifications of events and alerts to subscribers.
//
// A subscription has a cursor into the sequence of events and alerts; everything beyond it has
// yet to be sent. So an event needs no extra write, nothing is lost if the process dies, and
// notifications are sent in the order of commits. Commits wake the [Engine] in memory, so it does
// not poll.
//
// An outage of a thousand texts is one notification, not a thousand: the first event after a
// quiet period is sent at once, and those that follow within a window are sent together, counted
// by kind and number. Only programs that expect Twilio's debugger webhooks receive each alert.
//
// A failed notification is retried for a day. The failure raises no alert, because alerts about
// notifications would cause notifications without end.
package notify

import (
	"context"
	"log/slog"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/webhook"
)

// Config holds what the engine needs. Zero values stand for the default given.
type Config struct {
	DB  *store.DB
	Web *webhook.Client // calls webhooks; everything else is sent through its guard
	Log *slog.Logger

	// Work is the context of running deliveries. When it ends, they are left for the next start.
	Work context.Context

	Linger time.Duration // how long to wait for events that belong together; 1 s
	Window time.Duration // how long after a notification the next events are collected; 5 min
}

// An Engine notifies subscribers.
type Engine struct {
	cfg   Config
	db    *store.DB
	log   *slog.Logger
	stats stats

	done chan repli.SID // subscriptions whose delivery has finished
	busy map[repli.SID]bool
	seen map[repli.SID]repli.Position // position up to which a subscription has nothing pending
	read *repli.Position              // position up to which events were logged; nil before the first round
}

// New returns an engine; [Engine.Run] starts it.
func New(cfg Config) *Engine {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Work == nil {
		cfg.Work = context.Background()
	}
	if cfg.Linger == 0 {
		cfg.Linger = time.Second
	}
	if cfg.Window == 0 {
		cfg.Window = 5 * time.Minute
	}
	return &Engine{
		cfg: cfg, db: cfg.DB, log: cfg.Log, stats: newStats(), done: make(chan repli.SID),
		busy: map[repli.SID]bool{}, seen: map[repli.SID]repli.Position{},
	}
}

// Run delivers notifications. It blocks until ctx has ended and the running deliveries have
// finished, or Config.Work has ended. It always returns nil.
func (e *Engine) Run(ctx context.Context) error {
	news := make(chan struct{}, 1)
	defer e.db.Follow(func(n store.News) {
		if len(n.Change.Alerts)+len(n.Change.Events) > 0 {
			select {
			case news <- struct{}{}:
			default: // a wake-up is already pending
			}
		}
	})()
	alarm := time.NewTimer(0) // deliver what the last process left
	defer alarm.Stop()
	at := time.Now() // when the alarm fires; zero if it is not set
	set := func(t time.Time) {
		if !t.IsZero() && (at.IsZero() || t.Before(at)) {
			at = t
			alarm.Reset(time.Until(t))
		}
	}
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-news:
			set(time.Now().Add(e.cfg.Linger))
		case s := <-e.done:
			delete(e.busy, s)
			set(time.Now())
		case <-alarm.C:
			at = time.Time{}
			set(e.round(ctx))
		}
	}
	for len(e.busy) > 0 {
		delete(e.busy, <-e.done)
	}
	return nil
}

// again is the pause after which a round is repeated that failed in the store, or could send nothing.
const again = 5 * time.Second

// round starts the delivery to every subscription that is due. It returns the time of the next
// round, or zero if only news or a finished delivery can make one necessary.
func (e *Engine) round(ctx context.Context) (next time.Time) {
	if e.cfg.Work.Err() != nil {
		return time.Time{}
	}
	now := time.Now()
	failed := func(err error) time.Time {
		if ctx.Err() == nil {
			e.log.Error("subscribers cannot be told", "error", err)
		}
		return now.Add(again)
	}
	upto, err := e.db.Newest(ctx)
	if err != nil {
		return failed(err)
	}
	if err := e.tellLog(ctx, upto); err != nil {
		return failed(err)
	}
	all, err := e.db.AllSubscriptions(ctx)
	if err != nil {
		return failed(err)
	}
	for _, s := range all {
		if e.busy[s.SID] {
			continue
		}
		if turn := e.turn(s, now); turn.After(now) {
			next = earlier(next, turn)
			continue
		}
		if err := e.tellNext(ctx, s, upto); err != nil {
			return failed(err)
		}
	}
	return next
}

// turn returns the earliest time of the next delivery to a subscription. A time further ahead
// than any pause was set before the clock was moved back, and counts as now.
func (e *Engine) turn(s repli.Subscription, now time.Time) time.Time {
	window := e.cfg.Window
	if kindOf(s.To) == toDebugger {
		window = 0
	}
	if at := turn(s.Delivery, window); !at.After(now.Add(max(window, lastPause))) {
		return at
	}
	return now
}

// tellNext starts the next delivery to a subscription, if it has anything pending.
func (e *Engine) tellNext(ctx context.Context, s repli.Subscription, upto repli.Position) error {
	if s.Delivery.Upto != (repli.Position{}) {
		upto = s.Delivery.Upto
	}
	after := later(s.Delivery.After, e.seen[s.SID])
	if after == upto {
		return nil
	}
	groups, err := e.groups(ctx, s, after, upto)
	if err != nil {
		return err
	}
	if len(groups) == 0 && s.Delivery.Tries == 0 {
		e.seen[s.SID] = upto
		return nil
	}
	e.busy[s.SID] = true
	go func() {
		defer func() { e.done <- s.SID }()
		if !e.deliver(s, groups, upto) {
			sleeper{ctx}.Sleep(again)
		}
	}()
	return nil
}

// groups returns the groups between two positions that the subscription asks for.
func (e *Engine) groups(ctx context.Context, s repli.Subscription, after, upto repli.Position) ([]repli.Group, error) {
	all, err := e.db.Groups(ctx, s.Account, after, upto)
	var asked []repli.Group
	for _, g := range all {
		if s.Wants(g.Kind) {
			asked = append(asked, g)
		}
	}
	return asked, err
}
