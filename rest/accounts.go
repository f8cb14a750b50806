package rest

import (
	"context"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/store"
)

// accountResource is an account as Twilio shows it.
//
// twilio: iam/api/account
type accountResource struct {
	AuthToken       string              `json:"auth_token"`
	DateCreated     *string             `json:"date_created"`
	DateUpdated     *string             `json:"date_updated"`
	FriendlyName    string              `json:"friendly_name"`
	OwnerAccountSID repli.SID           `json:"owner_account_sid"` // its own, when it is no subaccount
	SID             repli.SID           `json:"sid"`
	Status          repli.AccountStatus `json:"status"`
	SubresourceURIs map[string]string   `json:"subresource_uris"` // of what Repli has
	Type            string              `json:"type"`             // always Full: nothing is on trial
	URI             string              `json:"uri"`
}

func showAccount(a repli.Account) accountResource {
	uri := root + "Accounts/" + string(a.SID)
	out := accountResource{
		AuthToken: a.AuthToken, DateCreated: endpoint.RFC2822(a.Created), DateUpdated: endpoint.RFC2822(a.Updated),
		FriendlyName: a.FriendlyName, OwnerAccountSID: a.Owner, SID: a.SID, Status: a.Status, Type: "Full", URI: uri + ".json",
		SubresourceURIs: map[string]string{
			"applications":            uri + "/Applications.json",
			"available_phone_numbers": uri + "/AvailablePhoneNumbers.json",
			"incoming_phone_numbers":  uri + "/IncomingPhoneNumbers.json",
			"keys":                    uri + "/Keys.json",
			"messages":                uri + "/Messages.json",
			"notifications":           uri + "/Notifications.json",
			"signing_keys":            uri + "/SigningKeys.json",
		},
	}
	if a.Owner == "" {
		out.OwnerAccountSID = a.SID
	}
	return out
}

func accountSID(a repli.Account) repli.SID { return a.SID }

// listAccounts returns the subaccounts and, as the oldest, the account itself.
func (s *Server) listAccounts(ctx context.Context, acct repli.Account, in struct {
	paging
	FriendlyName string              `query:"FriendlyName"`
	Status       repli.AccountStatus `query:"Status"`
}) (page, error) {
	if in.Status != "" {
		if err := in.Status.Check(); err != nil {
			return nil, err
		}
	}
	read := func(p store.Page) ([]repli.Account, error) {
		f := store.AccountFilter{FriendlyName: in.FriendlyName, Status: in.Status}
		found, err := s.db.Subaccounts(ctx, acct.SID, f, p)
		itself := (f.FriendlyName == "" || f.FriendlyName == acct.FriendlyName) && (f.Status == "" || f.Status == acct.Status)
		if itself { // after a full page it is cut off, and found again on the next
			found = append(found, acct)
		}
		return found, err
	}
	return list(in.paging, "accounts", read, showAccount, accountSID)
}

func (s *Server) getAccount(_ context.Context, acct repli.Account, _ struct{}) (accountResource, error) {
	return showAccount(acct), nil
}

// addAccount makes a subaccount.
func (s *Server) addAccount(ctx context.Context, acct repli.Account, in struct {
	FriendlyName *string `form:"FriendlyName"`
}) (accountResource, error) {
	sub, err := s.edit.AddAccount(ctx, acct, in.FriendlyName)
	return showAccount(sub), err
}

func (s *Server) setAccount(ctx context.Context, acct repli.Account, in struct {
	FriendlyName *string              `form:"FriendlyName"`
	Status       *repli.AccountStatus `form:"Status"`
}) (accountResource, error) {
	acct, err := s.edit.SetAccount(ctx, acct.SID, in.FriendlyName, in.Status)
	return showAccount(acct), err
}
