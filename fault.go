package repli

import (
	"slices"
	"strings"
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

// StrikesHost tells whether the fault is one of a host, so that whatever else is on that host
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
