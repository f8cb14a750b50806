package auth

import (
	"net/http"

	"github.com/repli-sms/repli"
)

// ByPath authenticates a caller for the account named in the path.
type ByPath struct {
	Basic

	// Wildcard is the name of the account's wildcard in the pattern. A path without it refers to
	// the caller's own account.
	Wildcard string

	// NoKeys refuses API keys, because they must not manage accounts and keys.
	NoKeys bool

	// AnyStatus permits a caller to act for a suspended or closed subaccount.
	AnyStatus bool
}

// Authenticate returns the account to act for: the caller's own or one of its subaccounts. Any
// other account is error 20404, as if it did not exist. An API key that NoKeys refuses is error
// 20403.
//
// twilio: iam/api/subaccounts#authentication
func (p ByPath) Authenticate(r *http.Request) (repli.Account, error) {
	c, err := p.Caller(r)
	if err != nil {
		return repli.Account{}, err
	}
	if p.NoKeys && c.Key != "" {
		return repli.Account{}, repli.Errorf(20403, "An API key may not do this; use the account SID and its auth token")
	}
	name := r.PathValue(p.Wildcard)
	if name == "" {
		return c.Account, nil
	}
	missing := repli.Errorf(20404, "There is no account %.64q", name)
	sid, err := repli.ParseSID(name, repli.AccountPrefix)
	switch {
	case err != nil:
		return repli.Account{}, missing
	case sid == c.Account.SID:
		return c.Account, nil
	}
	acct, err := p.Accounts.Account(r.Context(), sid)
	switch {
	case repli.IsNotFound(err), err == nil && acct.Owner != c.Account.SID:
		return repli.Account{}, missing
	case err == nil && !p.AnyStatus:
		err = usable(acct)
	}
	if err != nil {
		return repli.Account{}, err
	}
	return acct, nil
}
