package repli

import (
	"time"

	"github.com/repli-sms/repli/sms"
)

// A Drill tests whether a number's fallback would answer. For each fault, one text takes the path
// of a real one while the fault is simulated at the primary. Nothing is sent, and its texts do
// not count as traffic.
type Drill struct {
	SID       SID
	Account   SID
	Number    string // the number's address
	NumberSID SID
	Status    DrillStatus
	Steps     []Step      // the steps that answered for the number at that time
	Whole     bool        // it covers every kind of fault that the number's settings defend against
	Uncovered []FaultKind // what they do not defend against and was not asked for: such an answer is texted
	Results   []DrillResult
	Reason    string // the overall result in a sentence; "" while it runs
	Cut       Cut    // why it was interrupted, or ""
	Started   time.Time
	Ended     time.Time // zero while it runs
}

// A DrillStatus is the result of a drill.
type DrillStatus string

// The states of a drill.
const (
	DrillRuns        DrillStatus = "running"
	DrillPassed      DrillStatus = "passed"      // the fallback answered each time
	DrillDegraded    DrillStatus = "degraded"    // the last resort answered at least once
	DrillBad         DrillStatus = "failed"      // at least one text stayed unanswered
	DrillInterrupted DrillStatus = "interrupted" // it did not finish, so it proves nothing
)

// A Cut is why a drill was interrupted.
type Cut string

// Why a drill may be interrupted.
const (
	ServerStopped Cut = "server_stopped"
	ServerDied    Cut = "server_died"    // it ended without being stopped
	StoreFailed   Cut = "store_failed"   // data that the drill needs could not be read
	NumberDeleted Cut = "number_deleted" // during the drill
)

// Cuts lists the reasons.
func Cuts() []Cut { return []Cut{ServerStopped, ServerDied, StoreFailed, NumberDeleted} }

// Good reports whether the drill has shown that the fallback answers.
func (s DrillStatus) Good() bool { return s == DrillPassed }

// A DrillResult is the result for one fault.
type DrillResult struct {
	Fault      FaultKind // or [DrillQuest]
	Message    SID       // the text; its attempts are stored
	Passed     bool
	ErrorCode  int      // why the primary failed, or 0
	AnsweredBy Answerer // whose answer the texter would receive
	Text       string   // the text that the texter would receive
	Encoding   sms.Encoding
	Segments   int
	Waits      time.Duration // how long the texter would have waited
	Reason     string        // what failed, who answered, what the texter would receive, and what to fix
	Fix        string        `json:"Mend"` // the last part of Reason; "" if it passed
	Finding    Finding       // the machine-readable form of Reason, if it did not pass
}

// DrillQuest is the first check of a drill: TwilioQuest's own check of a fallback. It is not a
// fault of the primary.
const DrillQuest FaultKind = "twilioquest"

// DrillKinds lists all checks of drills, in order; [Number.DrillKinds] are those of a complete drill.
func DrillKinds() []FaultKind {
	return append(append([]FaultKind{DrillQuest}, Faults()...), PlainFaults()...)
}

// CheckDrill returns error 20422 if k is no check of a drill.
func CheckDrill(k FaultKind) error {
	if k == DrillQuest {
		return nil
	}
	if err := CheckFault(k); err != nil {
		return Errorf(20422, "There is nothing called %.64q to drill; there are %s, and %s", string(k), DrillQuest, faultNames())
	}
	return nil
}

// StatusOf returns the status of a drill with these results: the worst of them.
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

// WorstOf returns the first of the worst results of a drill.
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
	DrillPhone = "+12025550100" // a number that is never assigned
	DrillText  = "Repli drill"
)

// A Rehearsal tests whether a number's primary answers: one text goes to the primary only. Its
// answer is judged and stored, but never sent.
type Rehearsal struct {
	SID       SID // DR…
	Account   SID
	Number    string // the number's address
	NumberSID SID
	Why       RehearsalReason
	Passed    bool // the primary gave an acceptable answer, even an empty one
	Result    DrillResult
	Started   time.Time
}

// A RehearsalReason says why a rehearsal was made.
type RehearsalReason string

// The reasons.
const (
	OnDemand   RehearsalReason = "on_demand"
	OnSchedule RehearsalReason = "schedule"
	InOutage   RehearsalReason = "on_fallback" // the number is on its fallback
)

// A Coverage says how well a number's fallback is proven.
type Coverage struct {
	Number    string // the number's address
	NumberSID SID
	Grade     Grade
	Reason    string      // the reason for the grade, and what to do
	Finding   Finding     // the machine-readable form of Reason; if empty, Reason is about the last drill
	Last      Drill       // the last drill that counts, or none
	LastUsed  time.Time   // when the last text arrived that a fallback answered
	Uncovered []FaultKind // what the number's settings do not defend against: [FaultKind.PlainText] would be texted
}

