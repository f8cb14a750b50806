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
