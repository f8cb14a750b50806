package proxy

import (
	"net"
	"strings"
)

// A place says where a request to a host is answered.
type place int

const (
	elsewhere place = iota // by that host
	here                   // by Repli's handler
	nowhere                // by an error: it is a host of Twilio that Repli does not support
)

// twilio is the domain whose requests never leave this machine.
const twilio = "twilio.com"

// where returns the place of a host, which may have a port, and its name in lower case without
// the port. The SDKs construct a host as product[.edge][.region].twilio.com.
//
// twilio: global-infrastructure/understanding-twilio-regions
func where(host string) (string, place) {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.TrimSuffix(strings.ToLower(name), ".")
	if name == twilio {
		return name, nowhere
	}
	rest, found := strings.CutSuffix(name, "."+twilio)
	if !found {
		return name, elsewhere
	}
	labels := strings.Split(rest, ".")
	if len(labels) > 3 {
		return name, nowhere
	}
	for _, l := range labels {
		if !isLabel(l) {
			return name, nowhere
		}
	}
	switch labels[0] {
	case "api", "messaging", "monitor":
		return name, here
	}
	return name, nowhere
}

// isLabel reports whether a lower-case text is a valid label of a host name.
//
// RFC 1123 §2.1
func isLabel(s string) bool {
	return s != "" && len(s) <= 63 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" &&
		s[0] != '-' && s[len(s)-1] != '-'
}
