package rest

import (
	"context"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/sms"
	"github.com/repli-sms/repli/store"
)

// A senderKind is one of the lists that Twilio has of what a messaging service sends from.
type senderKind struct {
	kind         sms.Kind
	path, list   string
	prefix       string // of its SIDs
	capabilities []string
	show         func(*senderResource, repli.Number)
}

// shortCodes and names are the lists besides that of phone numbers.
//
// twilio: messaging/api/shortcode-resource, messaging/api/alphasender-resource
func shortCodes() senderKind {
	return senderKind{sms.ShortCode, "/ShortCodes", "short_codes", shortCodePrefix, []string{"SMS", "MMS"}, func(r *senderResource, n repli.Number) {
		r.ShortCode, r.CountryCode = n.Address, n.Country
	}}
}

func names() senderKind {
	return senderKind{sms.Alphanumeric, "/AlphaSenders", "alpha_senders", alphaPrefix, []string{"SMS"}, func(r *senderResource, n repli.Number) {
		r.AlphaSender = n.Address
	}}
}

// senderResource is a short code or a name in a messaging service as Twilio shows it.
type senderResource struct {
	SID          repli.SID `json:"sid"`
	AccountSID   repli.SID `json:"account_sid"`
	ServiceSID   repli.SID `json:"service_sid"`
	DateCreated  *string   `json:"date_created"`
	DateUpdated  *string   `json:"date_updated"`
	ShortCode    string    `json:"short_code,omitempty"`
	CountryCode  string    `json:"country_code,omitempty"`
	AlphaSender  string    `json:"alpha_sender,omitempty"`
	Capabilities []string  `json:"capabilities"`
	URL          string    `json:"url"`
}

// showSender returns how a sender in a service is shown to whoever asked at p.
func showSender(p place, k senderKind) func(repli.Number) senderResource {
	return func(n repli.Number) senderResource {
		joined := endpoint.ISO8601(n.Joined)
		sid := n.SID.Key().SID(k.prefix)
		r := senderResource{
			SID: sid, AccountSID: n.Account, ServiceSID: n.Service, DateCreated: joined, DateUpdated: joined,
			Capabilities: k.capabilities, URL: p.Origin + services + "/" + string(n.Service) + k.path + "/" + string(sid),
		}
		k.show(&r, n)
		return r
	}
}

type senderQuery struct {
	paging
	Service repli.SID `path:"ServiceSid" sid:"MG"`
}

func (s *Server) listSenders(k senderKind) endpoint.Func[senderQuery, page] {
	return func(ctx context.Context, acct repli.Account, in senderQuery) (page, error) {
		if _, err := s.edit.Service(ctx, acct, in.Service); err != nil {
			return nil, err
		}
		read := func(p store.Page) ([]repli.Number, error) { return s.db.NumbersIn(ctx, in.Service, k.kind, p) }
		return listV1(in.paging, k.list, read, showSender(in.place, k), numberSID)
	}
}

type aSender struct {
	place
	Service repli.SID `path:"ServiceSid" sid:"MG"`
	SID     repli.SID `path:"Sid" sid:"SC AI"`
}

func (s *Server) getSender(k senderKind) endpoint.Func[aSender, senderResource] {
	return func(ctx context.Context, acct repli.Account, in aSender) (senderResource, error) {
		n, err := s.sender(ctx, acct, in, k, 20404)
		if err != nil {
			return senderResource{}, err
		}
		return showSender(in.place, k)(n), nil
	}
}

// sender returns a sender in a service. One that is not in it is an error with the code given.
func (s *Server) sender(ctx context.Context, acct repli.Account, in aSender, k senderKind, outside int) (repli.Number, error) {
	n, err := s.numberOf(ctx, acct, in.SID, k.kind)
	if err != nil {
		return n, err
	}
	return s.edit.Member(ctx, acct, in.Service, n.SID, outside)
}

// deleteSender takes a sender out of a service. The number itself stays.
func (s *Server) deleteSender(k senderKind) endpoint.Func[aSender, endpoint.None] {
	return func(ctx context.Context, acct repli.Account, in aSender) (endpoint.None, error) {
		n, err := s.sender(ctx, acct, in, k, 21711)
		if err != nil {
			return endpoint.None{}, err
		}
		return endpoint.None{}, s.edit.DeleteMember(ctx, acct, in.Service, n.SID)
	}
}

// addShortCode puts a short code into a service.
func (s *Server) addShortCode(ctx context.Context, acct repli.Account, in struct {
	place
	Service   repli.SID `path:"ServiceSid" sid:"MG"`
	ShortCode string    `form:"ShortCodeSid"`
}) (senderResource, error) {
	if _, err := s.edit.Service(ctx, acct, in.Service); err != nil {
		return senderResource{}, err
	}
	sid, err := repli.ParseSID(in.ShortCode, shortCodePrefix)
	if err != nil {
		return senderResource{}, repli.Errorf(20422, "ShortCodeSid %.64q is not the SID of a short code", in.ShortCode)
	}
	n, err := s.numberOf(ctx, acct, sid, sms.ShortCode)
	if err != nil {
		return senderResource{}, err
	}
	n, err = s.edit.AddMember(ctx, acct, in.Service, n.SID)
	return showSender(in.place, shortCodes())(n), err
}

// addName puts a sender's name, which the account must have, into a service.
func (s *Server) addName(ctx context.Context, acct repli.Account, in struct {
	place
	Service repli.SID `path:"ServiceSid" sid:"MG"`
	Name    string    `form:"AlphaSender" code:"21709"`
}) (senderResource, error) {
	if _, err := s.edit.Service(ctx, acct, in.Service); err != nil {
		return senderResource{}, err
	}
	if in.Name == "" {
		return senderResource{}, repli.Errorf(21708, "AlphaSender is missing: which name is to be added?")
	}
	if sms.KindOf(in.Name) != sms.Alphanumeric {
		return senderResource{}, repli.Errorf(21709, "AlphaSender: %.40q is no name of at most %d letters, digits and spaces", in.Name, sms.MaxName)
	}
	n, err := s.edit.Number(ctx, acct, in.Name)
	if repli.IsNotFound(err) {
		err = repli.Errorf(21709, `AlphaSender: the account has no name %s; add it with POST /repli/v1/numbers {"number":"%s","country":"…"}`, in.Name, in.Name)
	}
	if err != nil {
		return senderResource{}, err
	}
	n, err = s.edit.AddMember(ctx, acct, in.Service, n.SID)
	return showSender(in.place, names())(n), err
}
