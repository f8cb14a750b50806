package repli

import "time"

// An Application is a set of handlers that several numbers may share. While a number names
// one, its own steps rest.
//
// twilio: usage/api/applications
type Application struct {
	SID          SID
	Account      SID
	FriendlyName string
	Steps        []Step // sms_url and sms_fallback_url

	// Who is told about messages sent with the application. The first is asked for when both
	// are set; the second is its older twin.
	MessageStatusCallback string
	SMSStatusCallback     string

	Created time.Time
	Updated time.Time
}
