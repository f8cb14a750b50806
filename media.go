package repli

import "time"

// An Attachment is one item of media of a message. Inbound items are kept by Repli and have
// a SID; outbound ones are named by their URL.
type Attachment struct {
	SID         SID
	URL         string
	ContentType string
}

// Media is the bytes of an attachment: what a phone sent, or what was fetched to be sent.
type Media struct {
	SID         SID
	Account     SID
	Message     SID
	ContentType string
	Data        []byte
	Created     time.Time
}

// MaxMediaBytes is the largest total of one message's media.
//
// twilio: messaging/guides/accepted-mime-types
const MaxMediaBytes = 5 << 20