// A Grade says how reliable a fallback is.
type Grade string

// The grades.
const (
	GradeNone       Grade = "none"        // there is no fallback
	GradeFailing    Grade = "failing"     // the last drill did not pass
	GradeSharedFate Grade = "shared fate" // it depends on the primary's host
	GradeUntested   Grade = "untested"    // its current steps were never drilled
	GradeStale      Grade = "stale"       // the last drill was long ago
	GradeProven     Grade = "proven"
)

// Grades lists the grades, worst first.
func Grades() []Grade {
	return []Grade{GradeNone, GradeFailing, GradeSharedFate, GradeUntested, GradeStale, GradeProven}
}

// DefaultStale is how long a passed drill stays valid.
const DefaultStale = 7 * 24 * time.Hour

// A Finding is the machine-readable form of a sentence about a fallback or a primary, from which
// it can be translated. Which fields are set depends on its kind.
type Finding struct {
	Kind   FindingKind
	Number string        `json:",omitempty"` // the number whose handlers must be changed
	By     SID           `json:",omitempty"` // the application or service that answers instead of the number, or ""
	Place  string        `json:",omitempty"` // a URL, a host and port, or an address
	Code   int           `json:",omitempty"`
	Detail string        `json:",omitempty"` // of an alert, in English
	Time   time.Duration `json:",omitempty"`
}

// A FindingKind says what was found; "" means no problem.
type FindingKind string

// The kinds of finding, with the fields they use.
const (
	NobodyAsked    FindingKind = "nobody_asked"
	NoFallback     FindingKind = "no_fallback"
	OnlyLastResort FindingKind = "only_last_resort"

	PrimaryAnswers    FindingKind = "primary_answers"    // although it was made to fail
	PlainTexted       FindingKind = "plain_texted"       // TwiML is not required
	MessageDropped    FindingKind = "message_dropped"    // Code, Detail
	SharedHost        FindingKind = "shared_host"        // Place
	LeadsToHost       FindingKind = "leads_to_host"      // Place is the primary's host
	SharedAddress     FindingKind = "shared_address"     // Place
	SharedCertificate FindingKind = "shared_certificate" // Place
	OutOfTime         FindingKind = "out_of_time"        // Time is the limit of the chain
	HandlerFails      FindingKind = "handler_fails"      // Code, Place, Detail
	NothingVisible    FindingKind = "nothing_visible"
	NoMessage         FindingKind = "no_message" // Detail says what is odd about the document, or ""

	NeverDrilled    FindingKind = "never_drilled"
	HandlersChanged FindingKind = "handlers_changed" // since the last drill
	LongAgo         FindingKind = "long_ago"         // Time is the age of the last drill
)

// A Schedule says when which numbers of an account are drilled and their primaries rehearsed.
type Schedule struct {
	Account SID
	Every   time.Duration
	At      string    // a time of day in UTC, such as 03:30
	All     bool      // every number that exists at that time
	Numbers []string  // each by its [Number.Ref]; if empty and All is false, the schedule is off
	Ran     time.Time // when it last ran or was set; missed runs since then are made up for by one
}

// DefaultSchedule is the schedule of an account that has set none: off, and nightly once it names
// numbers.
func DefaultSchedule(account SID) Schedule {
	return Schedule{Account: account, Every: 24 * time.Hour, At: "03:30"}
}

// Limits of a schedule.
const (
	MinEvery = 5 * time.Minute
	MaxEvery = 31 * 24 * time.Hour
)

// Check returns the schedule's first error as an *Error with code 20422.
func (s Schedule) Check() error {
	if s.Every < MinEvery || s.Every > MaxEvery {
		return Errorf(20422, "every must lie between %v and %v, not %v", MinEvery, MaxEvery, s.Every)
	}
	if _, err := timeOfDay(s.At); err != nil {
		return err
	}
	return nil
}

// timeOfDay parses a time such as 03:30.
func timeOfDay(at string) (time.Duration, error) {
	t, err := time.Parse("15:04", at)
	if err != nil || len(at) != len("15:04") {
		return 0, Errorf(20422, "at must be a time of day in UTC, from 00:00 to 23:59, not %.64q", at)
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}

// IsOff reports whether the schedule names no numbers.
func (s Schedule) IsOff() bool { return !s.All && len(s.Numbers) == 0 }

// Next returns when the schedule is due after a run at the given time. Runs are at its time of
// day, in multiples of its interval since a fixed day in 1970, so that restarts change nothing. A
// schedule that is off or invalid is never due, and Next returns the zero time.
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
