// Package auth identifies the sender of a request to one of the APIs, and the account it is for.
//
// A caller authenticates as an account with HTTP Basic: the account's SID is the user name, its
// auth token the password. An API key of the account does the same with its own SID and secret.
// Every failure is error 20003, and none reveals whether the SID or the secret was wrong. A
// suspended or closed account gets 20005.
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

// Accounts looks up accounts and their API keys. For unknown ones it returns error 20404.
type Accounts interface {
	Account(ctx context.Context, sid repli.SID) (repli.Account, error)
	APIKey(ctx context.Context, sid repli.SID) (repli.APIKey, error)
}

// Basic authenticates requests with HTTP Basic.
type Basic struct {
	Accounts Accounts
	Refusals *Refusals // is told of wrong credentials; nil tells nobody
}

// A Caller is the authenticated sender of a request.
type Caller struct {
	Account repli.Account
	Key     repli.SID // the API key it used, or "" for the account's own token
}

// Authenticate returns the account that sends the request. It returns error 20003 if the
// credentials are wrong, 20005 if the account is not active, and the store's error if it cannot
// look them up.
func (b Basic) Authenticate(r *http.Request) (repli.Account, error) {
	c, err := b.Caller(r)
	return c.Account, err
}

// Caller is Authenticate for callers that also need the API key.
func (b Basic) Caller(r *http.Request) (Caller, error) {
	user, password, ok := r.BasicAuth()
	if !ok {
		return Caller{}, repli.Errorf(20003, "Authenticate with HTTP Basic: the account SID is the user name, the auth token the password")
	}
	c, err := b.prove(r.Context(), user, password)
	if repli.CodeOf(err) == repli.CodeUnauthorized {
		b.Refusals.Note(AtAPI, r.RemoteAddr, "as", name(user))
	}
	if err == nil {
		err = usable(c.Account)
	}
	if err != nil {
		return Caller{}, err
	}
	return c, nil
}

// name returns a user's name for the log: a SID, or nothing, because a caller that mixes up the two
// fields has sent a secret.
func name(user string) repli.SID {
	sid, err := repli.ParseSID(user, repli.AccountPrefix, repli.APIKeyPrefix)
	if err != nil {
		return "no SID"
	}
	return sid
}

// prove returns the owner of a SID and its secret. An unknown SID gets the same error as a wrong
// secret.
func (b Basic) prove(ctx context.Context, user, password string) (Caller, error) {
	refused := repli.Errorf(20003, "The SID or the secret is not right: it takes an account SID with its auth token, or the SID of an API key with its secret")
	sid, err := repli.ParseSID(user, repli.AccountPrefix, repli.APIKeyPrefix)
	if err != nil {
		return Caller{}, refused
	}
	c := Caller{}
	owner := sid
	if sid.Prefix() == repli.APIKeyPrefix {
		key, err := b.Accounts.APIKey(ctx, sid)
		switch {
		case repli.IsNotFound(err):
			return Caller{}, refused
		case err != nil:
			return Caller{}, err
		case !matches(key.SecretHash, password):
			return Caller{}, refused
		}
		c.Key, owner = sid, key.Account
	}
	c.Account, err = b.Accounts.Account(ctx, owner)
	switch {
	case repli.IsNotFound(err):
		return Caller{}, refused
	case err != nil:
		return Caller{}, err
	case c.Key == "" && (c.Account.AuthToken == "" || !matches(sha256.Sum256([]byte(c.Account.AuthToken)), password)):
		return Caller{}, refused
	}
	return c, nil
}

// usable returns error 20005 if the account is suspended or closed.
func usable(a repli.Account) error {
	if !a.IsActive() {
		return repli.Errorf(20005, "The account %s is %s", a.SID, a.Status)
	}
	return nil
}

// matches reports whether a secret has this SHA-256, in constant time.
func matches(hash [sha256.Size]byte, secret string) bool {
	given := sha256.Sum256([]byte(secret))
	return subtle.ConstantTimeCompare(hash[:], given[:]) == 1
}
