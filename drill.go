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

// Good tells whether a drill has shown that the fallback answers.
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

// IsWhole tells whether a drill of these leaves nothing out.
func IsWhole(kinds []FaultKind) bool {
	for _, k := range DrillKinds() {
		if !slices.Contains(kinds, k) {
			return false
		}
	}
	return true
}
