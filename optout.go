package repli

import "time"

// An OptOut says that a phone wants no more messages from a number, or from any number of a
// service, until it says START.
//
// twilio: messaging/tutorials/advanced-opt-out
type OptOut struct {
	Account SID
	Sender  string // the number's address, or the SID of the service it is in
	Phone   string
	Created time.Time
}

// Senders returns what a phone may have opted out of so that the number does not write to it:
// the service it is in with all its numbers, and the number alone. STOP to the number opts out
// of the first of them, START takes all of it back.
func (n Number) Senders() []string {
	if n.Service == "" {
		return []string{n.Address}
	}
	return []string{string(n.Service), n.Address}
}
