package rest

import (
	"context"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/outbound"
)

// A sending is what a caller says of a message to be sent.
type sending struct {
	To         string   `form:"To" code:"21211"`
	From       string   `form:"From" code:"21212"`
	ServiceSID string   `form:"MessagingServiceSid" code:"21705"`
	Body       string   `form:"Body"`
	Media      []string `form:"MediaUrl" code:"21620"`
	ContentSID string   `form:"ContentSid" code:"21655"`
	Variables  string   `form:"ContentVariables" code:"21656"`

	SmartEncoded   *bool   `form:"SmartEncoded"`
	StatusCallback string  `form:"StatusCallback" code:"21609"`
	ApplicationSID string  `form:"ApplicationSid" code:"21218"`
	Validity       *int    `form:"ValidityPeriod" code:"21624"`
	Content        *string `form:"ContentRetention" code:"30029"`
	Address        *string `form:"AddressRetention" code:"30030"`

	ScheduleType string         `form:"ScheduleType"`
	SendAt       *endpoint.When `form:"SendAt" code:"35114"`

	unheeded
}

// unheeded is what Twilio reads besides. It has no effect here.
type unheeded struct {
	Attempt          string   `form:"Attempt"`
	FallbackFrom     string   `form:"FallbackFrom"`
	ForceDelivery    string   `form:"ForceDelivery"`
	MaxPrice         string   `form:"MaxPrice"`
	PersistentAction []string `form:"PersistentAction"`
	ProvideFeedback  string   `form:"ProvideFeedback"`
	RiskCheck        string   `form:"RiskCheck"`
	SendAsMMS        string   `form:"SendAsMms"`
	ShortenURLs      string   `form:"ShortenUrls"`
	TrafficType      string   `form:"TrafficType"`
}

// draft returns what an account asks to have sent.
func (in sending) draft(account repli.SID) outbound.Draft {
	d := outbound.Draft{
		Account: account, To: in.To, From: in.From, Service: in.ServiceSID,
		Body: in.Body, Media: in.Media, ContentSID: in.ContentSID, Variables: in.Variables, SmartEncoded: in.SmartEncoded,
		StatusCallback: in.StatusCallback, Application: in.ApplicationSID,
		Validity: in.Validity, ContentRetention: in.Content, AddressRetention: in.Address, ScheduleType: in.ScheduleType,
	}
	if in.SendAt != nil {
		d.SendAt = &in.SendAt.Time
	}
	return d
}

// sendMessage takes a message to be sent.
//
// twilio: messaging/api/message-resource#create-a-message-resource
func (s *Server) sendMessage(ctx context.Context, acct repli.Account, in sending) (endpoint.Message, error) {
	d := in.draft(acct.SID)
	d.Test = s.isTest(acct.SID)
	m, err := s.out.Draft(ctx, d)
	if err == nil && !d.Test {
		err = s.out.Commit(ctx, repli.Change{New: []repli.Message{m}})
	}
	if err != nil {
		return endpoint.Message{}, err
	}
	return endpoint.MessageOf(m), nil
}
