package repli

import (
	"slices"
	"time"

	"github.com/repli-sms/repli/sms"
)

// A Drill asks whether a number's fallback would answer: for each fault one text goes the way of
// a real one, with that fault over the primary. Nothing of it is sent, and it is no traffic.
type Drill struct {
	SID     SID
	Account SID
	Number  string // E.164
	Status  DrillStatus
	Steps   []Step // who answered for the number then
	Whole   bool   // nothing was left out of it
	Results []DrillResult
	Reason  string // in a sentence, what came of it as a whole; "" while it runs
	Cut     Cut    // why it was interrupted, or ""
	Started time.Time
	Ended   time.Time // zero while it runs
}

// A DrillStatus is what came of a drill.
type DrillStatus string

// The states of a drill.
const (
	DrillRuns        DrillStatus = "running"
	DrillPassed      DrillStatus = "passed"      // the fallback answered each time
	DrillDegraded    DrillStatus = "degraded"    // the last resort spoke at least once
	DrillBad         DrillStatus = "failed"      // nobody answered at least once
	DrillInterrupted DrillStatus = "interrupted" // it was not finished, so nothing was shown
)

// A Cut is why a drill was interrupted.
type Cut string

// Why a drill may be interrupted.
const (
	ServerStopped Cut = "server_stopped"
	ServerDied    Cut = "server_died"    // it ended without being stopped
	StoreFailed   Cut = "store_failed"   // what the drill needs could not be read
	NumberDeleted Cut = "number_deleted" // while it was drilled
)

// Cuts lists them.
func Cuts() []Cut { return []Cut{ServerStopped, ServerDied, StoreFailed, NumberDeleted} }

// Good reports whether a drill has shown that the fallback answers.
func (s DrillStatus) Good() bool { return s == DrillPassed }

// A DrillResult is what came of one fault.
type DrillResult struct {
	Fault      FaultKind // or [DrillQuest]
	Message    SID       // the text, whose attempts are kept
	Passed     bool
	ErrorCode  int      // why the primary did not answer, or 0
	AnsweredBy Answerer // whose words the texter would read
	Text       string   // what the texter would read
	Encoding   sms.Encoding
	Segments   int
	Waits      time.Duration // how long the texter would have waited
	Reason     string        // what broke, who answered, what would be read, and what to mend
	Mend       string        // the last part of Reason, "" when it has passed
	Finding    Finding       // why it has not passed, of which Reason tells
}

// DrillQuest is the first thing a drill looks at: TwilioQuest's own check of a fallback. It is no
// fault of the primary.
const DrillQuest FaultKind = "twilioquest"

// DrillKinds lists what a whole drill looks at, in order.
func DrillKinds() []FaultKind { return append([]FaultKind{DrillQuest}, Faults()...) }

// CheckDrill returns error 20422 for what no drill can look at.
func CheckDrill(k FaultKind) error {
	if k == DrillQuest {
		return nil
	}
	if err := CheckFault(k); err != nil {
		return Errorf(20422, "There is nothing called %.64q to drill; there are %s, and %s", string(k), DrillQuest, faultNames())
	}
	return nil
}

// StatusOf returns what came of a drill with these results: the worst of them.
func StatusOf(results []DrillResult) DrillStatus {
	status := DrillPassed
	for _, r := range results {
		switch {
		case r.Passed:
		case r.AnsweredBy == ByLastResort:
			status = DrillDegraded
		default:
			return DrillBad
		}
	}
	return status
}

// WorstOf returns the first of a drill's results that says most of what is wrong.
func WorstOf(results []DrillResult) DrillResult {
	for _, r := range results {
		if !r.Passed && r.AnsweredBy == Nobody {
			return r
		}
	}
	for _, r := range results {
		if !r.Passed {
			return r
		}
	}
	return DrillResult{}
}

// Of a drill's texts.
const (
	DrillPhone = "+12025550100" // one of the numbers that are nobody's
	DrillText  = "Repli drill"
)

// IsWhole reports whether a drill of these leaves nothing out.
func IsWhole(kinds []FaultKind) bool {
	for _, k := range DrillKinds() {
		if !slices.Contains(kinds, k) {
			return false
		}
	}
	return true
}

// A Rehearsal asks whether a number's primary answers: one text goes to it and to nobody else.
// What it says is judged and kept, and never sent.
type Rehearsal struct {
	SID     SID // DR…
	Account SID
	Number  string // E.164
	Why     RehearsalReason
	Passed  bool // the primary answered as it may answer a texter, if with nothing to say
	Result  DrillResult
	Started time.Time
}

