package repli

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A FaultKind is a way in which a handler can fail, and be made to fail on purpose.
type FaultKind string

// The kinds of fault, each named for what the handler does.
const (
	FaultRefused        FaultKind = "refused"         // nobody listens at its port
	FaultDNS            FaultKind = "dns"             // its name has no address
	FaultConnectTimeout FaultKind = "connect_timeout" // no connection comes about in time
	FaultTimeout        FaultKind = "timeout"         // it takes the request and says nothing
	FaultReset          FaultKind = "reset"           // it takes the request and resets the connection
	FaultDrip           FaultKind = "drip"            // its answer comes byte by byte and never ends
	FaultTLS            FaultKind = "tls"             // its certificate is nobody's
	FaultStatus500      FaultKind = "status_500"
	FaultStatus404      FaultKind = "status_404"
	FaultRedirectLoop   FaultKind = "redirect_loop"  // it redirects to itself
	FaultNoType         FaultKind = "no_type"        // a body without a Content-Type
	FaultWrongType      FaultKind = "wrong_type"     // JSON
	FaultOversize       FaultKind = "oversize"       // more than 64 kB
	FaultMalformed      FaultKind = "malformed"      // no XML
	FaultLowercaseRoot  FaultKind = "lowercase_root" // <response>
	FaultEmpty          FaultKind = "empty"          // a body of no bytes
)

// Faults lists the kinds, from those of the host to those of the document.
func Faults() []FaultKind {
	return []FaultKind{
		FaultRefused, FaultDNS, FaultConnectTimeout, FaultTLS, FaultTimeout, FaultReset, FaultDrip,
		FaultStatus500, FaultStatus404, FaultRedirectLoop,
		FaultNoType, FaultWrongType, FaultOversize, FaultMalformed, FaultLowercaseRoot, FaultEmpty,
	}
}

// StrikesHost reports whether the fault is one of a host, so that whatever else is on that host
// and port fails with it.
func (k FaultKind) StrikesHost() bool {
	return slices.Contains([]FaultKind{FaultRefused, FaultDNS, FaultConnectTimeout, FaultTLS}, k)
}

// CheckFault returns error 20422 for what is no kind of fault.
func CheckFault(k FaultKind) error {
	if !slices.Contains(Faults(), k) {
		return Errorf(20422, "There is no fault %.64q; the kinds are %s", string(k), faultNames())
	}
	return nil
}

func faultNames() string {
	var names []string
	for _, k := range Faults() {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

// A Fault makes the primary of a number fail on purpose, until it has struck so many texts or
// until a moment. It is laid over the primary alone.
type Fault struct {
	SID      SID
	Account  SID
	Number   string // our number, E.164
	Kind     FaultKind
	Messages int       // how many texts it strikes yet; 0 when time bounds it
	Ends     time.Time // zero when a number of texts bounds it
	Struck   int       // texts so far
	Began    time.Time
}

// Bounds of a fault, so that none is forgotten for good, and of how many a number may have.
const (
	MaxFaultMessages = 10_000
	MaxFaultMinutes  = 24 * 60
	MaxFaults        = 20
)

// NewFault returns a fault of a number. It strikes so many texts or lasts for so many minutes:
// one of the two is given, the other is 0, or that is error 20422.
func NewFault(n Number, kind FaultKind, messages, minutes int64, now time.Time) (Fault, error) {
	f := Fault{SID: NewSID(FaultPrefix), Account: n.Account, Number: n.Address, Kind: kind, Began: now}
	switch {
	case CheckFault(kind) != nil:
		return f, CheckFault(kind)
	case (messages == 0) == (minutes == 0):
		return f, Errorf(20422, "A fault ends by itself: say after how many messages, or after how many minutes")
	case messages < 0 || messages > MaxFaultMessages:
		return f, Errorf(20422, "messages must lie between 1 and %d, not %d", MaxFaultMessages, messages)
	case minutes < 0 || minutes > MaxFaultMinutes:
		return f, Errorf(20422, "minutes must lie between 1 and %d, not %d", MaxFaultMinutes, minutes)
	}
	f.Messages = int(messages)
	if minutes > 0 {
		f.Ends = now.Add(time.Duration(minutes) * time.Minute)
	}
	return f, nil
}

// IsOver reports whether the fault's time is up.
func (f Fault) IsOver(now time.Time) bool { return !f.Ends.IsZero() && !now.Before(f.Ends) }

// A FaultStrike is one text that meets a fault. It is guarded by how many had met it before.
type FaultStrike struct {
	Fault  SID
	Struck int // before
}

// Begin returns the Change that makes the fault and says so.
func (f Fault) Begin() Change {
	bound := "until " + f.Ends.UTC().Format(time.RFC3339)
	if f.Messages > 0 {
		bound = "for the next " + count(f.Messages, "text")
	}
	sentence := fmt.Sprintf("The primary of %s fails on purpose %s, with the fault %s", f.Number, bound, f.Kind)
	c := f.says(FaultBegan, f.Began, sentence)
	c.Faults = []Fault{f}
	return c
}

// Strike returns the Change that a text makes which meets the fault; the last text ends it.
func (f Fault) Strike(now time.Time) Change {
	c := Change{Strikes: []FaultStrike{{f.SID, f.Struck}}}
	f.Struck++
	if f.Messages == 1 {
		c = c.Merge(f.End(now, "it has struck all it was to"))
	}
	return c
}

// End returns the Change that ends the fault and says why.
func (f Fault) End(now time.Time, why string) Change {
	c := f.says(FaultEnded, now, fmt.Sprintf("The fault %s of %s has ended after %s: %s", f.Kind, f.Number, count(f.Struck, "text"), why))
	c.FaultEnds = []SID{f.SID}
	return c
}

// says returns an event and an alert.
func (f Fault) says(kind EventKind, now time.Time, sentence string) Change {
	return Change{
		Events: []Event{{
			SID: NewSID(EventPrefix), Account: f.Account, Kind: kind, Number: f.Number, Sentence: sentence,
			Since: f.Began, Texts: f.Struck, Created: now,
		}},
		Alerts: []Alert{{
			SID: NewSID(AlertPrefix), Account: f.Account, Code: 20480, Number: f.Number, Detail: sentence, Created: now,
		}},
	}
}

// count returns a number of things in words.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
