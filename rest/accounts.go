package rest

import (
	"context"
	"time"

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

// maxSubaccounts is how many subaccounts an account may have.
//
// twilio: iam/api/subaccounts
const maxSubaccounts = 1000

// listAccounts returns the subaccounts and, as the oldest, the account itself.
func (s *Server) listAccounts(ctx context.Context, acct repli.Account, in struct {
	paging
	FriendlyName string              `query:"FriendlyName"`
	Status       repli.AccountStatus `query:"Status"`
}) (page, error) {
	if in.Status != "" {
		if err := checkStatus(in.Status); err != nil {
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
	if acct.Owner != "" {
		return accountResource{}, repli.Errorf(20403, "The account %s is a subaccount and cannot have subaccounts", acct.SID)
	}
	now := time.Now().UTC().Truncate(time.Microsecond)
	sub := repli.Account{
		SID: repli.NewSID(repli.AccountPrefix), Owner: acct.SID, AuthToken: repli.NewSecret(), Status: repli.Active,
		FriendlyName: now.Format("SubAccount Created at 2006-01-02 03:04 pm"), Created: now, Updated: now,
	}
	if in.FriendlyName != nil {
		sub.FriendlyName = *in.FriendlyName
	}
	if err := repli.CheckFriendlyName(sub.FriendlyName); err != nil {
		return accountResource{}, err
	}
	s.db.Configuring.Lock()
	defer s.db.Configuring.Unlock()
	have, err := s.db.Subaccounts(ctx, acct.SID, store.AccountFilter{}, store.Page{Limit: maxSubaccounts})
	if err != nil {
		return accountResource{}, err
	}
	if len(have) >= maxSubaccounts {
		return accountResource{}, repli.Errorf(21480, "The account %s has %d subaccounts already, which is the most", acct.SID, len(have))
	}
	return showAccount(sub), s.db.Tx(ctx, func(tx *store.Tx) error { return tx.PutAccount(ctx, sub) })
}

func (s *Server) setAccount(ctx context.Context, acct repli.Account, in struct {
	FriendlyName *string              `form:"FriendlyName"`
	Status       *repli.AccountStatus `form:"Status"`
}) (accountResource, error) {
	s.db.Configuring.Lock()
	defer s.db.Configuring.Unlock()
	acct, err := s.db.Account(ctx, acct.SID) // as it is now
	if err != nil {
		return accountResource{}, err
	}
	if in.FriendlyName != nil {
		acct.FriendlyName = *in.FriendlyName
		if err := repli.CheckFriendlyName(acct.FriendlyName); err != nil {
			return accountResource{}, err
		}
	}
	if in.Status != nil {
		if err := mayBecome(acct, *in.Status); err != nil {
			return accountResource{}, err
		}
		acct.Status = *in.Status
	}
	acct.Updated = time.Now().UTC().Truncate(time.Microsecond)
	return showAccount(acct), s.db.Tx(ctx, func(tx *store.Tx) error {
		if acct.Status == repli.Closed { // or nobody could ever have its numbers
			if err := tx.DeleteNumbers(ctx, acct.SID); err != nil {
				return err
			}
		}
		return tx.PutAccount(ctx, acct)
	})
}

// mayBecome returns why an account may not have this status. To have it already is no fault.
func mayBecome(a repli.Account, status repli.AccountStatus) error {
	if err := checkStatus(status); err != nil || status == a.Status {
		return err
	}
	switch {
	case a.Owner == "":
		return repli.Errorf(21477, "The account %s is no subaccount, so its status cannot become %s", a.SID, status)
	case a.Status == repli.Closed:
		return repli.Errorf(21479, "The account %s is closed for good and cannot become %s", a.SID, status)
	}
	return nil
}

func checkStatus(status repli.AccountStatus) error {
	switch status {
	case repli.Active, repli.Suspended, repli.Closed:
		return nil
	}
	return repli.Errorf(21475, "Status must be active, suspended or closed, not %.64q", status)
}
