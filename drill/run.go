package drill

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/inbound"
)

// Start starts a drill of these kinds, or of all that its
// settings defend against if there are none, and returns it while it
// runs. Each result is stored as soon as it is known.
func (e *Engine) Start(ctx context.Context, num repli.Number, kinds []repli.FaultKind) (repli.Drill, error) {
	d, _, err := e.start(ctx, num, kinds)
	return d, err
}

// start is Start; the channel is closed when the drill has ended.
func (e *Engine) start(ctx context.Context, num repli.Number, kinds []repli.FaultKind) (repli.Drill, <-chan struct{}, error) {
	if len(kinds) == 0 {
		kinds = num.DrillKinds()
	}
	for _, k := range kinds {
		if err := repli.CheckDrill(k); err != nil {
			return repli.Drill{}, nil, err
		}
	}
	if err := e.receiving(ctx, num); err != nil {
		return repli.Drill{}, nil, err
	}
	kinds = inOrder(kinds)
	who, err := e.DB.Answering(ctx, num)
	if err != nil {
		return repli.Drill{}, nil, err
	}
	num.Chain.Steps = who.Steps
	d := repli.Drill{
		SID: repli.NewSID(repli.DrillPrefix), Account: num.Account, Number: num.Address, NumberSID: num.SID, Status: repli.DrillRuns,
		Steps: who.Steps, Whole: num.IsWhole(kinds), Started: time.Now().UTC().Truncate(time.Microsecond),
	}
	if d.Whole {
		d.Uncovered = slices.DeleteFunc(num.Uncovered(), func(k repli.FaultKind) bool { return slices.Contains(kinds, k) })
	}
	aside, giveBack, err := e.reserve(num.Account)
	if err != nil {
		return repli.Drill{}, nil, err
	}
	e.own(d.SID, true)
	if err := e.commit(ctx, repli.Change{Drills: []repli.Drill{d}}); err != nil {
		e.own(d.SID, false)
		giveBack()
		return d, nil, err
	}
	r := &run{e: e, num: num, by: who.By, kinds: kinds, drill: d}
	over := make(chan struct{})
	aside(func(ctx context.Context) {
		defer close(over)
		defer e.own(d.SID, false)
		r.all(ctx)
	})
	return d, over, nil
}

// inOrder returns the kinds in canonical order without duplicates.
func inOrder(kinds []repli.FaultKind) []repli.FaultKind {
	return slices.DeleteFunc(repli.DrillKinds(), func(k repli.FaultKind) bool { return !slices.Contains(kinds, k) })
}

// A run is a running drill.
type run struct {
	e     *Engine
	num   repli.Number // with the steps that answer for it
	by    repli.SID    // the application or service they belong to, or "" for the number's own
	kinds []repli.FaultKind

	mu    sync.Mutex
	drill repli.Drill
}

// all checks every kind concurrently and ends the drill.
func (r *run) all(ctx context.Context) {
	var texts sync.WaitGroup
	for _, k := range r.kinds {
		texts.Go(func() {
			if err := r.one(ctx, k); err != nil && ctx.Err() == nil {
				r.e.Log.Error("a drill cannot tell what came of a fault", "drill", r.drill.SID, "fault", k, "error", err)
			}
		})
	}
	texts.Wait()
	if err := r.end(ctx); err != nil {
		r.e.Log.Error("the end of a drill is not recorded", "drill", r.drill.SID, "error", err)
	}
}

// one checks one kind and stores the result with its attempts.
func (r *run) one(ctx context.Context, k repli.FaultKind) error {
	leave, err := r.e.place(ctx, r.num.Account)
	if err != nil {
		return err
	}
	defer leave()
	result, attempts, err := r.look(ctx, k)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	place := func(k repli.FaultKind) int { return slices.Index(r.kinds, k) }
	r.drill.Results = append(slices.Clone(r.drill.Results), result)
	slices.SortFunc(r.drill.Results, func(a, b repli.DrillResult) int { return place(a.Fault) - place(b.Fault) })
	return r.e.commit(ctx, repli.Change{Attempts: attempts, Drills: []repli.Drill{r.drill}})
}

// look checks one kind.
func (r *run) look(ctx context.Context, k repli.FaultKind) (repli.DrillResult, []repli.Attempt, error) {
	if k == repli.DrillQuest {
		return r.quest(ctx)
	}
	out, err := r.e.Inbound.Rehearse(ctx, inbound.Trial{Drill: r.drill.SID, Number: r.num, Fault: k})
	if err != nil {
		return repli.DrillResult{}, nil, err
	}
	return judge(trip{r.num, r.by, k, out}), out.Change.Attempts, nil
}

// end stores the result of the whole drill, and an event if the number's status changed.
func (r *run) end(ctx context.Context) error {
	d := &r.drill
	now := time.Now().UTC().Truncate(time.Microsecond)
	if why := r.cut(ctx); why != "" {
		interrupt(d, why, now)
		return r.e.commit(ctx, repli.Change{Drills: []repli.Drill{*d}})
	}
	last, err := r.e.DB.LastDrill(context.WithoutCancel(ctx), d.NumberSID)
	if err != nil && !repli.IsNotFound(err) {
		return err
	}
	d.Status, d.Ended = repli.StatusOf(d.Results), now
	d.Reason = summary(*d)
	return r.e.commit(ctx, repli.Change{Drills: []repli.Drill{*d}, Events: news(last, *d)})
}

// cut returns why the drill was interrupted, or "" if it is complete.
func (r *run) cut(ctx context.Context) repli.Cut {
	_, err := r.e.DB.Number(context.WithoutCancel(ctx), r.num.SID)
	switch {
	case repli.IsNotFound(err):
		return repli.NumberDeleted
	case len(r.drill.Results) == len(r.kinds):
		return ""
	case ctx.Err() != nil:
		return repli.ServerStopped
	default:
		return repli.StoreFailed
	}
}

// summary returns the result of a drill in a sentence.
func summary(d repli.Drill) string {
	bad := 0
	for _, r := range d.Results {
		if !r.Passed {
			bad++
		}
	}
	switch d.Status {
	case repli.DrillPassed:
		return fmt.Sprintf("The fallback of %s answered %d of %d times.", d.Number, len(d.Results), len(d.Results))
	case repli.DrillDegraded:
		return fmt.Sprintf("The fallback of %s failed %d of %d times; the last resort answered instead.", d.Number, bad, len(d.Results))
	default:
		return fmt.Sprintf("%s failed %d of %d times.", d.Number, bad, len(d.Results))
	}
}

// news returns the event of a finished drill: it failed after a success, or passed after a
// failure. last is the latest earlier drill that counts, or none.
func news(last, d repli.Drill) []repli.Event {
	e := repli.Event{
		SID: repli.NewSID(repli.EventPrefix), Account: d.Account, Number: d.Number,
		Since: d.Started, Created: d.Ended,
	}
	wasBad := last.SID != "" && !last.Status.Good()
	switch {
	case !d.Status.Good() && !wasBad:
		e.Kind, e.Sentence = repli.DrillFailed, d.Reason+" "+repli.WorstOf(d.Results).Reason
	case d.Status.Good() && wasBad && d.Whole:
		e.Kind, e.Sentence = repli.DrillRecovered, d.Reason+" The drill before it "+string(last.Status)+"."
	default:
		return nil
	}
	return []repli.Event{e}
}
