package repli

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A FaultKind is a way in which a handler can fail and can be made to fail.
type FaultKind string

// The kinds of fault, named after the handler's behaviour.
const (
	FaultRefused        FaultKind = "refused"         // nothing listens at its port
	FaultDNS            FaultKind = "dns"             // its name does not resolve
	FaultConnectTimeout FaultKind = "connect_timeout" // connecting takes too long
	FaultTimeout        FaultKind = "timeout"         // it accepts the request and never answers
	FaultReset          FaultKind = "reset"           // it accepts the request and resets the connection
	FaultDrip           FaultKind = "drip"            // it answers byte by byte without end
	FaultTLS            FaultKind = "tls"             // its certificate is not trusted
	FaultStatus500      FaultKind = "status_500"
	FaultStatus404      FaultKind = "status_404"
	FaultRedirectLoop   FaultKind = "redirect_loop"  // it redirects to itself
	FaultNoType         FaultKind = "no_type"        // a body without a Content-Type
	FaultWrongType      FaultKind = "wrong_type"     // JSON
	FaultOversize       FaultKind = "oversize"       // more than 64 kB
	FaultMalformed      FaultKind = "malformed"      // not XML
	FaultLowercaseRoot  FaultKind = "lowercase_root" // <response>
	FaultEmpty          FaultKind = "empty"          // a body without bytes
)

// Faults lists the kinds that every number defends against, those of the host first and those of the
// document last. [PlainFaults] are the others.
func Faults() []FaultKind {
	return []FaultKind{
		FaultRefused, FaultDNS, FaultConnectTimeout, FaultTLS, FaultTimeout, FaultReset, FaultDrip,
		FaultStatus500, FaultStatus404, FaultRedirectLoop,
		FaultNoType, FaultWrongType, FaultOversize, FaultMalformed, FaultLowercaseRoot, FaultEmpty,
	}
}

// StrikesHost reports whether the fault affects a host and port as a whole, and so everything
// else there.
func (k FaultKind) StrikesHost() bool {
	return slices.Contains([]FaultKind{FaultRefused, FaultDNS, FaultConnectTimeout, FaultTLS}, k)
}

// CheckFault returns error 20422 if k is no kind of fault.
func CheckFault(k FaultKind) error {
	if !slices.Contains(Faults(), k) && !k.IsPlain() {
		return Errorf(20422, "There is no fault %.64q; the kinds are %s", string(k), faultNames())
	}
	return nil
}

func faultNames() string {
	var names []string
	for _, k := range append(Faults(), PlainFaults()...) {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

// A Fault makes the primary of a number fail on purpose, for a number of texts or until a given
// time. It affects only the primary.
type Fault struct {
	SID       SID
	Account   SID
	Number    string // our number's address
	NumberSID SID
	Kind      FaultKind
	Messages  int       // remaining number of texts; 0 if it ends by time
	Ends      time.Time // zero if it ends after a number of texts
	Struck    int       // texts hit so far
	Began     time.Time
}

// Limits of a fault, so that a forgotten one ends, and of the number of faults of a number.
const (
	MaxFaultMessages = 10_000
	MaxFaultMinutes  = 24 * 60
	MaxFaults        = 20
)

// NewFault returns a fault of a number that lasts for a number of texts or of minutes. Exactly
// one of the two must be given and the other be 0; otherwise it returns error 20422.
func NewFault(n Number, kind FaultKind, messages, minutes int64, now time.Time) (Fault, error) {
	f := Fault{SID: NewSID(FaultPrefix), Account: n.Account, Number: n.Address, NumberSID: n.SID, Kind: kind, Began: now}
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

// IsOver reports whether the fault has expired.
func (f Fault) IsOver(now time.Time) bool { return !f.Ends.IsZero() && !now.Before(f.Ends) }

// A FaultStrike counts one text hit by a fault. It is guarded by the previous count.
type FaultStrike struct {
	Fault  SID
	Struck int // the previous count
}

// Begin returns the Change that starts the fault and reports it.
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

// Strike returns the Change for a text hit by the fault. The last text ends the fault.
func (f Fault) Strike(now time.Time) Change {
	c := Change{Strikes: []FaultStrike{{f.SID, f.Struck}}}
	f.Struck++
	if f.Messages == 1 {
		c = c.Merge(f.End(now, "it has struck all it was to"))
	}
	return c
}

// End returns the Change that ends the fault and reports why.
func (f Fault) End(now time.Time, why string) Change {
	c := f.says(FaultEnded, now, fmt.Sprintf("The fault %s of %s has ended after %s: %s", f.Kind, f.Number, count(f.Struck, "text"), why))
	c.FaultEnds = []SID{f.SID}
	return c
}

// says returns a Change with an event and an alert.
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

// count formats a count and its noun.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
