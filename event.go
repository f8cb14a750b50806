package repli

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"
)

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

// An Alert is one error or warning, kept for the people who run a number.
type Alert struct {
	SID     SID
	Account SID
	Code    int
	Message SID    // the message it concerns
	Attempt SID    // the attempt that shows it, or ""
	Number  string // our number, E.164
	URL     string // without user information and fragment
	Method  string
	Detail  string
	Created time.Time
}

// Level returns how bad the alert is.
func (a Alert) Level() Level { return LookUp(a.Code).Level }

// A Group is what happened of one kind to one number within some time: one event or alert, or
// many that are told as one.
type Group struct {
	Kind        EventKind // AlertRaised for alerts
	Code        int       // of alerts; 0 for events
	Number      string
	Count       int
	First, Last time.Time
	Sentence    string    // of the last, as are those that follow
	Since       time.Time // of events
	Texts       int
	Message     SID
	URL         string
}

// A Notice is one status callback to make: what a customer is to be told about an outbound
// message. What it says is fixed when the message moves; telling it comes later.
//
// twilio: messaging/guides/outbound-message-status-in-status-callbacks
type Notice struct {
	SID       SID
	Account   SID
	Message   SID
	Service   SID
	From, To  string
	Callback  Callback
	Status    string
	ErrorCode int       // of failed and undelivered messages
	Done      time.Time // when the carrier was done with it; zero when it did not say
	Created   time.Time

	Due   time.Time
	Lease Lease
}

// SubscriptionPrefix is the kind of a subscription's SID.
const SubscriptionPrefix = "SB"

// A Subscription asks for somebody to be told of an account's events and alerts, from the moment
// it was made.
type Subscription struct {
	SID      SID
	Account  SID
	To       string // a URL, which may hold secrets
	Events   []EventKind
	Created  time.Time
	Delivery Delivery
}

// What a subscription may ask for besides the kinds of event.
const (
	AlertRaised EventKind = "alert" // an alert of any code
	AnyEvent    EventKind = "*"     // all there is, alerts too
)

// Wants reports whether the subscription asks for events of this kind.
func (s Subscription) Wants(k EventKind) bool {
	return slices.Contains(s.Events, k) || slices.Contains(s.Events, AnyEvent)
}

// LogValue keeps the secrets of To out of the log.
func (s Subscription) LogValue() slog.Value { return slog.StringValue(string(s.SID)) }

// CheckEvents returns error 20422 unless a subscription may ask for exactly these. It names all
// that it does not know.
func CheckEvents(asked []EventKind) error {
	known := append(EventKinds(), AlertRaised, AnyEvent)
	if len(asked) == 0 {
		return Errorf(20422, "A subscription needs events to tell of: %s", join(known))
	}
	var unknown []EventKind
	for _, k := range asked {
		if !slices.Contains(known, k) && len(unknown) < 10 {
			unknown = append(unknown, EventKind(fmt.Sprintf("%q", clip(string(k), 64))))
		}
	}
	if len(unknown) > 0 {
		return Errorf(20422, "There is no event %s; there are %s", join(unknown), join(known))
	}
	return nil
}

func join(kinds []EventKind) string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = string(k)
	}
	return strings.Join(names, ", ")
}

// A Delivery says how far a subscription has been told.
type Delivery struct {
	After   Position  // up to here all was told, or given up
	Upto    Position  // where the message ends that is to be tried again; zero when there is none
	Tries   int       // how often that message was tried in vain
	Failing time.Time // since when
	Due     time.Time // when it is tried again
	Told    time.Time // when somebody was last told
	Error   string    // why the last try failed, "" once one went well
	GivenUp int       // messages that were never told
}

// A Position is a place in the order in which events became true, and in that of alerts. Who
// has seen all up to one has missed nothing, however much was written at the same time.
type Position struct{ Event, Alert int64 }
