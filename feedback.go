package repli

import "time"

// Feedback is what a customer says became of a message.
//
// twilio: messaging/api/message-feedback-resource
type Feedback struct {
	Message SID
	Outcome string // confirmed or unconfirmed
	Created time.Time
	Updated time.Time
}
