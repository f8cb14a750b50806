package drill

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/inbound"
)

// outagePause is the interval between rehearsals of a primary while its number is on its
// fallback.
const outagePause = time.Minute

// Rehearse calls a number's primary, judges and stores the answer, and updates the number's
// state. It returns when the result is stored.
func (e *Engine) Rehearse(ctx context.Context, num repli.Number, why repli.RehearsalReason) (repli.Rehearsal, error) {
	if err := e.receiving(ctx, num); err != nil {
		return repli.Rehearsal{}, err
	}
	leave, err := e.place(ctx, num.Account)
	if err != nil {
		return repli.Rehearsal{}, err
	}
	defer leave()
	who, err := e.DB.Answering(ctx, num)
	if err != nil {
		return repli.Rehearsal{}, err
	}
	num.Chain.Steps = who.Steps
	r := repli.Rehearsal{
		SID: repli.NewSID(repli.DrillPrefix), Account: num.Account, Number: num.Address, NumberSID: num.SID, Why: why,
		Started: time.Now().UTC().Truncate(time.Microsecond),
	}
	out, err := e.Inbound.Rehearse(ctx, inbound.Trial{Drill: r.SID, Number: num, PrimaryOnly: true})
	if err != nil {
		return r, err
	}
	r.Passed, r.Result = judgePrimary(num, out)
	if err := e.commit(ctx, repli.Change{Attempts: out.Change.Attempts, Rehearsals: []repli.Rehearsal{r}}); err != nil {
		return r, err
	}
	return r, e.Inbound.Rehearsed(ctx, num, r.Passed, r.Started)
}

// judgePrimary reports whether the primary's answer would do for a texter; an empty answer does.
func judgePrimary(num repli.Number, out inbound.Outcome) (bool, repli.DrillResult) {
	t := trip{num: num, out: out}
	r := repli.DrillResult{Message: out.Message, AnsweredBy: out.Move().AnsweredBy, Waits: out.Waits}
	read(&r, t.texts())
	wait := out.Waits.Seconds()
	switch {
	case len(num.Chain.Steps) == 0:
		r.Finding = t.found(repli.NobodyAsked)
		r.Reason = num.Address + " has no primary to rehearse."
	case out.Move().To == repli.Unanswered:
		failed := t.last(func(a repli.Alert) bool { return a.URL != "" && a.Level() == repli.LevelError })
		r.ErrorCode = failed.Code
		r.Finding = repli.Finding{Kind: repli.HandlerFails, Code: failed.Code, Place: failed.URL, Detail: ended(failed.Detail)}
		r.Reason = fmt.Sprintf("The primary still fails (%d): %s", failed.Code, r.Finding.Detail)
	case r.Segments == 0:
		r.Passed = true
		r.Reason = fmt.Sprintf("The primary answers after %.1f s, without a message.", wait)
	default:
		r.Passed = true
		r.Reason = fmt.Sprintf("The primary answers %s after %.1f s.", quoted(r.Text), wait)
	}
	return r.Passed, r
}

// rehearseOutages rehearses, once a minute until ctx ends, the primaries of the numbers that are
// on their fallback and have rehearsals enabled.
func (e *Engine) rehearseOutages(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(outagePause):
		}
		numbers, err := e.Inbound.ToRehearse(ctx)
		if err == nil {
			err = e.rehearse(ctx, numbers, repli.InOutage)
		}
		if err != nil && ctx.Err() == nil {
			e.Log.Error("the primaries of numbers on their fallback cannot be rehearsed", "error", err)
		}
	}
}

// rehearse rehearses numbers concurrently and returns when all have answered.
func (e *Engine) rehearse(ctx context.Context, numbers []repli.Number, why repli.RehearsalReason) error {
	errs := make([]error, len(numbers))
	var all sync.WaitGroup
	for i, num := range numbers {
		all.Go(func() { _, errs[i] = e.Rehearse(ctx, num, why) })
	}
	all.Wait()
	return errors.Join(slices.DeleteFunc(errs, func(err error) bool { return err == nil })...)
}
