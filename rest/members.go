package rest

import (
	"context"
	"time"

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
	if _, err := s.service(ctx, acct, in.Service); err != nil {
		return nil, err
	}
	read := func(p store.Page) ([]repli.Number, error) { return s.db.NumbersIn(ctx, in.Service, p) }
	return listV1(in.paging, "phone_numbers", read, showMember(in.place), numberSID)
}

type aMember struct {
	place
	Service repli.SID `path:"ServiceSid" sid:"MG"`
	SID     repli.SID `path:"Sid" sid:"PN"`
}

func (s *Server) getMember(ctx context.Context, acct repli.Account, in aMember) (memberResource, error) {
	n, err := s.member(ctx, acct, in, 20404)
	if err != nil {
		return memberResource{}, err
	}
	return showMember(in.place)(n), nil
}

// maxMembers is how many numbers a service may have.
//
// twilio: messaging/services#add-a-sender
const maxMembers = 400

// addMember puts a number into a service.
func (s *Server) addMember(ctx context.Context, acct repli.Account, in struct {
	place
	Service repli.SID `path:"ServiceSid" sid:"MG"`
	Number  string    `form:"PhoneNumberSid"`
}) (memberResource, error) {
	s.db.Configuring.Lock()
	defer s.db.Configuring.Unlock()
	m, err := s.service(ctx, acct, in.Service)
	if err != nil {
		return memberResource{}, err
	}
	sid, err := repli.ParseSID(in.Number, repli.NumberPrefix)
	if err != nil {
		return memberResource{}, repli.Errorf(20422, "PhoneNumberSid %.64q is not the SID of a number", in.Number)
	}
	n, err := s.number(ctx, acct, sid)
	switch {
	case err != nil:
		return memberResource{}, err
	case n.Service == m.SID:
		return memberResource{}, repli.Errorf(21710, "%s is in the service %s already", n.Address, m.SID)
	case n.Service != "":
		return memberResource{}, repli.Errorf(21712, "%s is in another service, %s; take it out of that first", n.Address, n.Service)
	}
	pool, err := s.db.Pool(ctx, m.SID)
	if err != nil {
		return memberResource{}, err
	}
	if len(pool) >= maxMembers {
		return memberResource{}, repli.Errorf(21714, "The service %s has %d numbers already, which is the most", m.SID, len(pool))
	}
	n.Service, n.Joined = m.SID, time.Now().UTC().Truncate(time.Microsecond)
	return showMember(in.place)(n), s.db.Tx(ctx, func(tx *store.Tx) error { return tx.SetNumber(ctx, n) })
}

// deleteMember takes a number out of a service. The number itself stays.
func (s *Server) deleteMember(ctx context.Context, acct repli.Account, in aMember) (endpoint.None, error) {
	s.db.Configuring.Lock()
	defer s.db.Configuring.Unlock()
	n, err := s.member(ctx, acct, in, 21711)
	if err != nil {
		return endpoint.None{}, err
	}
	n.Service, n.Joined = "", time.Time{}
	return endpoint.None{}, s.db.Tx(ctx, func(tx *store.Tx) error { return tx.SetNumber(ctx, n) })
}

// member finds a number in a service of the account. One that is not in it is an error with
// this code.
func (s *Server) member(ctx context.Context, acct repli.Account, in aMember, outside int) (repli.Number, error) {
	if _, err := s.service(ctx, acct, in.Service); err != nil {
		return repli.Number{}, err
	}
	n, err := s.number(ctx, acct, in.SID)
	if err == nil && n.Service != in.Service {
		err = repli.Errorf(outside, "The number %s is not in the service %s", in.SID, in.Service)
	}
	return n, err
}
