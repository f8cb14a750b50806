package configure

import (
	"context"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// Application returns an application of the account, or error 20404.
func (e Editor) Application(ctx context.Context, acct repli.Account, sid repli.SID) (repli.Application, error) {
	a, err := e.DB.Application(ctx, sid)
	if err == nil && a.Account != acct.SID {
		return repli.Application{}, repli.Errorf(20404, "There is no application %s", sid)
	}
	return a, err
}

// AddApplication makes an application, as edit has it. Error 20002 is for its name, which may be
// "".
func (e Editor) AddApplication(ctx context.Context, acct repli.Account, edit func(*repli.Application) error) (repli.Application, error) {
	return change(ctx, e.DB, func(tx *store.Tx) (repli.Application, error) {
		at := now()
		a := repli.Application{SID: repli.NewSID(repli.AppPrefix), Account: acct.SID, Created: at, Updated: at}
		if err := editApplication(&a, edit); err != nil {
			return a, err
		}
		return a, tx.AddApplication(ctx, a)
	})
}

// SetApplication changes an application as edit does. Errors are 20404 and those of
// [Editor.AddApplication].
func (e Editor) SetApplication(ctx context.Context, acct repli.Account, sid repli.SID, edit func(*repli.Application) error) (repli.Application, error) {
	return change(ctx, e.DB, func(tx *store.Tx) (repli.Application, error) {
		a, err := e.Application(ctx, acct, sid)
		if err != nil {
			return a, err
		}
		if err := editApplication(&a, edit); err != nil {
			return a, err
		}
		a.Updated = after(a.Updated)
		return a, tx.SetApplication(ctx, a)
	})
}

func editApplication(a *repli.Application, edit func(*repli.Application) error) error {
	if err := edit(a); err != nil {
		return err
	}
	return checkOptionalName(a.FriendlyName)
}

// DeleteApplication forgets an application; numbers that named it are asked for their own steps
// again.
func (e Editor) DeleteApplication(ctx context.Context, acct repli.Account, sid repli.SID) error {
	return e.DB.Configure(ctx, func(tx *store.Tx) error {
		a, err := e.Application(ctx, acct, sid)
		if err != nil {
			return err
		}
		return tx.DeleteApplication(ctx, a.SID)
	})
}
