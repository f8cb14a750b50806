package inbound

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/work"
)

// Answer asks each step of the chain in turn until one gives TwiML that can be used, and
// carries it out. Every try is recorded, whatever comes of it.
func (e *Engine) Answer(ctx context.Context, msg repli.Message) error {
	w, err := e.newWalk(ctx, msg)
	if err != nil {
		return err
	}
	if w.inMaintenance() {
		return w.maintain(ctx)
	}
	if err := e.catchUp(ctx); err != nil {
		return err
	}
	defer func() { e.breakers.end(w.call, unknown, failure{}) }() // should it still be under way
	return w.from(ctx, 0)
}

// from asks the steps from the one at index first on, and commits what comes of it.
func (w *walk) from(ctx context.Context, first int) error {
	for i := first; i < len(w.num.Chain.Steps); i++ {
		if w.trial == nil && !w.e.lane.Holds(w.msg.SID) {
			return work.ErrLost
		}
		if w.timeIsUp() && !w.stillHeard(i) {
			w.skip(i, failure{detail: fmt.Sprintf("Not asked: the chain's limit of %v had ended", w.num.Chain.AnswerBy)})
			continue
		}
		if !w.admitted(i) {
			continue
		}
		answered := w.step(ctx, i)
		if w.overtaken {
			return w.outcome // this step's time was up, and the others have been walked
		}
		w.settle(ctx, answered)
		switch {
		case answered, w.broken != nil:
			return w.e.conclude(ctx, w, w.answered(repli.AnswererAt(i)))
		case ctx.Err() != nil:
			return context.Cause(ctx) // told to give up: it is answered after the next start
		}
	}
	return w.e.conclude(ctx, w, w.lastResort(ctx))
}

// stillHeard reports whether the step at index i is asked although the chain's time is up: when
// no last resort would speak, a bin does, because that takes no time.
func (w *walk) stillHeard(i int) bool {
	return w.num.Chain.LastResort == "" && w.first(i).target.bin != ""
}

// skip notes that a step was not asked, and why.
func (w *walk) skip(i int, why failure) {
	q := w.first(i)
	w.record(&repli.Attempt{
		Step: q.step, URL: repli.SignedURL(q.target.url), Method: q.method, Started: time.Now(), Verdict: repli.Skipped,
		ErrorCode: why.code, ErrorDetail: why.detail,
	})
}

// conclude commits the answer with everything that led to it. The Move out of Pending is
// guarded: when somebody else has answered, nothing of this happens.
func (e *Engine) conclude(ctx context.Context, w *walk, move repli.Move) error {
	if w.broken != nil {
		return w.broken // nobody knows what the answer would have been
	}
	if w.trial != nil {
		w.trial.ended = time.Now()
		w.change.Moves = append(w.change.Moves, move)
		return nil
	}
	undo, err := w.stand(ctx, move.AnsweredBy)
	if err != nil {
		return err
	}
	err = w.commit(ctx, move)
	if errors.Is(err, store.ErrConflict) && len(w.change.Sayings) > 0 {
		hushed, readErr := w.hush(ctx)
		if readErr != nil || !hushed {
			undo()
			return errors.Join(readErr, err)
		}
		move = w.answered(move.AnsweredBy)
		err = w.commit(ctx, move)
	}
	if err != nil {
		undo()
		return err
	}
	e.stats.concluded(w.msg, w.change, move)
	return nil
}

// commit makes the answer durable.
func (w *walk) commit(ctx context.Context, move repli.Move) error {
	w.says()
	change := w.change.Merge(repli.Change{Moves: []repli.Move{move}})
	return work.Insist(ctx, func() error { return w.e.out.Commit(ctx, change) })
}

// answered returns the Move of a message that a step has dealt with.
func (w *walk) answered(by repli.Answerer) repli.Move {
	state := repli.Answered
	switch len(w.change.New) {
	case 0:
		state = repli.Silent
	case w.before:
		by = w.spoke // this part had nothing to add to what was sent before it
	}
	return repli.Move{Message: w.msg.SID, From: repli.Pending, To: state, AnsweredBy: by, At: time.Now()}
}

// lastResort lets the number's last resort speak, and returns the Move of the message. What
// was performed before the chain failed stays.
func (w *walk) lastResort(ctx context.Context) repli.Move {
	chain := w.num.Chain
	if chain.LastResort == "" && w.spoke != repli.Nobody {
		return w.answered(w.spoke)
	}
	if chain.LastResort == "" {
		w.alert(source{}, 11200, w.nobody())
		return repli.Move{Message: w.msg.SID, From: repli.Pending, To: repli.Unanswered, At: time.Now()}
	}
	w.speak(ctx, chain.LastResort)
	return w.answered(repli.ByLastResort)
}

// speak replies with a text that Repli keeps.
func (w *walk) speak(ctx context.Context, text string) {
	w.record(&repli.Attempt{
		Step: repli.StepLastResort, Try: 1, Started: time.Now(), Body: []byte(text), Verdict: repli.Use,
	})
	w.speaker, w.before = repli.ByLastResort, len(w.change.New)
	if reply := w.outgoing(ctx, w.num, w.msg.From, text); !w.repeats(ctx, reply) {
		w.send(source{}, reply)
	}
}

// nobody says in a sentence why a text was left without an answer.
func (w *walk) nobody() string {
	switch {
	case len(w.num.Chain.Steps) == 0:
		return fmt.Sprintf("Nobody answered: %s has no handler and no last resort", w.num.Address)
	case w.inMaintenance() && len(w.num.Chain.Steps) == 1:
		return fmt.Sprintf("Nobody answered: %s is in maintenance, and has no fallback and no last resort", w.num.Address)
	case w.timeIsUp():
		return fmt.Sprintf("Nobody answered within %v, and %s has no last resort", w.num.Chain.AnswerBy, w.num.Address)
	default:
		return fmt.Sprintf("Nobody answered: every step of %s failed, and it has no last resort", w.num.Address)
	}
}
