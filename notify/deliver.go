package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/webhook"
	"github.com/repli-sms/repli/work"
)

// deliver notifies a subscriber and stores the result. It returns false if this machine could send
// nothing, so that the caller pauses.
func (e *Engine) deliver(s repli.Subscription, groups []repli.Group, upto repli.Position) (sent bool) {
	ctx := e.cfg.Work
	reached, err := upto, error(nil)
	switch {
	case len(groups) == 0: // the events that failed to be delivered have been deleted meanwhile
	case kindOf(s.To) == toDebugger:
		reached, err = e.tellEach(ctx, s, upto)
	default:
		token := repli.IdempotencyToken(s.SID, fmt.Sprint(s.Delivery.After, upto))
		if err = e.tell(ctx, s, message{token: token, groups: groups}); err != nil {
			reached = s.Delivery.After
		}
	}
	if ctx.Err() != nil && err != nil { // stopping: it is delivered after the next start
		return true
	}
	starved := errors.Is(err, webhook.ErrStarved) // which the client logs
	next := succeeded(s.Delivery, reached, time.Now())
	switch {
	case starved:
		next = unsent(s.Delivery, reached)
	case err != nil:
		next = e.failed(s, reached, upto, err)
	case len(groups) == 0:
		next.Told = s.Delivery.Told
	}
	if !starved {
		e.stats.count(err)
	}
	keep := func() error { return e.db.SetDelivery(context.WithoutCancel(ctx), s.SID, next) }
	if err := work.Insist(ctx, keep); err != nil {
		e.log.Error("a subscriber may be told again", "subscription", string(s.SID), "error", err)
	}
	return !starved
}

// failed logs a failed delivery and returns its new state.
func (e *Engine) failed(s repli.Subscription, reached, upto repli.Position, err error) repli.Delivery {
	why := redact(err.Error(), s.To)
	next, givenUp := failed(s.Delivery, reached, upto, why, time.Now())
	about := []any{"subscription", string(s.SID), "to", Shown(s.To), "error", why}
	if givenUp {
		e.log.Warn("a subscriber was not told for a day, and this is given up", about...)
	} else {
		e.log.Warn("a subscriber cannot be told", append(about, "tries", next.Tries, "again", next.Due)...)
	}
	return next
}

// Test sends one test message to a subscriber. The error says what went wrong, without secrets.
func (e *Engine) Test(ctx context.Context, s repli.Subscription) error {
	token := repli.IdempotencyToken(repli.NewSID(repli.EventPrefix), "test")
	var err error
	if kindOf(s.To) == toDebugger {
		err = e.tellAlert(ctx, s, testAlert(s, time.Now()), token)
	} else {
		err = e.tell(ctx, s, message{token: token, test: true})
	}
	if err != nil {
		return errors.New(redact(err.Error(), s.To))
	}
	return nil
}

// Try is [Engine.Test] of a subscription that is kept, and stores what came of it.
func (e *Engine) Try(ctx context.Context, s repli.Subscription) error {
	err := e.Test(ctx, s)
	t := repli.Test{At: time.Now()}
	if err != nil {
		t.Error = err.Error()
	}
	if kept := e.db.SetTest(context.WithoutCancel(ctx), s.SID, t); kept != nil {
		e.log.Error("what came of a test message cannot be kept", "subscription", string(s.SID), "error", kept)
	}
	return err
}

// tell sends one message.
func (e *Engine) tell(ctx context.Context, s repli.Subscription, m message) error {
	if kindOf(s.To) == toService {
		return e.notify(ctx, s.To, m)
	}
	return e.ask(ctx, s, webhook.Question{URL: s.To, JSON: m.json(s), Token: m.token})
}

// An unanswered says why a webhook has not taken a message, in a sentence.
type unanswered struct{ err *repli.Error }

func (u unanswered) Error() string { return u.err.Sentence() }

func (u unanswered) Unwrap() error { return u.err }

// ask sends a signed request to a subscriber's webhook.
func (e *Engine) ask(ctx context.Context, s repli.Subscription, q webhook.Question) error {
	acct, err := e.db.Account(ctx, s.Account)
	if err != nil {
		return err
	}
	q.AuthToken, q.Straight = acct.AuthToken, true
	if answer := e.cfg.Web.Ask(ctx, q); answer.Err != nil {
		return unanswered{answer.Err}
	}
	return nil
}
