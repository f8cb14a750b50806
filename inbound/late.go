package inbound

import (
	"context"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/webhook"
	"github.com/repli-sms/repli/work"
)

// late returns a walk for an answer that came after its time, to a step that had been asked so
// often before. The answer is recorded and not carried out.
func (w *walk) late(tried int) *walk {
	return &walk{e: w.e, num: w.num, msg: w.msg, tried: tried, trial: w.trial}
}

// learn tells the primary's breaker of the late answer.
func (w *walk) learn(ctx context.Context, made *call, answer webhook.Answer) {
	if made == nil {
		return
	}
	what, why := unknown, failure{}
	if _, failed := judge(answer); ctx.Err() == nil {
		if what = failed.outcome(); failed != nil {
			why = *failed
			why.url = repli.SignedURL(answer.FinalURL)
		}
	}
	w.tell(w.e.breakers.end(made, what, why))
}

// keepLate records the late answer. A text that has been redacted or deleted meanwhile does not
// come back with it.
func (w *walk) keepLate(ctx context.Context, answer webhook.Answer, step string) {
	if starved(answer) || w.trial == nil && w.forgotten(ctx) {
		return
	}
	_, why := judge(answer)
	w.keep(answer, step, func(a *repli.Attempt) {
		judged(why)(a)
		a.Verdict = repli.Late
	})
	if w.trial != nil {
		w.trial.late = append(w.trial.late, w.change.Attempts...)
		return
	}
	record := func() error { return w.e.db.Commit(context.WithoutCancel(ctx), w.change) }
	if err := work.Insist(ctx, record); err != nil {
		w.e.log.Error("a late answer is not recorded", "message", w.msg, "error", err)
	}
}

// forgotten reports whether the text has been redacted or deleted since it was asked about.
func (w *walk) forgotten(ctx context.Context) bool {
	text, err := w.e.db.Message(context.WithoutCancel(ctx), w.msg.SID)
	return repli.IsNotFound(err) || err == nil && text.Body != w.msg.Body
}
