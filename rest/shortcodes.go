package rest

import (
	"context"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/sms"
	"github.com/repli-sms/repli/store"
)

// shortCodeResource is a short code as Twilio shows it.
//
// twilio: messaging/api/shortcode-resource
type shortCodeResource struct {
	shownHandlers
	AccountSID   repli.SID `json:"account_sid"`
	APIVersion   string    `json:"api_version"`
	DateCreated  *string   `json:"date_created"`
	DateUpdated  *string   `json:"date_updated"`
	FriendlyName string    `json:"friendly_name"`
	ShortCode    string    `json:"short_code"`
	SID          repli.SID `json:"sid"`
	URI          string    `json:"uri"`
}

// The kinds of SID that Twilio gives to numbers that are none in E.164. Here they are those of
// numbers with another prefix.
const (
	shortCodePrefix = "SC"
	alphaPrefix     = "AI"
)

func (s *Server) showShortCode(n repli.Number) shortCodeResource {
	sid := n.SID.Key().SID(shortCodePrefix)
	return shortCodeResource{
		shownHandlers: s.showHandlers(n.Chain.Steps), AccountSID: n.Account, APIVersion: repli.APIVersion,
		DateCreated: endpoint.RFC2822(n.Created), DateUpdated: endpoint.RFC2822(n.Updated),
		FriendlyName: n.FriendlyName, ShortCode: n.Address, SID: sid,
		URI: root + "Accounts/" + string(n.Account) + "/SMS/ShortCodes/" + string(sid) + ".json",
	}
}

// listShortCodes returns the account's short codes.
func (s *Server) listShortCodes(ctx context.Context, acct repli.Account, in struct {
	paging
	FriendlyName string `query:"FriendlyName"`
	ShortCode    string `query:"ShortCode"`
}) (page, error) {
	filter := store.NumberFilter{Address: in.ShortCode, FriendlyName: in.FriendlyName, Kind: sms.ShortCode}
	read := func(p store.Page) ([]repli.Number, error) { return s.db.Numbers(ctx, acct.SID, filter, p) }
	return list(in.paging, "short_codes", read, s.showShortCode, numberSID)
}

type aShortCode struct {
	SID repli.SID `path:"Sid" sid:"SC"`
}

func (s *Server) getShortCode(ctx context.Context, acct repli.Account, in aShortCode) (shortCodeResource, error) {
	n, err := s.numberOf(ctx, acct, in.SID, sms.ShortCode)
	if err != nil {
		return shortCodeResource{}, err
	}
	return s.showShortCode(n), nil
}

func (s *Server) setShortCode(ctx context.Context, acct repli.Account, in struct {
	aShortCode
	smsHandlers
	FriendlyName *string `form:"FriendlyName" code:"20002"`
	APIVersion   string  `form:"ApiVersion"`
}) (shortCodeResource, error) {
	n, err := s.numberOf(ctx, acct, in.SID, sms.ShortCode)
	if err != nil {
		return shortCodeResource{}, err
	}
	n, err = s.edit.SetNumber(ctx, acct, string(n.SID), configure.Seen{}, func(n *repli.Number) error {
		return s.apply(ctx, acct, numberForm{smsHandlers: in.smsHandlers, FriendlyName: in.FriendlyName}, n)
	})
	if err != nil {
		return shortCodeResource{}, err
	}
	return s.showShortCode(n), nil
}

// numberOf returns a number of the account that has this kind of address, or error 20404. The SID may
// have Twilio's prefix for that kind.
func (s *Server) numberOf(ctx context.Context, acct repli.Account, sid repli.SID, kind sms.Kind) (repli.Number, error) {
	n, err := s.edit.Number(ctx, acct, string(sid.Key().SID(repli.NumberPrefix)))
	if repli.IsNotFound(err) || err == nil && n.Kind() != kind {
		return repli.Number{}, repli.Errorf(20404, "There is nothing with the SID %s here", sid)
	}
	return n, err
}
