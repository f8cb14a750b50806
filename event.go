package repli

import "time"

// An Event is something about a number that people who subscribed are told. Alerts are kept
// apart: each of them is told as well; see [Alert].
type Event struct {
	SID      SID
	Account  SID
	Kind     EventKind
	Number   string // our number, E.164
	Sentence string // what happened, in English, naming the number
	Since    time.Time
	Texts    int // how many texts it concerned; 0 when that means nothing
	Message  SID // the text that showed it, or ""
	Created  time.Time
}

// An EventKind says what happened.
type EventKind string

// The kinds of event. Since is, in this order, when the number's texts began to be answered by
// somebody else, and when the fault, the drill or the maintenance began.
const (
	EnteredFallback  EventKind = "fallback.entered" // a text was answered, but not by the primary
	OnFallback       EventKind = "fallback.reminder"
	LeftFallback     EventKind = "fallback.left"
	BreakerOpened    EventKind = "breaker.opened"
	BreakerClosed    EventKind = "breaker.closed"
	FaultBegan       EventKind = "fault.began"
	FaultEnded       EventKind = "fault.ended"
	DrillFailed      EventKind = "drill.failed"    // the last one passed, or there was none
	DrillRecovered   EventKind = "drill.recovered" // the last one failed
	MaintenanceBegan EventKind = "maintenance.began"
	MaintenanceEnded EventKind = "maintenance.ended"
)

// EventKinds lists the kinds.
func EventKinds() []EventKind {
	return []EventKind{
		EnteredFallback, OnFallback, LeftFallback, BreakerOpened, BreakerClosed,
		FaultBegan, FaultEnded, DrillFailed, DrillRecovered, MaintenanceBegan, MaintenanceEnded,
	}
}
