package endpoint

import (
	"fmt"
	"strconv"

	"github.com/repli-sms/repli"
)

// A Message is Twilio's Message resource. Every API returns messages in this shape.
//
// twilio: messaging/api/message-resource
type Message struct {
	AccountSID          repli.SID         `json:"account_sid"`
	APIVersion          string            `json:"api_version"`
	Body                string            `json:"body"`
	DateCreated         *string           `json:"date_created"`
	DateSent            *string           `json:"date_sent"`
	DateUpdated         *string           `json:"date_updated"`
	Direction           repli.Direction   `json:"direction"`
	ErrorCode           *int              `json:"error_code"`
	ErrorMessage        *string           `json:"error_message"`
	From                *string           `json:"from"` // null until a service has chosen the sender
	MessagingServiceSID *repli.SID        `json:"messaging_service_sid"`
	NumMedia            string            `json:"num_media"`
	NumSegments         string            `json:"num_segments"`
	Price               *string           `json:"price"`      // always null: Repli has no prices
	PriceUnit           *string           `json:"price_unit"` // always null
	SID                 repli.SID         `json:"sid"`
	Status              string            `json:"status"`
	SubresourceURIs     map[string]string `json:"subresource_uris"`
	To                  string            `json:"to"`
	URI                 string            `json:"uri"`
}

// MessageOf returns the resource of a message.
func MessageOf(m repli.Message) Message {
	uri := fmt.Sprintf("/%s/Accounts/%s/Messages/%s", repli.APIVersion, m.Account, m.SID)
	sent := m.Sent
	if m.IsInbound() {
		sent = m.Created
	}
	out := Message{
		AccountSID:      m.Account,
		APIVersion:      repli.APIVersion,
		Body:            m.Body,
		DateCreated:     RFC2822(m.Created),
		DateSent:        RFC2822(sent),
		DateUpdated:     RFC2822(m.Updated),
		Direction:       m.Direction,
		From:            Maybe(m.From),
		NumMedia:        strconv.Itoa(len(m.Media)),
		NumSegments:     strconv.Itoa(m.Segments),
		SID:             m.SID,
		Status:          m.Status(),
		SubresourceURIs: map[string]string{"media": uri + "/Media.json"},
		To:              m.To,
		URI:             uri + ".json",
	}
	if m.From == "" {
		out.NumSegments = "0"
	}
	if !m.IsInbound() {
		out.SubresourceURIs["feedback"] = uri + "/Feedback.json"
	}
	if m.Service != "" {
		out.MessagingServiceSID = &m.Service
	}
	if m.ErrorCode != 0 {
		title := repli.LookUp(m.ErrorCode).Title
		out.ErrorCode, out.ErrorMessage = &m.ErrorCode, &title
	}
	return out
}
