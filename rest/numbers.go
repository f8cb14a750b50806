package rest

import (
	"context"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/sms"
	"github.com/repli-sms/repli/store"
)

// capabilities say what a number can do. Calls are not Repli's business.
type capabilities struct {
	MMS   bool `json:"mms"`
	SMS   bool `json:"sms"`
	Voice bool `json:"voice"`
	Fax   bool `json:"fax"`
}

// numberResource is a phone number as Twilio shows it. What has to do with calls, addresses
// and regulation is there and empty.
//
// twilio: phone-numbers/api/incomingphonenumber-resource
type numberResource struct {
	shownHandlers
	AccountSID             repli.SID    `json:"account_sid"`
	AddressSID             *string      `json:"address_sid"`
	AddressRequirements    string       `json:"address_requirements"`
	APIVersion             string       `json:"api_version"`
	Beta                   bool         `json:"beta"`
	Capabilities           capabilities `json:"capabilities"`
	DateCreated            *string      `json:"date_created"`
	DateUpdated            *string      `json:"date_updated"`
	FriendlyName           string       `json:"friendly_name"`
	IdentitySID            *string      `json:"identity_sid"`
	PhoneNumber            string       `json:"phone_number"`
	Origin                 string       `json:"origin"`
	SID                    repli.SID    `json:"sid"`
	SMSApplicationSID      *repli.SID   `json:"sms_application_sid"`
	StatusCallback         string       `json:"status_callback"`
	StatusCallbackMethod   string       `json:"status_callback_method"`
	TrunkSID               *string      `json:"trunk_sid"`
	URI                    string       `json:"uri"`
	VoiceReceiveMode       string       `json:"voice_receive_mode"`
	VoiceApplicationSID    *string      `json:"voice_application_sid"`
	VoiceCallerIDLookup    bool         `json:"voice_caller_id_lookup"`
	VoiceFallbackMethod    string       `json:"voice_fallback_method"`
	VoiceFallbackURL       *string      `json:"voice_fallback_url"`
	VoiceMethod            string       `json:"voice_method"`
	VoiceURL               *string      `json:"voice_url"`
	EmergencyStatus        string       `json:"emergency_status"`
	EmergencyAddressSID    *string      `json:"emergency_address_sid"`
	EmergencyAddressStatus string       `json:"emergency_address_status"`
	BundleSID              *string      `json:"bundle_sid"`
	Status                 string       `json:"status"`
	Type                   sms.Line     `json:"type,omitempty"` // not where the path says it
}

// origin is where every number comes from, in Twilio's word for those that are not hosted.
const origin = "twilio"

func (s *Server) showNumber(n repli.Number) numberResource {
	return numberResource{
		shownHandlers: s.showHandlers(n.Chain.Steps),
		AccountSID:    n.Account, AddressRequirements: "none", APIVersion: repli.APIVersion,
		Capabilities: capabilities{MMS: true, SMS: true},
		DateCreated:  endpoint.RFC2822(n.Created), DateUpdated: endpoint.RFC2822(n.Updated),
		FriendlyName: n.FriendlyName, PhoneNumber: n.Address, Origin: origin, SID: n.SID,
		SMSApplicationSID: endpoint.Maybe(n.Application), StatusCallbackMethod: "POST",
		URI:              root + "Accounts/" + string(n.Account) + "/IncomingPhoneNumbers/" + string(n.SID) + ".json",
		VoiceReceiveMode: "voice", VoiceFallbackMethod: "POST", VoiceMethod: "POST",
		EmergencyStatus: "Inactive", EmergencyAddressStatus: "unregistered", Status: "in-use", Type: sms.LineOf(n.Address),
	}
}

// showNumberOf shows a number where the path names its line, or anyLine.
func (s *Server) showNumberOf(line sms.Line) func(repli.Number) numberResource {
	return func(n repli.Number) numberResource {
		shown := s.showNumber(n)
		if line != anyLine {
			shown.Type = ""
		}
		return shown
	}
}

func numberSID(n repli.Number) repli.SID { return n.SID }

// anyLine stands for numbers of all lines.
const anyLine = sms.Line("")

