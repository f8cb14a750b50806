package configure

import (
	"context"
	"crypto/sha256"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// AddKey makes an API key and returns it with its secret, which is kept nowhere. Error 20002 is
// for its name, which may be "".
func (e Editor) AddKey(ctx context.Context, acct repli.Account, name string) (repli.APIKey, string, error) {
	if err := checkOptionalName(name); err != nil {
		return repli.APIKey{}, "", err
	}
	secret, at := repli.NewSecret(), now()
	k := repli.APIKey{
		SID: repli.NewSID(repli.APIKeyPrefix), Account: acct.SID, FriendlyName: name,
		SecretHash: sha256.Sum256([]byte(secret)), Created: at, Updated: at,
	}
	return k, secret, e.DB.Configure(ctx, func(tx *store.Tx) error { return tx.AddAPIKey(ctx, k) })
}

// RenameKey gives an API key of the account another name, or the same one when name is nil.
// Errors are 20404, and 20002 for the name.
func (e Editor) RenameKey(ctx context.Context, acct repli.Account, sid repli.SID, name *string) (repli.APIKey, error) {
	return change(ctx, e.DB, func(tx *store.Tx) (repli.APIKey, error) {
		k, err := e.Key(ctx, acct, sid)
		if err != nil {
			return k, err
		}
		if name != nil {
			k.FriendlyName = *name
		}
		if err := checkOptionalName(k.FriendlyName); err != nil {
			return k, err
		}
		k.Updated = after(k.Updated)
		return k, tx.SetAPIKey(ctx, k)
	})
}

// DeleteKey takes an API key of the account back; one that is not there is error 20404.
func (e Editor) DeleteKey(ctx context.Context, acct repli.Account, sid repli.SID) error {
	return e.DB.Configure(ctx, func(tx *store.Tx) error {
		k, err := e.Key(ctx, acct, sid)
		if err != nil {
			return err
		}
		return tx.DeleteAPIKey(ctx, k.SID)
	})
}

// Key returns an API key of the account, or error 20404.
func (e Editor) Key(ctx context.Context, acct repli.Account, sid repli.SID) (repli.APIKey, error) {
	k, err := e.DB.APIKey(ctx, sid)
	if err == nil && k.Account != acct.SID {
		return repli.APIKey{}, repli.Errorf(20404, "There is no API key %s", sid)
	}
	return k, err
}

// checkOptionalName is repli.CheckFriendlyName for what may have no name.
func checkOptionalName(name string) error {
	if name == "" {
		return nil
	}
	return repli.CheckFriendlyName(name)
}
