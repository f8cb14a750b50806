package inbound

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/breaker"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/work"
)

// A walk is one text's way along its number's chain: from what is given, each [step] adds to what
// is gathered, and that is committed.
type walk struct {
	*given
	gathered
	deadline time.Time     // of the chain as a whole
	call     *breaker.Call // of the primary, nil if it has not been asked or has no breaker

	// Of a trial.
	ended   time.Time     // when the answer was there
	skipped time.Duration // waiting time that did not really pass
	late    []repli.Attempt
}

// walk returns a walk that has gathered nothing yet. Its time begins now: a text that had to wait
// for a worker still has the whole chain.
func (g *given) walk(ctx context.Context) (*walk, error) {
	cookies, err := g.engine.db.Cookies(ctx, g.num.Account, g.msg.Conversation(), time.Now())
	w := &walk{given: g, deadline: time.Now().Add(g.num.Chain.AnswerBy)}
	w.gathered.given, w.stored, w.cookies = g, cookies, cookies
	return w, err
}

// isTimeUp reports whether the chain's time is up.
func (w *walk) isTimeUp() bool { return !time.Now().Before(w.deadline) }

// run asks the steps from the one at index first on, and commits the result.
func (w *walk) run(ctx context.Context, first int) error {
	for i := first; i < len(w.steps()); i++ {
		if w.trial == nil && !w.engine.lane.Holds(w.msg.SID) {
			return work.ErrLost
		}
		if w.isTimeUp() && !w.asksAfterDeadline(i) {
			w.skip(i, failure{detail: fmt.Sprintf("Not asked: the chain's limit of %v had passed", w.num.Chain.AnswerBy)})
			continue
		}
		s := w.begin(i)
		if !s.admit() {
			continue
		}
		answered := s.run(ctx)
		if s.overtaken {
			return s.outcome // the later steps have been asked already
		}
		s.endCall(ctx, answered)
		switch {
		case answered, w.ownErr != nil:
			return w.conclude(ctx, w.answered(repli.AnswererAt(i)))
		case ctx.Err() != nil:
			return context.Cause(ctx) // the server stops: the text is answered after the next start
		}
	}
	return w.conclude(ctx, w.lastResort(ctx))
}

// asksAfterDeadline reports whether the step at index i is asked although the chain's time is up:
// a bin is if there is no last resort, because it takes no time.
func (w *walk) asksAfterDeadline(i int) bool {
	return w.num.Chain.LastResort == "" && w.question(i, nil).target.bin != ""
}

// conclude commits the answer with everything that led to it. The Move out of Pending is guarded:
// when the text has been answered elsewhere, nothing of this happens.
func (w *walk) conclude(ctx context.Context, move repli.Move) error {
	if w.ownErr != nil {
		return w.ownErr // the answer might have been another one
	}
	if w.trial != nil {
		w.ended = time.Now()
		w.change.Moves = append(w.change.Moves, move)
		return nil
	}
	undo, err := w.updateStanding(ctx, move)
	if err != nil {
		return err
	}
	err = w.commit(ctx, w.complete(move))
	if errors.Is(err, store.ErrTooLarge) {
		move, err = w.commitLess(ctx, move)
	}
	if errors.Is(err, store.ErrConflict) && len(w.change.Sayings) > 0 {
		dropped, readErr := w.dropRepeats(ctx)
		if readErr != nil || !dropped {
			undo()
			return errors.Join(readErr, err)
		}
		move = w.answered(move.AnsweredBy)
		err = w.commit(ctx, w.complete(move))
	}
	if err != nil {
		undo()
		return err
	}
	w.engine.stats.concluded(w.msg, w.change, move)
	return nil
}

// commit makes the answer durable, and with it the transitions of the breaker.
func (w *walk) commit(ctx context.Context, change repli.Change) error {
	err := work.Insist(ctx, func() error { return w.engine.out.Commit(ctx, change) })
	if err == nil {
		w.transitions = nil
	}
	return err
}

// commitLess ends a text whose answer the store refuses because it is too large: with its replies but
// without what led to them, or, if that is too large as well, unanswered. Otherwise its handlers would
// be asked again and again. It returns the Move that the store has.
func (w *walk) commitLess(ctx context.Context, move repli.Move) (repli.Move, error) {
	w.engine.log.Error("an answer is too large to be kept whole", "message", w.msg,
		"attempts", len(w.change.Attempts), "alerts", len(w.change.Alerts), "replies", len(w.change.New))
	w.change.Attempts, w.change.Cookies, w.change.Alerts, w.bounds.unkept = nil, nil, nil, 0
	w.alert(source{}, repli.CodeTooLarge, "What led to the answer is too large to be kept; only the replies are")
	err := w.commit(ctx, w.complete(move))
	if !errors.Is(err, store.ErrTooLarge) {
		return move, err
	}
	w.change.New, w.change.Alerts, w.said = nil, nil, nil
	w.alert(source{}, repli.CodeTooLarge, "Nobody answered: the answer is too large to be kept")
	move = repli.Move{Message: w.msg.SID, From: repli.Pending, To: repli.Unanswered, At: time.Now()}
	return move, w.commit(ctx, w.complete(move))
}

// release ends the call of the primary if it is still under way, and has transitions reported that
// have not been committed with the text.
func (w *walk) release() {
	if w.call != nil {
		w.addTransition(w.call.End(breaker.Unknown, repli.HandlerFailure{}))
	}
	w.reportTransitions()
}

// lastResort lets the number's last resort speak, and returns the Move of the text. Replies that
// were gathered before the chain failed stay.
func (w *walk) lastResort(ctx context.Context) repli.Move {
	switch text := w.num.Chain.LastResort; {
	case text != "":
		w.speak(ctx, text)
		return w.answered(repli.ByLastResort)
	case w.firstSpeaker != repli.Nobody:
		return w.answered(w.firstSpeaker)
	default:
		w.alert(source{}, 11200, w.unanswered(w.isTimeUp()))
		return repli.Move{Message: w.msg.SID, From: repli.Pending, To: repli.Unanswered, At: time.Now()}
	}
}

// speak replies with a text that the number or its maintenance has.
func (w *walk) speak(ctx context.Context, text string) {
	w.bounds.spare = 0
	w.record(&repli.Attempt{
		Step: repli.StepLastResort, Try: 1, Started: time.Now(), Body: []byte(text), Verdict: repli.Use,
	})
	w.earlier = len(w.change.New)
	if reply := w.outgoing(ctx, w.num, w.msg.From, text); !w.repeats(ctx, reply, repli.ByLastResort) {
		w.send(source{}, reply, repli.ByLastResort)
	}
}
