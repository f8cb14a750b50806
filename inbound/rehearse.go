package inbound

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/sms"
	"github.com/repli-sms/repli/webhook"
)

// A Trial is a text that nobody sent. It is answered as any other, and nothing of it stays except
// what [Engine.Rehearse] returns: nothing is sent, no cookie is kept, and it is no traffic.
type Trial struct {
	Drill       repli.SID       // sent to handlers in X-Repli-Drill
	Number      repli.Number    // with the steps that answer for it; it need not be in the store any more
	Fault       repli.FaultKind // laid over the primary at once; "" lays none
	PrimaryOnly bool            // no other step is asked, and no last resort speaks
}

// An Outcome is how a text would have ended.
type Outcome struct {
	Message repli.SID     // as handlers were sent it
	Change  repli.Change  // which would have been committed, with one Move
	Waits   time.Duration // how long the texter would have waited
}

// Move returns how the text would have ended.
func (o Outcome) Move() repli.Move { return o.Change.Moves[len(o.Change.Moves)-1] }

// Rehearse answers a text that nobody sent, and returns how it would have ended. It is an error
// when that cannot be known: the store cannot be read, or ctx has ended.
func (e *Engine) Rehearse(ctx context.Context, t Trial) (Outcome, error) {
	w, err := e.rehearsal(ctx, t)
	if err != nil {
		return Outcome{}, err
	}
	began := time.Now()
	if err := w.run(ctx, 0); err != nil {
		return Outcome{}, err
	}
	w.change.Attempts = append(w.change.Attempts, w.late...)
	return Outcome{Message: w.msg.SID, Change: w.change, Waits: w.ended.Sub(began) + w.skipped}, nil
}

// Try sends these parameters to one step of a number, by its index, and to no other. The Outcome
// has the attempts alone.
func (e *Engine) Try(ctx context.Context, t Trial, i int, p repli.Params) (webhook.Answer, Outcome, error) {
	w, err := e.rehearsal(ctx, t)
	if err != nil {
		return webhook.Answer{}, Outcome{}, err
	}
	began := time.Now()
	s, q := w.begin(i), w.question(i, nil)
	q.params = p
	answer, inTime := s.request(ctx, q)
	if w.ownErr != nil {
		return answer, Outcome{}, w.ownErr
	}
	if ctx.Err() != nil {
		return answer, Outcome{}, context.Cause(ctx)
	}
	if inTime {
		s.recordTries(answer, q.step, func(*repli.Attempt) {})
	}
	return answer, Outcome{Message: w.msg.SID, Change: w.change, Waits: time.Since(began)}, nil
}

// rehearsal returns the walk of a text that nobody sent.
func (e *Engine) rehearsal(ctx context.Context, t Trial) (*walk, error) {
	now := time.Now()
	g, err := e.readFor(ctx, t.Number, repli.Message{
		SID: repli.NewSID(repli.MessagePrefix), Account: t.Number.Account, Service: t.Number.Service,
		Direction: repli.Inbound, From: repli.DrillPhone, To: t.Number.Address,
		Body: repli.DrillText, Segments: sms.Measure(repli.DrillText).Segments,
		State: repli.Pending, Created: now, Updated: now, Due: now,
	})
	if err != nil {
		return nil, err
	}
	g.trial = &t
	if t.PrimaryOnly {
		g.num.Chain.Steps, g.num.Chain.LastResort = g.steps()[:min(1, len(g.steps()))], ""
	}
	return g.walk(ctx)
}

// fault returns the fault that a question meets, "" when it meets none, and the host and port to
// which the fault is limited, "" when it is not. A fault that strikes a host strikes everything on
// the primary's host and port, as the real one would, and also what redirects there.
func (t *Trial) fault(g *given, q question) (kind repli.FaultKind, at string) {
	if t.Fault == "" || q.step == repli.StepPrimary {
		return t.Fault, ""
	}
	primary := g.question(0, nil).target
	if !t.Fault.StrikesHost() || primary.bin != "" || q.target.bin != "" {
		return "", ""
	}
	return t.Fault, repli.HostPort(primary.url)
}

// skipWait counts time that a trial did not wait for as used, and reports whether that ends the
// chain's time.
func (w *walk) skipWait(d time.Duration) bool {
	if w.trial == nil || d == 0 {
		return false
	}
	w.skipped += max(0, min(d, time.Until(w.deadline)))
	w.deadline = w.deadline.Add(-d)
	return w.isTimeUp()
}
