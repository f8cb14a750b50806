package rest

import (
	"cmp"
	"context"
	"strings"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/sms"
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

// A draft is a message while it is made of what a caller says.
type draft struct {
	in      sending
	msg     repli.Message
	number  repli.Number  // whom it comes from, when that is one of the account's
	service repli.Service // what sends it, or none
}

// sendMessage takes a message to be sent.
//
// twilio: messaging/api/message-resource#create-a-message-resource
func (s *Server) sendMessage(ctx context.Context, acct repli.Account, in sending) (endpoint.Message, error) {
	at := now()
	d := draft{in: in, msg: repli.Message{
		SID: repli.NewSID(repli.MessagePrefix), Account: acct.SID, Direction: repli.OutboundAPI, State: repli.Queued,
		Created: at, Updated: at, Due: at,
	}}
	parts := []func(context.Context, *draft) error{
		s.draftService, s.draftSender, draftReceiver, draftContent, s.draftCallback, draftTerms, draftSchedule, s.checkOptOut,
	}
	if s.isTest(acct.SID) {
		parts = []func(context.Context, *draft) error{s.draftService, draftMagic, draftContent, s.draftCallback, draftTerms, draftSchedule}
	}
	for _, part := range parts {
		if err := part(ctx, &d); err != nil {
			return endpoint.Message{}, err
		}
	}
	if s.isTest(acct.SID) {
		return endpoint.MessageOf(d.msg), nil
	}
	if err := s.out.Commit(ctx, repli.Change{New: []repli.Message{d.msg}}); err != nil {
		return endpoint.Message{}, err
	}
	return endpoint.MessageOf(d.msg), nil
}

// draftService finds the service that is to send it, which may also be named as the sender.
func (s *Server) draftService(ctx context.Context, d *draft) error {
	if strings.HasPrefix(d.in.From, repli.ServicePrefix) && sms.KindOf(d.in.From) != sms.Alphanumeric {
		d.in.From, d.in.ServiceSID = "", d.in.From
	}
	if d.in.ServiceSID == "" {
		return nil
	}
	sid, err := repli.ParseSID(d.in.ServiceSID, repli.ServicePrefix)
	if err != nil {
		return repli.Errorf(21705, "%.64q is no SID of a messaging service, which is MG followed by 32 hex digits", d.in.ServiceSID)
	}
	d.service, err = s.db.Service(ctx, sid)
	if repli.IsNotFound(err) || err == nil && d.service.Account != d.msg.Account {
		return repli.Errorf(21701, "The account %s has no messaging service %s", d.msg.Account, sid)
	}
	if err != nil {
		return err
	}
	d.msg.Service = sid
	if d.in.From != "" {
		return nil
	}
	d.msg.State = repli.Accepted
	pool, err := s.db.Pool(ctx, sid)
	if err == nil && len(pool) == 0 {
		err = repli.Errorf(21704, "The messaging service %s has no numbers to send from; add one to it first", sid)
	}
	return err
}

// draftSender reads who sends it, unless the service chooses.
func (s *Server) draftSender(ctx context.Context, d *draft) error {
	from := d.in.From
	switch kind := sms.KindOf(from); {
	case from == "" && d.msg.Service != "":
		return nil
	case from == "":
		return repli.Errorf(21603, "Say who sends the message: From or MessagingServiceSid is missing")
	case kind == sms.Alphanumeric && d.msg.Service != "":
		return repli.Errorf(21711, "%q is not in the messaging service %s, which has numbers only", from, d.msg.Service)
	case kind == sms.Alphanumeric:
		d.msg.From = from
		return nil
	case kind == sms.Channel:
		return repli.Errorf(21212, "From is %.64q, but Repli has no other channel than SMS and MMS", from)
	case kind != sms.ShortCode:
		var err error
		if from, err = sms.Normalize(from, homeCountry); err != nil {
			return repli.Errorf(21212, "From is neither a number nor a name of at most 11 letters, digits and spaces: %v", err)
		}
	}
	var err error
	d.number, err = s.db.NumberByAddress(ctx, from)
	switch {
	case repli.IsNotFound(err):
		return repli.Errorf(21659, "From is %s, which is not a number of this server", from)
	case err != nil:
		return err
	case d.number.Account != d.msg.Account:
		return repli.Errorf(21660, "From is %s, which is not a number of the account %s", from, d.msg.Account)
	case d.msg.Service != "" && d.number.Service != d.msg.Service:
		return repli.Errorf(21711, "From is %s, which is not in the messaging service %s", from, d.msg.Service)
	}
	d.msg.From = from
	return nil
}

// homeCountry is where a number without a country's code is dialled when nothing else says so.
const homeCountry = "US"

// draftReceiver reads whom it goes to. A number without a country's code is one of the
// sender's country.
func draftReceiver(_ context.Context, d *draft) error {
	to := d.in.To
	switch sms.KindOf(to) {
	case sms.ShortCode:
	case sms.Channel:
		return repli.Errorf(21211, "To is %.64q, but Repli has no other channel than SMS and MMS", to)
	default:
		if to == "" {
			return repli.Errorf(21604, "Say who is to get the message: To is missing")
		}
		var err error
		if to, err = sms.Normalize(to, cmp.Or(sms.Country(d.msg.From), homeCountry)); err != nil {
			return repli.Errorf(21211, "To is no number a message can be sent to: %v", err)
		}
	}
	if to == d.msg.From {
		return repli.Errorf(21211, "To and From are the same number, %s", to)
	}
	d.msg.To = to
	return nil
}

// draftContent reads what it says.
func draftContent(_ context.Context, d *draft) error {
	in := d.in
	switch {
	case in.ContentSID != "":
		return repli.Errorf(21655, "Repli keeps no content templates, so there is no ContentSid %.64q; send a Body", in.ContentSID)
	case in.Variables != "":
		return repli.Errorf(21654, "ContentVariables belong to a ContentSid, and Repli keeps no content templates; send a Body")
	case in.Body == "" && len(in.Media) == 0:
		return repli.Errorf(21602, "The message says nothing: Body and MediaUrl are missing")
	case len(in.Media) > repli.MaxMedia:
		return repli.Errorf(21623, "A message has at most %d MediaUrl; this one has %d", repli.MaxMedia, len(in.Media))
	}
	d.msg.Body = in.Body
	if in.SmartEncoded != nil && *in.SmartEncoded || in.SmartEncoded == nil && d.service.SmartEncoding {
		d.msg.Body = sms.SmartEncode(in.Body)
	}
	if d.msg.Body == "" && len(in.Media) == 0 {
		return repli.Errorf(21602, "The message says nothing: smart encoding leaves nothing of the Body %.40q", in.Body)
	}
	if n := sms.Characters(d.msg.Body); n > repli.MaxBody {
		return repli.Errorf(21617, "Body has %d characters, and at most %d can be sent", n, repli.MaxBody)
	}
	for _, raw := range in.Media {
		if reason := repli.BadURL(raw); reason != "" {
			return repli.Errorf(21620, "The MediaUrl %.80q %s", raw, reason)
		}
		d.msg.Media = append(d.msg.Media, repli.Attachment{URL: raw})
	}
	if len(d.msg.Media) > 0 {
		d.msg.SID = d.msg.SID.Key().SID(repli.MMSPrefix)
	}
	d.msg.Segments = sms.Measure(d.msg.Body).Segments
	return nil
}

// draftCallback finds whom to tell how it is doing: whom the message names, else the
// application, else the service.
//
// twilio: messaging/guides/track-outbound-message-status
func (s *Server) draftCallback(ctx context.Context, d *draft) error {
	url := d.in.StatusCallback
	if err := unaskable("StatusCallback", url, 21609); err != nil {
		return err
	}
	if d.in.ApplicationSID != "" {
		app, err := s.applicationNamed(ctx, d.msg.Account, d.in.ApplicationSID)
		if err != nil {
			return err
		}
		url = cmp.Or(url, app.MessageStatusCallback, app.SMSStatusCallback)
	}
	if url = cmp.Or(url, d.service.StatusCallback); url != "" {
		d.msg.Callback = repli.Callback{URL: url, Method: "POST"}
	}
	return nil
}

// applicationNamed finds an application that a parameter names, or fails with 21218.
func (s *Server) applicationNamed(ctx context.Context, account repli.SID, name string) (repli.Application, error) {
	sid, err := repli.ParseSID(name, repli.AppPrefix)
	if err != nil {
		return repli.Application{}, repli.Errorf(21218, "%.64q is no SID of an application, which is AP followed by 32 hex digits", name)
	}
	app, err := s.db.Application(ctx, sid)
	if repli.IsNotFound(err) || err == nil && app.Account != account {
		return repli.Application{}, repli.Errorf(21218, "The account %s has no application %s", account, sid)
	}
	return app, err
}

// checkOptOut refuses what a phone does not want. What a service sends with a number it is yet
// to choose is looked at then.
//
// twilio: messaging/tutorials/advanced-opt-out
func (s *Server) checkOptOut(ctx context.Context, d *draft) error {
	if d.msg.From == "" {
		return nil
	}
	out, err := s.db.OptedOut(ctx, d.msg.Account, d.number.OptOuts(d.msg.To)...)
	if err == nil && out {
		err = repli.Errorf(21610, "%s has said STOP and gets no messages from %s until it says START", d.msg.To, d.msg.From)
	}
	return err
}