// A RehearsalReason says who wanted a rehearsal.
type RehearsalReason string

// Who may want one.
const (
	OnDemand   RehearsalReason = "on_demand"
	OnSchedule RehearsalReason = "schedule"
	InOutage   RehearsalReason = "on_fallback" // the number lives on its fallback
)

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

// A Finding is what a sentence on a fallback or a primary says, in parts, for whoever says it in
// another language. Which parts it has depends on its kind.
type Finding struct {
	Kind   FindingKind
	Number string        `json:",omitempty"` // whose handlers are to be changed
	By     SID           `json:",omitempty"` // who answers in the number's place, or ""
	Place  string        `json:",omitempty"` // a URL, a host and port, or an address
	Code   int           `json:",omitempty"`
	Detail string        `json:",omitempty"` // of an alert, in English
	Time   time.Duration `json:",omitempty"`
}

// A FindingKind says what was found; "" is nothing to complain of.
type FindingKind string

// What may be found.
const (
	NobodyAsked    FindingKind = "nobody_asked"
	NoFallback     FindingKind = "no_fallback"
	OnlyLastResort FindingKind = "only_last_resort"

	PrimaryAnswers    FindingKind = "primary_answers"    // although it is broken
	MessageDropped    FindingKind = "message_dropped"    // Code, Detail
	SharedHost        FindingKind = "shared_host"        // Place
	LeadsToHost       FindingKind = "leads_to_host"      // Place is the primary's
	SharedAddress     FindingKind = "shared_address"     // Place
	SharedCertificate FindingKind = "shared_certificate" // Place
	OutOfTime         FindingKind = "out_of_time"        // Time is that of the chain
	HandlerFails      FindingKind = "handler_fails"      // Code, Place, Detail
	NothingVisible    FindingKind = "nothing_visible"
	NoMessage         FindingKind = "no_message" // Detail of what is odd about the document, or ""

	NeverDrilled    FindingKind = "never_drilled"
	HandlersChanged FindingKind = "handlers_changed" // since the last drill
	LongAgo         FindingKind = "long_ago"         // Time is the age of the last drill
)

// A Schedule says when which numbers of an account are drilled, and their primaries rehearsed.
type Schedule struct {
	Account SID
	Every   time.Duration
	At      string    // a time of day in UTC, such as 03:30
	All     bool      // every number there is then
	Numbers []string  // E.164; without them and without All, nobody is drilled
	Ran     time.Time // when it last ran, or was set; it runs for what it has missed since, once
}

// DefaultSchedule is what an account has that has not said anything: once it names numbers, they
// are drilled each night.
func DefaultSchedule(account SID) Schedule {
	return Schedule{Account: account, Every: 24 * time.Hour, At: "03:30"}
}

// Limits of a schedule.
const (
	MinEvery = 5 * time.Minute
	MaxEvery = 31 * 24 * time.Hour
)

// Check returns the first thing that is wrong with the schedule as an *Error with code 20422.
func (s Schedule) Check() error {
	if s.Every < MinEvery || s.Every > MaxEvery {
		return Errorf(20422, "every must lie between %v and %v, not %v", MinEvery, MaxEvery, s.Every)
	}
	if _, err := timeOfDay(s.At); err != nil {
		return err
	}
	return nil
}

// timeOfDay reads 03:30.
func timeOfDay(at string) (time.Duration, error) {
	t, err := time.Parse("15:04", at)
	if err != nil || len(at) != len("15:04") {
		return 0, Errorf(20422, "at must be a time of day in UTC, from 00:00 to 23:59, not %.64q", at)
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}

// IsOff reports whether nobody is drilled.
func (s Schedule) IsOff() bool { return !s.All && len(s.Numbers) == 0 }

// Next returns when the schedule is due after it has run at the time given: at its time of day,
// and every so often from there, counted from a day in 1970 so that a restart changes nothing.
// A schedule that is off or wrong is never due, which is the zero time.
func (s Schedule) Next(ran time.Time) time.Time {
	at, err := timeOfDay(s.At)
	if err != nil || s.IsOff() || s.Every <= 0 {
		return time.Time{}
	}
	first := time.Unix(0, 0).UTC().Add(at)
	rounds := ran.Sub(first)/s.Every + 1
	if ran.Before(first) {
		rounds = 0
	}
	return first.Add(rounds * s.Every)
}
