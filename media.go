package repli

import (
	"mime"
	"slices"
	"strings"
	"time"
)

// An Attachment is one item of media of a message. One that is kept by Repli has a SID: an
// inbound item always, an outbound one, which is named by its URL, once it has been fetched.
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

// attachable lists what may be attached to a message: families of types, and types.
//
// twilio: messaging/guides/accepted-mime-types
var attachable = []string{
	"image/", "audio/", "video/",
	"application/pdf", "application/vcard", "application/vnd.apple.pkpass",
	"text/calendar", "text/csv", "text/directory", "text/richtext", "text/rtf", "text/vcard", "text/x-vcard",
}

// MayAttach tells whether media of this Content-Type may be attached to a message.
func MayAttach(contentType string) bool {
	bare, _, err := mime.ParseMediaType(contentType)
	return err == nil && slices.ContainsFunc(attachable, func(a string) bool {
		return bare == a || strings.HasSuffix(a, "/") && strings.HasPrefix(bare, a)
	})
}

// MaxOtherMediaBytes is the largest item of media that is no JPEG, GIF or PNG, on its way to a
// phone.
//
// twilio: messaging/guides/accepted-mime-types
const MaxOtherMediaBytes = 500 << 10
