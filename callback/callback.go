// Package callback delivers status callbacks to customers: one signed request for each change of
// a message's status, to the URL the message was sent with.
//
// Each pending callback is a row of its own, a [repli.Notice], committed together with the change
// it reports. So it is delivered only after the change is durable, even after a restart, and by a
// separate worker pool, so that a slow customer delays nothing else.
package callback

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/webhook"
	"github.com/repli-sms/repli/work"
)

// Config holds what the engine needs.
type Config struct {
	DB   *store.DB
	Web  *webhook.Client
	Lane work.Config
	Log  *slog.Logger
}

// An Engine delivers due notices.
type Engine struct {
	db    *store.DB
	web   *webhook.Client
	lane  *work.Lane[repli.Notice]
	log   *slog.Logger
	stats stats
}

// New returns an engine; [Engine.Run] starts it.
func New(cfg Config) *Engine {
	e := &Engine{db: cfg.DB, web: cfg.Web, log: cfg.Log, stats: newStats()}
	e.lane = work.NewLane(work.Kind[repli.Notice]{
		Name:    "callback",
		Key:     func(n repli.Notice) repli.SID { return n.SID },
		Lease:   func(n *repli.Notice) *repli.Lease { return &n.Lease },
		Number:  func(n repli.Notice) string { return n.From },
		Claim:   cfg.DB.ClaimNotices,
		Renew:   cfg.DB.RenewNotices,
		Release: cfg.DB.ReleaseNotice,
		Do:      e.Tell,
	}, cfg.Lane)
	return e
}

// Run delivers due notices. It blocks until ctx has ended and the running callbacks are done.
func (e *Engine) Run(ctx context.Context) error { return e.lane.Run(ctx) }

// InHand returns the number of callbacks in progress.
func (e *Engine) InHand() int { return e.lane.InHand() }

// Commit commits a Change, and starts delivering its notices at once if places are free.
func (e *Engine) Commit(ctx context.Context, change repli.Change) error {
	notices := make([]*repli.Notice, len(change.Notices))
	for i := range change.Notices {
		notices[i] = &change.Notices[i]
	}
	return e.lane.Commit(notices, func() error { return e.db.Commit(ctx, change) })
}

// Tell makes one status callback. A callback has no fallback: if it fails, Tell raises an alert
// and gives up. If it was not sent because too many requests were in progress, Tell returns an
// error and the notice stays due.
//
// twilio: messaging/guides/track-outbound-message-status
func (e *Engine) Tell(ctx context.Context, n repli.Notice) error {
	acct, err := e.db.Account(ctx, n.Account)
	if err != nil {
		return err
	}
	if !e.lane.Holds(n.SID) {
		return work.ErrLost
	}
	answer := e.web.Ask(ctx, webhook.Question{
		URL:       n.Callback.URL,
		Method:    n.Callback.Method,
		Params:    params(n),
		AuthToken: acct.AuthToken,
		Token:     repli.IdempotencyToken(n.SID, "callback"),
	})
	change := repli.Change{Told: []repli.Told{{Notice: n.SID}}, Attempts: []repli.Attempt{attempt(n, answer)}}
	switch {
	case answer.Err == nil:
	case ctx.Err() != nil:
		return context.Cause(ctx) // stopping: the callback is made after the next start
	case errors.Is(answer.Err, webhook.ErrCrowded), errors.Is(answer.Err, webhook.ErrStarved):
		return answer.Err
	default:
		e.log.Warn("a status callback failed", "message", string(n.Message), "status", n.Status, "error", answer.Err)
		change.Alerts = []repli.Alert{failure(n, answer.Err, time.Now())}
	}
	if err := work.Insist(ctx, func() error { return e.db.Commit(context.WithoutCancel(ctx), change) }); err != nil {
		return err
	}
	e.stats.count(answer)
	return nil
}

// attempt returns the record of a callback. It omits the parameters, because they name the
// recipient, which a message may have to erase later.
func attempt(n repli.Notice, answer webhook.Answer) repli.Attempt {
	first, last := answer.Tries[0], answer.Tries[len(answer.Tries)-1]
	a := repli.Attempt{
		SID:     repli.NewSID(repli.AttemptPrefix),
		Message: n.Message,
		Step:    repli.StepCallback + n.Status,
		Try:     len(answer.Tries),
		URL:     repli.SignedURL(n.Callback.URL),
		Method:  last.Method,
		Started: first.Started,
		Total:   last.Started.Add(last.Total).Sub(first.Started),
		Status:  answer.Status,
		Verdict: repli.Use,
	}
	if answer.Err != nil {
		a.ErrorCode, a.ErrorDetail, a.Verdict = answer.Err.Code, answer.Err.Sentence(), repli.Missed
	}
	return a
}

// failure returns the alert for a failed callback.
func failure(n repli.Notice, err *repli.Error, now time.Time) repli.Alert {
	return repli.Alert{
		SID:     repli.NewSID(repli.AlertPrefix),
		Account: n.Account,
		Code:    err.Code,
		Message: n.Message,
		Number:  n.From,
		URL:     repli.SignedURL(n.Callback.URL),
		Method:  n.Callback.Method,
		Detail:  fmt.Sprintf("Status callback for %q: %s", n.Status, err.Sentence()),
		Created: now,
	}
}