// listNumbers returns the account's numbers that are of this line.
func (s *Server) listNumbers(line sms.Line) endpoint.Func[numberQuery, page] {
	return func(ctx context.Context, acct repli.Account, in numberQuery) (page, error) {
		filter := store.NumberFilter{Address: in.PhoneNumber, FriendlyName: in.FriendlyName, Kind: sms.Number}
		none := in.Beta != nil && *in.Beta || in.Origin != "" && in.Origin != origin
		read := func(p store.Page) ([]repli.Number, error) {
			if none {
				return nil, nil
			}
			return s.numbersOf(ctx, acct, filter, line, p)
		}
		return list(in.paging, "incoming_phone_numbers", read, s.showNumberOf(line), numberSID)
	}
}

type numberQuery struct {
	paging
	Beta         *bool  `query:"Beta"`
	FriendlyName string `query:"FriendlyName"`
	PhoneNumber  string `query:"PhoneNumber"`
	Origin       string `query:"Origin"`
}

// numbersOf reads as many numbers of a line as the page wants.
func (s *Server) numbersOf(ctx context.Context, acct repli.Account, f store.NumberFilter, line sms.Line, p store.Page) ([]repli.Number, error) {
	var of []repli.Number
	for limit := p.Limit; ; {
		found, err := s.db.Numbers(ctx, acct.SID, f, p)
		if err != nil {
			return nil, err
		}
		for _, n := range found {
			if line == anyLine || sms.LineOf(n.Address) == line {
				of = append(of, n)
			}
		}
		if len(found) < p.Limit || len(of) >= limit {
			return of[:min(len(of), limit)], nil
		}
		p.Before = found[len(found)-1].SID
	}
}

type aNumber struct {
	SID repli.SID `path:"Sid" sid:"PN"`
}

func (s *Server) getNumber(ctx context.Context, acct repli.Account, in aNumber) (numberResource, error) {
	n, err := s.numberOf(ctx, acct, in.SID, sms.Number)
	if err != nil {
		return numberResource{}, err
	}
	return s.showNumber(n), nil
}

// numberForm is what a caller may say about a number.
type numberForm struct {
	smsHandlers
	callForm
	lineForm
	FriendlyName      *string `form:"FriendlyName" code:"20002"`
	SMSApplicationSID *string `form:"SmsApplicationSid" code:"21420"`
}

func (s *Server) setNumber(ctx context.Context, acct repli.Account, in struct {
	aNumber
	numberForm
	AccountSID string `form:"AccountSid"`
}) (numberResource, error) {
	if in.AccountSID != "" && in.AccountSID != string(acct.SID) {
		return numberResource{}, repli.Errorf(20422, "Repli does not move numbers between accounts; AccountSid must be %s, not %.64q", acct.SID, in.AccountSID)
	}
	if _, err := s.numberOf(ctx, acct, in.SID, sms.Number); err != nil {
		return numberResource{}, err
	}
	n, err := s.edit.SetNumber(ctx, acct, string(in.SID), configure.Seen{}, func(n *repli.Number) error {
		return s.apply(ctx, acct, in.numberForm, n)
	})
	return s.showNumber(n), err
}

func (s *Server) deleteNumber(ctx context.Context, acct repli.Account, in aNumber) (endpoint.None, error) {
	n, err := s.numberOf(ctx, acct, in.SID, sms.Number)
	if err != nil {
		return endpoint.None{}, err
	}
	return endpoint.None{}, s.edit.DeleteNumber(ctx, acct, string(n.SID))
}

// apply makes n what the form says.
func (s *Server) apply(ctx context.Context, acct repli.Account, in numberForm, n *repli.Number) (err error) {
	assign(&n.FriendlyName, in.FriendlyName)
	if err := repli.CheckFriendlyName(n.FriendlyName); err != nil {
		return err
	}
	if n.Chain.Steps, err = s.handlers(n.Chain.Steps, in.smsHandlers.edits()); err != nil {
		return err
	}
	if in.SMSApplicationSID == nil {
		return nil
	}
	if *in.SMSApplicationSID == "" {
		n.Application = ""
		return nil
	}
	unknown := repli.Errorf(21420, "There is no application %.64q", *in.SMSApplicationSID)
	sid, err := repli.ParseSID(*in.SMSApplicationSID, repli.AppPrefix)
	if err != nil {
		return unknown
	}
	app, err := s.edit.Application(ctx, acct, sid)
	if repli.IsNotFound(err) {
		return unknown
	}
	n.Application = app.SID
	return err
}
