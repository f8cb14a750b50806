package repli

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"
)

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

// Wants tells whether the subscription asks for events of this kind.
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
