package repli

import "time"

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
