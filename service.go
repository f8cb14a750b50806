package repli

import "time"

// A Service is a messaging service: a pool of numbers that send for it, and handlers that
// may answer for all of them. A number is in one service at most; it names it.
//
// twilio: messaging/api/service-resource
type Service struct {
	SID          SID
	Account      SID
	FriendlyName string

	Steps                     []Step // inbound_request_url and fallback_url
	UseInboundWebhookOnNumber bool   // the number's own steps answer, and these rest
	StatusCallback            string
	StickySender              bool          // a phone is always written to by the same number
	SmartEncoding             bool          // see sms.SmartEncode
	Validity                  time.Duration // how long a message may wait for a carrier

	// Kept and shown, and without effect here.
	MMSConverter          bool
	FallbackToLongCode    bool
	AreaCodeGeomatch      bool
	SynchronousValidation bool
	ScanMessageContent    string // inherit, enable or disable
	Usecase               string

	Created time.Time
	Updated time.Time
}

// Validity is how long a message may wait for a carrier when nobody has said.
//
// twilio: messaging/api/message-resource, ValidityPeriod
const Validity = 10 * time.Hour

// A Sticky says which number of a service writes to a phone, once one has.
//
// twilio: messaging/services#sticky-sender
type Sticky struct {
	Service SID
	Phone   string
	Sender  string // E.164
}
