// Package auth tells who sends a request to one of the APIs.
//
// A caller proves to be an account with HTTP Basic: the account's SID is the user name, its
// auth token the password. Every failure is error 20003, and none says whether it was the
// SID or the token that was wrong.
//
// twilio: usage/requests-to-twilio#credentials
package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"

	"github.com/repli-sms/repli"
)

// Accounts is where accounts are kept. An account that is not there is error 20404.
type Accounts interface {
	Account(ctx context.Context, sid repli.SID) (repli.Account, error)
}

// Basic authenticates requests with HTTP Basic.
type Basic struct{ Accounts Accounts }

// Authenticate returns the account that sends the request, error 20003 when it does not
// prove to be one, and the store's error when it cannot be known.
func (b Basic) Authenticate(r *http.Request) (repli.Account, error) {
	user, password, ok := r.BasicAuth()
	if !ok {
		return repli.Account{}, repli.Errorf(20003, "Authenticate with HTTP Basic: the account SID is the user name, the auth token the password")
	}
	refused := repli.Errorf(20003, "The account SID or the auth token is not right")
	sid, err := repli.ParseSID(user, repli.AccountPrefix)
	if err != nil {
		return repli.Account{}, refused
	}
	acct, err := b.Accounts.Account(r.Context(), sid)
	switch {
	case repli.CodeOf(err) == 20404:
		return repli.Account{}, refused
	case err != nil:
		return repli.Account{}, err
	case acct.AuthToken == "" || !same(acct.AuthToken, password):
		return repli.Account{}, refused
	}
	return acct, nil
}

// same compares two secrets in a time that depends on neither.
func same(a, b string) bool {
	ha, hb := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(ha[:], hb[:]) == 1
}
