package drill

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/repli-sms/repli"
)

// Coverage returns how well the fallback of each number of an account is proven, worst first.
func (e *Engine) Coverage(ctx context.Context, account repli.SID) ([]repli.Coverage, error) {
	numbers, err := e.everyNumber(ctx, account)
	if err != nil {
		return nil, err
	}
	all := make([]standing, len(numbers))
	for i, num := range numbers {
		if all[i], err = e.standing(ctx, num); err != nil {
			return nil, err
		}
	}
	where := e.lookUpAll(ctx, all)
	covered := make([]repli.Coverage, len(all))
	for i, s := range all {
		s.shares = shares(e.withBins(s.num.Chain.Steps), where)
		if covered[i], err = e.cover(ctx, s); err != nil {
			return nil, err
		}
	}
	grades := repli.Grades()
	slices.SortStableFunc(covered, func(a, b repli.Coverage) int {
		return cmp.Or(slices.Index(grades, a.Grade)-slices.Index(grades, b.Grade), strings.Compare(a.Number, b.Number))
	})
	return covered, nil
}

// standing loads the facts about a number's fallback, except for where its handlers are.
func (e *Engine) standing(ctx context.Context, num repli.Number) (standing, error) {
	s := standing{stale: e.Stale, now: time.Now()}
	who, err := e.DB.Answering(ctx, num)
	if err != nil {
		return s, err
	}
	num.Chain.Steps = who.Steps
	s.num, s.by = num, who.By
	if s.last, err = e.DB.LastDrill(ctx, num.SID); err != nil && !repli.IsNotFound(err) {
		return s, err
	}
	for _, step := range who.Steps {
		sid := e.binOf(step)
		if sid == "" {
			continue
		}
		bin, err := e.DB.Bin(ctx, sid)
		if err != nil && !repli.IsNotFound(err) {
			return s, err
		}
		if bin.Updated.After(s.changed) {
			s.changed = bin.Updated
		}
	}
	return s, nil
}

// binOf returns the bin that a step is, by SID or by URL, or "".
func (e *Engine) binOf(s repli.Step) repli.SID {
	if s.Bin != "" {
		return s.Bin
	}
	bin, _ := repli.BinAt(e.BaseURL, s.URL)
	return bin
}

// withBins returns the steps with bins given by URL replaced by the bins.
func (e *Engine) withBins(steps []repli.Step) []repli.Step {
	steps = slices.Clone(steps)
	for i, s := range steps {
		if bin := e.binOf(s); bin != "" {
			steps[i] = repli.Step{Bin: bin}
		}
	}
	return steps
}

// cover grades a number.
func (e *Engine) cover(ctx context.Context, s standing) (repli.Coverage, error) {
	stands, _, err := e.Inbound.State(ctx, s.num)
	c := repli.Coverage{Number: s.num.Address, NumberSID: s.num.SID, Last: s.last, LastUsed: stands.Used, Uncovered: s.num.Uncovered()}
	c.Grade, c.Finding, c.Reason = grade(s)
	return c, err
}
