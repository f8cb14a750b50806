package inbound

import (
	"fmt"
	"strconv"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/sms"
)

// params returns the parameters of a request about a message to a number, in Twilio's order. Cities, states and
// ZIP codes are not looked up; Repli sends them empty, as Twilio does when it does not know them.
//
// twilio: messaging/guides/webhook-request
func params(m repli.Message, num repli.Number, base string) repli.Params {
	sid := string(m.SID)
	p := make(repli.Params, 0, 22+2*len(m.Media))
	p = append(p, repli.Params{
		{Name: "ToCountry", Value: num.Home()},
		{Name: "ToState"},
		{Name: "SmsMessageSid", Value: sid},
		{Name: "NumMedia", Value: strconv.Itoa(len(m.Media))},
		{Name: "ToCity"},
		{Name: "FromZip"},
		{Name: "SmsSid", Value: sid},
		{Name: "FromState"},
		{Name: "SmsStatus", Value: m.Status()},
		{Name: "FromCity"},
		{Name: "Body", Value: m.Body},
		{Name: "FromCountry", Value: sms.Country(m.From)},
		{Name: "To", Value: m.To},
	}...)
	if m.Service != "" {
		p = append(p, repli.Param{Name: "MessagingServiceSid", Value: string(m.Service)})
	}
	p = append(p, repli.Params{
		{Name: "ToZip"},
		{Name: "NumSegments", Value: strconv.Itoa(m.Segments)},
		{Name: "MessageSid", Value: sid},
		{Name: "AccountSid", Value: string(m.Account)},
		{Name: "From", Value: m.From},
		{Name: "ApiVersion", Value: repli.APIVersion},
	}...)
	for i, item := range m.Media {
		n := strconv.Itoa(i)
		p = append(p,
			repli.Param{Name: "MediaContentType" + n, Value: item.ContentType},
			repli.Param{Name: "MediaUrl" + n, Value: mediaURL(base, m, item)})
	}
	return p
}

// mediaURL returns where the bytes of an inbound attachment are.
//
// twilio: messaging/api/media-resource
func mediaURL(base string, m repli.Message, item repli.Attachment) string {
	return fmt.Sprintf("%s/%s/Accounts/%s/Messages/%s/Media/%s", base, repli.APIVersion, m.Account, m.SID, item.SID)
}
