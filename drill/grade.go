package drill

import (
	"fmt"
	"slices"
	"time"

	"github.com/repli-sms/repli"
)

// A standing holds the facts by which a number's fallback is graded.
type standing struct {
	num     repli.Number  // with the steps that answer for it
	by      repli.SID     // whose they are, or "" for its own
	last    repli.Drill   // the newest that says something, or none
	changed time.Time     // when a bin among the steps was last saved, or zero
	shares  repli.Finding // what primary and fallbacks share, or nothing
	stale   time.Duration
	now     time.Time
}

// grade returns how far a fallback can be relied on, why, and what to do.
func grade(s standing) (repli.Grade, repli.Finding, string) {
	number, last := s.num.Address, s.last
	t := trip{num: s.num, by: s.by}
	const again = "Run repli drill "
	switch {
	case len(s.num.Chain.Steps) == 0:
		return repli.GradeNone, t.found(repli.NobodyAsked), "No handler is configured. Give " + t.whose() + " a primary handler and a fallback."
	case len(s.num.Chain.Steps) == 1 && s.num.Chain.LastResort != "":
		return repli.GradeNone, t.found(repli.OnlyLastResort), "There is no fallback, only the last resort. " + t.giveOne()
	case len(s.num.Chain.Steps) == 1:
		return repli.GradeNone, t.found(repli.NoFallback), "There is no fallback. " + t.giveOne()
	case last.SID != "" && !last.Status.Good():
		found, reason := repli.Finding{}, repli.WorstOf(last.Results).Reason
		if s.isChanged() {
			found, reason = t.found(repli.HandlersChanged), "The last drill "+string(last.Status)+"; the handlers have changed since."
		}
		return repli.GradeFailing, found, reason + " " + again + number + " when it is fixed."
	case s.shares.Kind != "":
		return repli.GradeSharedFate, s.shares, "Primary and fallback share " + shared(s.shares) +
			", so they fail together. Put the fallback on another machine, or make it a bin."
	case last.SID == "":
		return repli.GradeUntested, t.found(repli.NeverDrilled), "It was never drilled. " + again + number + "."
	case s.isChanged():
		return repli.GradeUntested, t.found(repli.HandlersChanged), "Its handlers have changed since it was drilled. " + again + number + "."
	case s.now.Sub(last.Started) > s.stale:
		found := t.found(repli.LongAgo)
		found.Time = s.now.Sub(last.Started)
		return repli.GradeStale, found, fmt.Sprintf("It was drilled %s ago. %s%s, or set a schedule.", days(found.Time), again, number)
	default:
		return repli.GradeProven, repli.Finding{}, last.Reason
	}
}

// shared returns what primary and fallback share, for a sentence.
func shared(f repli.Finding) string {
	switch f.Kind {
	case repli.SharedHost:
		return "the host and port " + f.Place
	case repli.SharedCertificate:
		return "the certificate of " + f.Place
	default:
		return "the address " + f.Place
	}
}

// isChanged reports whether the handlers are no longer those that were drilled, or TwiML has been
// required since.
func (s standing) isChanged() bool {
	return !slices.Equal(s.num.Chain.Steps, s.last.Steps) || s.last.Whole && !s.last.Covers(s.num) || s.changed.After(s.last.Started)
}

// days returns a time in whole days, or in hours if it is less than two.
func days(d time.Duration) string {
	if d < 48*time.Hour {
		return fmt.Sprintf("%d hours", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}
