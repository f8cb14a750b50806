// Package notify tells those who asked what happened: events, and alerts.
//
// A subscription has a cursor over what became true, and what is beyond it is still to be told.
// So nothing is written when something happens, nothing is lost when the process dies, and what
// was committed first is told first. Commits wake the [Engine] in memory; nothing polls.
//
// An outage of a thousand texts is one message and not a thousand: what comes when nobody was
// told for a while is told at once, and what follows within a window is told together, counted
// by kind and number. Only programs that expect Twilio's debugger webhooks are told of each
// alert.
//
// Telling can fail, and that is tried again for a day. It raises no alert: a debugger that tells
// about itself never stops.
package notify

import (
	"context"
	"log/slog"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/webhook"
)

// Config says what the engine works with. Zero values stand for the defaults named.
type Config struct {
	DB  *store.DB
	Web *webhook.Client // asks webhooks; all else is sent through its guard
	Log *slog.Logger

	// Work is the context of what is in hand. When it ends, that is left for the next start.
	Work context.Context

	Linger time.Duration // how long to wait for what happens together; 1 s
	Window time.Duration // how long after a message what follows is gathered; 5 min
}

// An Engine tells subscribers.
type Engine struct {
	cfg   Config
	db    *store.DB
	log   *slog.Logger
	stats stats

	done chan repli.SID // a subscription whose turn is over
	busy map[repli.SID]bool
	seen map[repli.SID]repli.Position // up to here there is nothing a subscription asks for
	read *repli.Position              // up to here the log has told; nil before the first round
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

// Run tells what there is to tell. It blocks until ctx has ended and who is being told has been
// told, or Config.Work has ended. It always returns nil.
func (e *Engine) Run(ctx context.Context) error {
	news := make(chan struct{}, 1)
	defer e.db.Follow(func(n store.News) {
		if len(n.Change.Alerts)+len(n.Change.Events) > 0 {
			select {
			case news <- struct{}{}:
			default: // it knows already
			}
		}
	})()
	alarm := time.NewTimer(0) // what the last process left
	defer alarm.Stop()
	at := time.Now() // when the alarm goes off; zero when it is not set
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

// again is when that is repeated which the store did not let happen, or this machine could not send.
const again = 5 * time.Second

// round sets about telling every subscription whose turn it is. It returns when the next round
// is to be, zero when news will tell, or nobody is told any more.
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

// turn returns the earliest time to tell a subscription. One that lies further ahead than any
// pause is of a clock that has been set back since.
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

// tellNext begins to tell a subscription what it has not been told yet, if there is any.
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

// groups returns what became true and the subscription asks for.
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
