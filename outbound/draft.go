package outbound

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/sms"
)

// A Draft holds the parameters of a message to send. "" and nil mean that a parameter is missing.
//
// twilio: messaging/api/message-resource#create-a-message-resource
type Draft struct {
	Account repli.SID
	To      string
	From    string // a number, a short code, a sender's name, or the SID of a number or a messaging service
	Service string // SID of the messaging service that sends it, or chooses the sender

	Body         string
	Media        []string // URLs
	ContentSID   string   // of a template; Repli stores none
	Variables    string   // of that template
	SmartEncoded *bool    // the service's setting when nil

	StatusCallback string
	Application    string // SID of the application whose status callback applies if StatusCallback is ""

	Validity         *int    // seconds
	ContentRetention *string // retain or discard
	AddressRetention *string // retain or obfuscate

	ScheduleType string // fixed
	SendAt       *time.Time

	// Test means that the request has test credentials: magic numbers decide the result, and
	// stored numbers are ignored.
	Test bool
}

// A draft is a message under construction.
type draft struct {
	Draft
	msg     repli.Message
	service repli.Service // the service that sends it, or none
}

// Draft returns the message for these parameters: queued, accepted by a service that will choose
// the sender, or scheduled. It does not store the message; use [Engine.Commit]. The error for a
// message that cannot be sent is a *repli.Error with Twilio's code.
func (e *Engine) Draft(ctx context.Context, asked Draft) (repli.Message, error) {
	at := time.Now().UTC().Truncate(time.Microsecond)
	d := draft{Draft: asked, msg: repli.Message{
		SID: repli.NewSID(repli.MessagePrefix), Account: asked.Account, Direction: repli.OutboundAPI, State: repli.Queued,
		Created: at, Updated: at, Due: at,
	}}
	parties := []func(context.Context, *draft) error{e.draftService, e.draftSender, draftReceiver}
	if asked.Test {
		parties = []func(context.Context, *draft) error{e.draftService, draftMagic}
	}
	for _, part := range append(parties, draftContent, e.draftCallback, draftTerms, draftSchedule, e.draftConsent) {
		if err := part(ctx, &d); err != nil {
			return repli.Message{}, err
		}
	}
	return d.msg, nil
}

// draftService finds the service, which may be named as the sender.
func (e *Engine) draftService(ctx context.Context, d *draft) error {
	if strings.HasPrefix(d.From, repli.ServicePrefix) && sms.KindOf(d.From) != sms.Alphanumeric {
		d.From, d.Service = "", d.From
	}
	if d.Service == "" {
		return nil
	}
	sid, err := repli.ParseSID(d.Service, repli.ServicePrefix)
	if err != nil {
		return repli.Errorf(21705, "%.64q is no SID of a messaging service, which is MG followed by 32 hex digits", d.Service)
	}
	d.service, err = e.db.Service(ctx, sid)
	if repli.IsNotFound(err) || err == nil && d.service.Account != d.Account {
		return repli.Errorf(21701, "The account %s has no messaging service %s", d.Account, sid)
	}
	if err != nil {
		return err
	}
	d.msg.Service = sid
	if d.From != "" {
		return nil
	}
	d.msg.State = repli.Accepted
	pool, err := e.db.Pool(ctx, sid)
	if err == nil && len(pool) == 0 {
		err = repli.Errorf(21704, "The messaging service %s has no numbers to send from; add one to it first", sid)
	}
	return err
}

// draftSender sets the sender, unless the service will choose it.
func (e *Engine) draftSender(ctx context.Context, d *draft) error {
	if d.From == "" && d.msg.Service != "" {
		return nil
	}
	from, err := senderIn(d.From)
	if err != nil {
		return err
	}
	number, err := e.draftNumber(ctx, d, from)
	if repli.IsNotFound(err) && sms.KindOf(from) == sms.Alphanumeric {
		if d.msg.Service != "" {
			return repli.Errorf(21711, "From is %q, which is not in the messaging service %s", from, d.msg.Service)
		}
		d.msg.From = from // a name need not be kept here
		return nil
	}
	switch {
	case repli.IsNotFound(err):
		return repli.Errorf(21659, "From is %s, which is not a number of this server", from)
	case repli.CodeOf(err) == repli.CodeConflict:
		return repli.Errorf(21659, "From: %v", err)
	case err != nil:
		return err
	case number.Account != d.Account:
		return repli.Errorf(21660, "From is %s, which is not a number of the account %s", from, d.Account)
	case d.msg.Service != "" && number.Service != d.msg.Service:
		return repli.Errorf(21711, "From is %s, which is not in the messaging service %s", from, d.msg.Service)
	}
	d.msg.From, d.msg.Carrier = number.Address, number.Carrier
	return nil
}

// draftNumber returns the number that From names, or error 20404 or 20409. A short code or a name of
// several numbers is that of the account, and of the country it is sent to.
func (e *Engine) draftNumber(ctx context.Context, d *draft, from string) (repli.Number, error) {
	if sid, err := repli.ParseSID(from, repli.NumberPrefix); err == nil {
		return e.db.Number(ctx, sid)
	}
	seen := repli.Sight{Account: d.Account, Service: d.msg.Service}
	if to, err := sms.Normalize(d.To, homeCountry); err == nil {
		seen.Phone = to
	}
	number, err := e.db.NumberAt(ctx, from, seen)
	if repli.IsNotFound(err) && sms.KindOf(from) == sms.ShortCode {
		if others, err := e.db.NumbersAt(ctx, from); err == nil {
			return others[0], nil // of another account
		}
	}
	return number, err
}

// senderIn returns the sender that From names: an address, or the SID of a number.
func senderIn(from string) (string, error) {
	switch kind := sms.KindOf(from); {
	case from == "":
		return "", repli.Errorf(21603, "Say who sends the message: From or MessagingServiceSid is missing")
	case kind == sms.Channel:
		return "", repli.Errorf(21212, "From is %.64q, but Repli has no other channel than SMS and MMS", from)
	case kind == sms.ShortCode || kind == sms.Alphanumeric:
		return from, nil
	}
	if sid, err := repli.ParseSID(from, repli.NumberPrefix); err == nil {
		return string(sid), nil
	}
	address, err := sms.Normalize(from, homeCountry)
	if err != nil {
		return "", repli.Errorf(21212, "From is neither a number nor a name of at most 11 letters, digits and spaces: %v", err)
	}
	return address, nil
}

// homeCountry is the country of national numbers if nothing else determines it.
const homeCountry = "US"

// draftReceiver sets the receiver, which is not a sender's name. A national number is one of the
// sender's country.
func draftReceiver(_ context.Context, d *draft) error {
	to := d.To
	switch sms.KindOf(to) {
	case sms.ShortCode:
	case sms.Alphanumeric:
		return repli.Errorf(21211, "To is %q, a sender's name, which receives no messages", to)
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

// draftConsent refuses a message to a phone that has opted out. For a service that has yet to
// choose the sender, that is checked later.
//
// twilio: messaging/tutorials/advanced-opt-out
func (e *Engine) draftConsent(ctx context.Context, d *draft) error {
	if d.msg.From == "" || d.Test {
		return nil
	}
	why, err := e.unwanted(ctx, d.msg)
	if err == nil && why != nil {
		return why
	}
	return err
}
