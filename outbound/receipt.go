package outbound

import (
	"context"
	"errors"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/quote"
	"github.com/repli-sms/repli/store"
)

const (
	firstConflict = 5 * time.Millisecond // pause after the first conflict of a receipt; it doubles each time
	lastConflict  = time.Second          // maximum pause
	conflicts     = 8                    // conflicts after which the carrier must deliver the receipt again
)

// Receipt records the delivery state of a message, or of one of its parts. It returns nil once
// that is durable, and also for a receipt that changes nothing or names an unknown message. It
// returns a temporary error for a receipt that may be about a message being submitted.
func (e *Engine) Receipt(ctx context.Context, r carrier.Receipt) error {
	came := time.Now()
	pauses := repli.Backoff{First: firstConflict, Most: lastConflict}
	for tries := range conflicts {
		change, err := e.news(ctx, r, came)
		if err != nil || len(change.Moves)+len(change.PartMoves) == 0 {
			return err
		}
		if err = e.tell.Commit(ctx, change); err == nil {
			e.stats.moved(change)
		}
		if !errors.Is(err, store.ErrConflict) {
			return err
		}
		again := time.NewTimer(pauses.After(tries + 1))
		select {
		case <-again.C:
		case <-ctx.Done():
			again.Stop()
			return context.Cause(ctx)
		}
	}
	return &repli.Error{Code: repli.CodeUnavailable, Detail: "The message changes too often; bring the receipt again", Temporary: true}
}

// news returns the Change for a receipt, empty if it changes nothing.
func (e *Engine) news(ctx context.Context, r carrier.Receipt, came time.Time) (repli.Change, error) {
	m, part, err := e.about(ctx, r)
	switch {
	case repli.IsNotFound(err) && e.awaiting.underWay(r.Carrier, came):
		return repli.Change{}, &repli.Error{Code: repli.CodeUnavailable, Err: err, Temporary: true,
			Detail: "The receipt may be about a message whose submit is not over yet; bring it again"}
	case repli.IsNotFound(err):
		e.log.Warn("a receipt names a message that is not known here", "carrier", r.Carrier, "id", quote.Name(r.ID), "message", string(r.Message), "state", string(r.State))
		return repli.Change{}, nil
	case err != nil:
		return repli.Change{}, err
	}
	var change repli.Change
	if part > 0 {
		parts, err := e.db.Parts(ctx, m.SID)
		if err != nil {
			return repli.Change{}, err
		}
		change = receivedPart(m, part, parts, r, time.Now())
	} else if isNews(m, r) {
		change = received(m, r, time.Now())
	}
	if len(change.Moves)+len(change.PartMoves) == 0 {
		e.log.Info("a receipt says nothing new", "message", m, "state", string(r.State))
	}
	return change, nil
}

// about returns the message that a receipt names, and which part of it, or error 20404. Its state
// may be stale; that is safe, because Commit returns ErrConflict for a Move from an outdated state.
func (e *Engine) about(ctx context.Context, r carrier.Receipt) (repli.Message, int, error) {
	if known, ok := e.awaiting.take(ctx, r); ok {
		return known.message, known.part, nil
	}
	m, part, err := e.named(ctx, r)
	overtook := repli.IsNotFound(err) || err == nil && (m.State == repli.Queued || m.State == repli.Submitting)
	if r.ID == "" || !overtook {
		return m, part, err
	}
	if known, ok := e.awaiting.await(ctx, r); ok {
		return known.message, known.part, nil
	}
	return e.named(ctx, r)
}

// named reads the message that a receipt names, and which part of it, or returns error 20404.
func (e *Engine) named(ctx context.Context, r carrier.Receipt) (repli.Message, int, error) {
	if r.Message == "" {
		return e.db.TakenAs(ctx, r.Carrier, r.ID, time.Now())
	}
	m, err := e.db.Message(ctx, r.Message)
	return m, r.Part, err
}
