package repli

import "time"

// A Coverage says how far a number's fallback can be relied on.
type Coverage struct {
	Number   string // E.164
	Grade    Grade
	Reason   string    // why, and what to do
	Finding  Finding   // of which Reason tells; when there is none, it tells of the last drill
	Last     Drill     // the last one that counts, or none
	LastUsed time.Time // when the last text came in that a fallback answered
}

// A Grade is how far a fallback can be relied on.
type Grade string

// The grades.
const (
	GradeNone       Grade = "none"        // there is no fallback
	GradeFailing    Grade = "failing"     // the last drill did not pass
	GradeSharedFate Grade = "shared fate" // it fails with the primary's host
	GradeUntested   Grade = "untested"    // it was never drilled as it is now
	GradeStale      Grade = "stale"       // that is long ago
	GradeProven     Grade = "proven"
)

// Grades lists the grades, worst first.
func Grades() []Grade {
	return []Grade{GradeNone, GradeFailing, GradeSharedFate, GradeUntested, GradeStale, GradeProven}
}

// DefaultStale is how long a passed drill counts.
const DefaultStale = 7 * 24 * time.Hour
