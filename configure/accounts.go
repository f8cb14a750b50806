package configure

import (
	"context"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// maxSubaccounts is how many subaccounts an account may have.
//
// twilio: iam/api/subaccounts
const maxSubaccounts = 1000

// SetUp keeps the server's own account as it is to be, and what a new server begins with. It calls
// show when all is written and before it is kept: after an error of show, nothing is.
func (e Editor) SetUp(ctx context.Context, acct repli.Account, bins []repli.Bin, numbers []repli.Number, show func() error) error {
	return e.DB.Configure(ctx, func(tx *store.Tx) error {
		if err := tx.PutAccount(ctx, acct); err != nil {
			return err
		}
		for _, b := range bins {
			if err := tx.AddBin(ctx, b); err != nil {
				return err
			}
		}
		for _, n := range numbers {
			if err := tx.AddNumber(ctx, n); err != nil {
				return err
			}
		}
		return show()
	})
}

// AddAccount makes a subaccount of an account, named by when it was made if name is nil. Errors
// are 20403 for an account that is a subaccount itself, 20002 for the name, and 21480 for an
// account that has too many.
func (e Editor) AddAccount(ctx context.Context, owner repli.Account, name *string) (repli.Account, error) {
	if owner.Owner != "" {
		return repli.Account{}, repli.Errorf(20403, "The account %s is a subaccount and cannot have subaccounts", owner.SID)
	}
	at := now()
	sub := repli.Account{
		SID: repli.NewSID(repli.AccountPrefix), Owner: owner.SID, AuthToken: repli.NewSecret(), Status: repli.Active,
		FriendlyName: at.Format("SubAccount Created at 2006-01-02 03:04 pm"), Created: at, Updated: at,
	}
	if name != nil {
		sub.FriendlyName = *name
	}
	if err := repli.CheckFriendlyName(sub.FriendlyName); err != nil {
		return repli.Account{}, err
	}
	return change(ctx, e.DB, func(tx *store.Tx) (repli.Account, error) {
		have, err := e.DB.Subaccounts(ctx, owner.SID, store.AccountFilter{}, store.Page{Limit: maxSubaccounts})
		if err != nil {
			return sub, err
		}
		if len(have) >= maxSubaccounts {
			return sub, repli.Errorf(21480, "The account %s has %d subaccounts already, which is the most", owner.SID, len(have))
		}
		return sub, tx.PutAccount(ctx, sub)
	})
}

// SetAccount gives an account another name or status; what is nil stays as it is. An account that
// is closed loses its numbers. Errors are 20404, 20002 for the name, and those of
// [repli.Account.MayBecome].
func (e Editor) SetAccount(ctx context.Context, account repli.SID, name *string, status *repli.AccountStatus) (repli.Account, error) {
	return change(ctx, e.DB, func(tx *store.Tx) (repli.Account, error) {
		acct, err := e.DB.Account(ctx, account)
		if err != nil {
			return acct, err
		}
		if name != nil {
			acct.FriendlyName = *name
			if err := repli.CheckFriendlyName(acct.FriendlyName); err != nil {
				return acct, err
			}
		}
		if status != nil {
			if err := acct.MayBecome(*status); err != nil {
				return acct, err
			}
			acct.Status = *status
		}
		acct.Updated = after(acct.Updated)
		if acct.Status == repli.Closed { // or nobody could ever have its numbers
			if err := tx.DeleteNumbers(ctx, acct.SID); err != nil {
				return acct, err
			}
		}
		return acct, tx.PutAccount(ctx, acct)
	})
}
