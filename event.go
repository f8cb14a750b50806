package repli

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/repli-sms/repli/quote"
)

// An Event is something that happened to a number, of which subscribers are notified. They are
// also notified of each [Alert], which is a type of its own.
type Event struct {
	SID      SID
	Account  SID
	Kind     EventKind
	Number   string // our number, E.164
	Sentence string // what happened, in English, naming the number
	Since    time.Time
	Texts    int // how many texts it affected; 0 if that does not apply
	Message  SID // the text that caused it, or ""
	Created  time.Time
}

// An EventKind says what happened.
type EventKind string

// The kinds of event. Event.Since is the time at which the primary stopped answering the number's
// texts for the kinds up to breaker.closed, and otherwise the start of the fault, the drill or the maintenance,
// or, for those about answers, the time of the last one.
const (
	EnteredFallback  EventKind = "fallback.entered" // a text was answered, but not by the primary
	OnFallback       EventKind = "fallback.reminder"
	LeftFallback     EventKind = "fallback.left"
	BreakerOpened    EventKind = "breaker.opened"
	BreakerClosed    EventKind = "breaker.closed"
	FaultBegan       EventKind = "fault.began"
	FaultEnded       EventKind = "fault.ended"
	DrillFailed      EventKind = "drill.failed"    // the previous drill passed, or there was none
	DrillRecovered   EventKind = "drill.recovered" // the previous drill failed
	MaintenanceBegan EventKind = "maintenance.began"
	MaintenanceEnded EventKind = "maintenance.ended"
	AnswersSuspect   EventKind = "answers.suspect" // several in a row look like errors of the server
	AnswersSilent    EventKind = "answers.silent"  // they send nothing, most likely without meaning to
)

// EventKinds lists the kinds.
func EventKinds() []EventKind {
	return []EventKind{
		EnteredFallback, OnFallback, LeftFallback, BreakerOpened, BreakerClosed,
		FaultBegan, FaultEnded, DrillFailed, DrillRecovered, MaintenanceBegan, MaintenanceEnded,
		AnswersSuspect, AnswersSilent,
	}
}

// An Alert is one error or warning, recorded for the operators of a number.
type Alert struct {
	SID     SID
	Account SID
	Code    int
	Message SID    // the message concerned
	Attempt SID    // the attempt that shows it, or ""
	Number  string // our number, E.164
	URL     string // without user information and fragment
	Method  string
	Detail  string
	Fault   FaultKind // the fault on purpose that it comes of, or ""
	Created time.Time
}

// Level returns the severity of the alert.
func (a Alert) Level() Level { return LookUp(a.Code).Level }

// A Group summarizes the events or alerts of one kind at one number within a period.
type Group struct {
	Kind        EventKind // AlertRaised for alerts
	Code        int       // of alerts; 0 for events
	Number      string
	OnPurpose   bool // alerts that come of faults on purpose
	Count       int
	First, Last time.Time
	Sentence    string    // of the last one, like the fields below
	Since       time.Time // of events
	Texts       int
	Message     SID
	URL         string
}

// A Notice is one pending status callback about an outbound message. Its content is fixed when
// the message changes state; it is delivered later.
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
	Done      time.Time // when the carrier finished with it; zero if it did not say
	Created   time.Time

	Due   time.Time
	Lease Lease
}

// SubscriptionPrefix is the kind of a subscription's SID.
const SubscriptionPrefix = "SB"

// A Subscription sends notifications of an account's events and alerts, from its creation on.
type Subscription struct {
	SID      SID
	Account  SID
	To       string // a URL; may contain secrets
	Events   []EventKind
	Created  time.Time
	Delivery Delivery
	Test     Test
}

// What a subscription may ask for in addition to the kinds of event.
const (
	AlertRaised EventKind = "alert" // an alert of any code
	AnyEvent    EventKind = "*"     // all events and alerts
)

// Wants reports whether the subscription asks for events of this kind.
func (s Subscription) Wants(k EventKind) bool {
	return slices.Contains(s.Events, k) || slices.Contains(s.Events, AnyEvent)
}

// LogValue omits To, because it may contain secrets.
func (s Subscription) LogValue() slog.Value { return slog.StringValue(string(s.SID)) }

// CheckEvents returns error 20422, naming all unknown kinds, unless a subscription may ask for
// these kinds.
func CheckEvents(asked []EventKind) error {
	known := append(EventKinds(), AlertRaised, AnyEvent)
	if len(asked) == 0 {
		return Errorf(20422, "A subscription needs events to tell of: %s", join(known))
	}
	var unknown []EventKind
	for _, k := range asked {
		if !slices.Contains(known, k) && len(unknown) < 10 {
			unknown = append(unknown, EventKind(fmt.Sprintf("%q", quote.Name(string(k)))))
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

// A Delivery is the progress of a subscription.
type Delivery struct {
	After   Position  // everything up to here was delivered or given up
	Upto    Position  // the end of the message to retry; zero if there is none
	Tries   int       // failed tries of that message
	Failing time.Time // when the first of them failed
	Due     time.Time // when the message is retried
	Told    time.Time // when the last message was delivered
	Error   string    // why the last try failed; "" if it succeeded
	GivenUp int       // messages that were given up
}

// A Test is what came of the last test message to a subscriber.
type Test struct {
	At    time.Time // when it was sent; zero if none was
	Error string    // why it failed; "" if it was delivered
}

// A Position is a place in the commit order of events and in that of alerts. A reader that has
// seen everything up to a position has missed nothing, even of concurrent writes.
type Position struct{ Event, Alert int64 }
