package inbound

import (
	"context"
	"errors"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/breaker"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/webhook"
	"github.com/repli-sms/repli/work"
)

// A lateStep records an answer that came after its step's time was up. The answer is not carried
// out.
type lateStep struct{ step }

// lateStep returns the step as it goes on beside its walk, with nothing gathered.
func (s *step) lateStep() *lateStep {
	w := &walk{given: s.given, gathered: gathered{given: s.given, bounds: bounds{kept: maxKept - maxKeptLate}}}
	return &lateStep{step{walk: w, index: s.index, tries: s.tries, call: s.call}}
}

// endCall tells the primary's breaker what the late answer shows.
func (l *lateStep) endCall(ctx context.Context, answer webhook.Answer) {
	if l.call == nil {
		return
	}
	result, why := breaker.Unknown, repli.HandlerFailure{}
	if _, failed := judge(answer, l.num.RequireTwiML); ctx.Err() == nil {
		if result = failed.result(); failed != nil {
			failed.url = repli.SignedURL(answer.FinalURL)
			why = failed.ofHandler()
		}
	}
	l.addTransition(l.call.End(result, why))
}

// keep records the late answer, or returns its attempts if it is that of a trial. It records
// nothing of a text that has been redacted or deleted since, nor of a request that this machine
// could not send.
func (l *lateStep) keep(ctx context.Context, answer webhook.Answer, name string) []repli.Attempt {
	if starved(answer) || l.trial == nil && l.isForgotten(ctx) {
		return nil
	}
	_, why := judge(answer, l.num.RequireTwiML)
	l.recordTries(answer, name, func(last *repli.Attempt) {
		setVerdict(last, why)
		last.Verdict = repli.Late
	})
	if l.trial != nil {
		return l.change.Attempts
	}
	change := l.change
	change.Of = []repli.SID{l.msg.SID} // it may be deleted before this is written
	for _, t := range l.transitions {
		change = change.Merge(t.Change())
	}
	err := work.Insist(ctx, func() error { return l.engine.db.Commit(context.WithoutCancel(ctx), change) })
	if errors.Is(err, store.ErrConflict) {
		return nil
	}
	if err != nil {
		l.engine.log.Error("a late answer is not recorded", "message", l.msg, "error", err)
		return nil
	}
	l.transitions = nil
	return nil
}

// isForgotten reports whether the text has been redacted or deleted since it was asked about.
func (l *lateStep) isForgotten(ctx context.Context) bool {
	text, err := l.engine.db.Message(context.WithoutCancel(ctx), l.msg.SID)
	return repli.IsNotFound(err) || err == nil && text.Body != l.msg.Body
}
