package drill

import (
	"fmt"
	"slices"
	"time"

	"github.com/repli-sms/repli"
)

// A standing is what there is to know of a number's fallback.
type standing struct {
	num     repli.Number // with the steps that answer for it
	by      repli.SID    // whose they are, or "" for its own
	last    repli.Drill  // the newest that says something, or none
	changed time.Time    // when a bin among the steps was last saved, or zero
	shares  string       // what primary and fallbacks share, or ""
	stale   time.Duration
	now     time.Time
}

// grade returns how far a fallback can be relied on, and what to do.
func grade(s standing) (repli.Grade, string) {
	number, last := s.num.Address, s.last
	t := trip{num: s.num, by: s.by}
	const again = "Run repli drill "
	switch {
	case len(s.num.Chain.Steps) == 0:
		return repli.GradeNone, "Nobody is asked. Give " + t.whose() + " a primary handler and a fallback."
	case len(s.num.Chain.Steps) == 1:
		reason := "There is no fallback. "
		if s.num.Chain.LastResort != "" {
			reason = "There is no fallback, only the last resort. "
		}
		return repli.GradeNone, reason + t.giveOne()
	case last.SID != "" && !last.Status.Good():
		reason := worst(last.Results).Reason
		if s.isChanged() {
			reason = "The last drill " + string(last.Status) + "; the handlers have changed since."
		}
		return repli.GradeFailing, reason + " " + again + number + " when it is mended."
	case s.shares != "":
		return repli.GradeSharedFate, "Primary and fallback share " + s.shares +
			", so that they fail together. Put the fallback on another machine, or make it a bin."
	case last.SID == "":
		return repli.GradeUntested, "It was never drilled. " + again + number + "."
	case s.isChanged():
		return repli.GradeUntested, "Its handlers have changed since it was drilled. " + again + number + "."
	case s.now.Sub(last.Started) > s.stale:
		return repli.GradeStale, fmt.Sprintf("It was drilled %s ago. %s%s, or set a schedule.", days(s.now.Sub(last.Started)), again, number)
	default:
		return repli.GradeProven, last.Reason
	}
}

// isChanged tells whether the handlers are no longer those that were drilled.
func (s standing) isChanged() bool {
	return !slices.Equal(s.num.Chain.Steps, s.last.Steps) || s.changed.After(s.last.Started)
}

// days returns a time in whole days, or in hours if it is less than two.
func days(d time.Duration) string {
	if d < 48*time.Hour {
		return fmt.Sprintf("%d hours", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}
