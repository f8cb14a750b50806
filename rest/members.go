package rest

import (
	"context"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/sms"
	"github.com/repli-sms/repli/store"
)

// memberResource is a number in a messaging service as Twilio shows it.
//
// twilio: messaging/api/phonenumber-resource
type memberResource struct {
	SID          repli.SID `json:"sid"`
	AccountSID   repli.SID `json:"account_sid"`
	ServiceSID   repli.SID `json:"service_sid"`
	DateCreated  *string   `json:"date_created"`
	DateUpdated  *string   `json:"date_updated"`
	PhoneNumber  string    `json:"phone_number"`
	CountryCode  string    `json:"country_code"`
	Capabilities []string  `json:"capabilities"`
	URL          string    `json:"url"`
}

// showMember returns how a number in a service is shown to whoever asked at p.
func showMember(p place) func(repli.Number) memberResource {
	return func(n repli.Number) memberResource {
		joined := endpoint.ISO8601(n.Joined)
		return memberResource{
			SID: n.SID, AccountSID: n.Account, ServiceSID: n.Service, DateCreated: joined, DateUpdated: joined,
			PhoneNumber: n.Address, CountryCode: sms.Country(n.Address), Capabilities: []string{"SMS", "MMS"},
			URL: p.Origin + services + "/" + string(n.Service) + "/PhoneNumbers/" + string(n.SID),
		}
	}
}

func (s *Server) listMembers(ctx context.Context, acct repli.Account, in struct {
	paging
	Service repli.SID `path:"ServiceSid" sid:"MG"`
}) (page, error) {
	if _, err := s.edit.Service(ctx, acct, in.Service); err != nil {
		return nil, err
	}
	read := func(p store.Page) ([]repli.Number, error) { return s.db.NumbersIn(ctx, in.Service, sms.Number, p) }
	return listV1(in.paging, "phone_numbers", read, showMember(in.place), numberSID)
}

type aMember struct {
	place
	Service repli.SID `path:"ServiceSid" sid:"MG"`
	SID     repli.SID `path:"Sid" sid:"PN"`
}

func (s *Server) getMember(ctx context.Context, acct repli.Account, in aMember) (memberResource, error) {
	n, err := s.edit.Member(ctx, acct, in.Service, in.SID, 20404)
	if err != nil {
		return memberResource{}, err
	}
	return showMember(in.place)(n), nil
}

// addMember puts a number into a service.
func (s *Server) addMember(ctx context.Context, acct repli.Account, in struct {
	place
	Service repli.SID `path:"ServiceSid" sid:"MG"`
	Number  string    `form:"PhoneNumberSid"`
}) (memberResource, error) {
	if _, err := s.edit.Service(ctx, acct, in.Service); err != nil {
		return memberResource{}, err
	}
	sid, err := repli.ParseSID(in.Number, repli.NumberPrefix)
	if err != nil {
		return memberResource{}, repli.Errorf(20422, "PhoneNumberSid %.64q is not the SID of a number", in.Number)
	}
	n, err := s.numberOf(ctx, acct, sid, sms.Number)
	if err != nil {
		return memberResource{}, err
	}
	n, err = s.edit.AddMember(ctx, acct, in.Service, n.SID)
	return showMember(in.place)(n), err
}

// deleteMember takes a number out of a service. The number itself stays.
func (s *Server) deleteMember(ctx context.Context, acct repli.Account, in aMember) (endpoint.None, error) {
	return endpoint.None{}, s.edit.DeleteMember(ctx, acct, in.Service, in.SID)
}
