package repli

import "time"

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
