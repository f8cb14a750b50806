package inbound

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/sms"
	"github.com/repli-sms/repli/webhook"
)

// A Trial is a text that nobody sent. It is answered as any other, and nothing of it stays but
// what [Engine.Rehearse] returns: nothing is sent, no cookie is kept, and it is no traffic.
type Trial struct {
	Drill       repli.SID       // which handlers are told in X-Repli-Drill
	Number      repli.Number    // with the steps that answer for it, whatever becomes of it meanwhile
	Fault       repli.FaultKind // laid over the primary at once; "" lays none
	PrimaryOnly bool            // no other step is asked, and no last resort speaks
}

// An Outcome is what would have come of a text.
type Outcome struct {
	Message repli.SID     // the name under which handlers were told of it
	Change  repli.Change  // what would have been committed, with one Move
	Waits   time.Duration // how long the texter would have waited for it
}

// Move returns how the text would have ended.
func (o Outcome) Move() repli.Move { return o.Change.Moves[len(o.Change.Moves)-1] }

// A trial is what a walk knows that is one. Its methods may be called when there is none.
type trial struct {
	Trial
	ended  time.Time     // when the answer was there
	passed time.Duration // what was not waited for
	late   []repli.Attempt
}

// Rehearse answers a text that nobody sent, and returns what would have come of it. It is an
// error when that cannot be known: the store cannot be read, or ctx has ended.
func (e *Engine) Rehearse(ctx context.Context, t Trial) (Outcome, error) {
	w, err := e.newTrial(ctx, t)
	if err != nil {
		return Outcome{}, err
	}
	began := time.Now()
	if err := w.from(ctx, 0); err != nil {
		return Outcome{}, err
	}
	w.change.Attempts = append(w.change.Attempts, w.trial.late...)
	return Outcome{Message: w.msg.SID, Change: w.change, Waits: w.trial.ended.Sub(began) + w.trial.passed}, nil
}

// Try asks one step of a number, by its index, what the parameters say, and nobody else. The
// Outcome has the attempts alone.
func (e *Engine) Try(ctx context.Context, t Trial, i int, p repli.Params) (webhook.Answer, Outcome, error) {
	w, err := e.newTrial(ctx, t)
	if err != nil {
		return webhook.Answer{}, Outcome{}, err
	}
	began := time.Now()
	q := w.first(i)
	q.document, q.params = 1, p
	answer, inTime := w.answer(ctx, q)
	if w.broken != nil {
		return answer, Outcome{}, w.broken
	}
	if ctx.Err() != nil {
		return answer, Outcome{}, context.Cause(ctx)
	}
	if inTime {
		w.keep(answer, q.step, func(*repli.Attempt) {})
	}
	return answer, Outcome{Message: w.msg.SID, Change: w.change, Waits: time.Since(began)}, nil
}

// newTrial returns the walk of a text that nobody sent.
func (e *Engine) newTrial(ctx context.Context, t Trial) (*walk, error) {
	now := time.Now()
	w, err := e.walkOf(ctx, t.Number, repli.Message{
		SID: repli.NewSID(repli.MessagePrefix), Account: t.Number.Account, Service: t.Number.Service,
		Direction: repli.Inbound, From: repli.DrillPhone, To: t.Number.Address,
		Body: repli.DrillText, Segments: sms.Measure(repli.DrillText).Segments,
		State: repli.Pending, Created: now, Updated: now, Due: now,
	})
	if err != nil {
		return nil, err
	}
	w.trial = &trial{Trial: t}
	if t.PrimaryOnly {
		w.num.Chain.Steps, w.num.Chain.LastResort = w.num.Chain.Steps[:min(1, len(w.num.Chain.Steps))], ""
	}
	return w, nil
}

// faultOf returns the fault that a question of the walk meets, or "", and where alone it does,
// which is everywhere if that is "". One of a host strikes whatever is on the primary's host and
// port, as the real one would, and also what redirects there.
func (t *trial) faultOf(w *walk, q question) (kind repli.FaultKind, at string) {
	if t.Fault == "" || q.step == repli.StepPrimary {
		return t.Fault, ""
	}
	primary := w.first(0).target
	if !t.Fault.StrikesHost() || primary.bin != "" || q.target.bin != "" {
		return "", ""
	}
	return t.Fault, repli.HostPort(primary.url)
}

// mark makes a question one of the trial.
func (t *trial) mark(q *webhook.Question) {
	if t != nil {
		q.Drill, q.AtOnce = t.Drill, true
	}
}

// passes lets time pass that was not waited for, and reports whether that of the chain is up.
func (w *walk) passes(d time.Duration) bool {
	if w.trial == nil || d == 0 {
		return false
	}
	w.trial.passed += max(0, min(d, time.Until(w.deadline)))
	w.deadline = w.deadline.Add(-d)
	return w.timeIsUp()
}
