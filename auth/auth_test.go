package auth_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/auth"
)

const (
	ann   = repli.SID("AC00000000000000000000000000000001")
	empty = repli.SID("AC00000000000000000000000000000002")
	down  = repli.SID("AC00000000000000000000000000000003")
	sub   = repli.SID("AC00000000000000000000000000000004") // of ann, suspended
	other = repli.SID("AC00000000000000000000000000000005")
	key   = repli.SID("SK00000000000000000000000000000001") // of ann
	token = "0123456789abcdef0123456789abcdef"
	keys  = "fedcba9876543210fedcba9876543210"
)

var errDisk = errors.New("the disk is gone")

// accounts is a store of accounts, one of which has no token and one of which cannot be read.
type accounts struct{}

func (accounts) Account(_ context.Context, sid repli.SID) (repli.Account, error) {
	switch sid {
	case ann:
		return repli.Account{SID: ann, AuthToken: token}, nil
	case empty:
		return repli.Account{SID: empty}, nil
	case sub:
		return repli.Account{SID: sub, Owner: ann, AuthToken: token, Status: repli.Suspended}, nil
	case other:
		return repli.Account{SID: other, AuthToken: token}, nil
	case down:
		return repli.Account{}, errDisk
	}
	return repli.Account{}, repli.Errorf(20404, "There is no account %s", sid)
}

func (accounts) APIKey(_ context.Context, sid repli.SID) (repli.APIKey, error) {
	switch sid {
	case key:
		return repli.APIKey{SID: key, Account: ann, SecretHash: sha256.Sum256([]byte(keys))}, nil
	case "SK00000000000000000000000000000003":
		return repli.APIKey{}, errDisk
	}
	return repli.APIKey{}, repli.Errorf(20404, "There is no key %s", sid)
}

func TestOnlyTheRightTokenOpensAnAccount(t *testing.T) {
	for _, tt := range []struct {
		shows          string
		user, password string
		opens          bool
	}{
		{"SID and token", string(ann), token, true},

		{"another token", string(ann), strings.ToUpper(token), false},
		{"the beginning of the token", string(ann), token[:31], false},
		{"no token", string(ann), "", false},
		{"an account without a token is closed", string(empty), "", false},
		{"an account nobody has", "AC00000000000000000000000000000009", token, false},
		{"a key and its secret", string(key), keys, true},

		{"a key with the account's token", string(key), token, false},
		{"an account with a key's secret", string(ann), keys, false},
		{"a key nobody has", "SK00000000000000000000000000000009", keys, false},
		{"no SID at all", "admin", token, false},
		{"hostile text", "AC'; DROP TABLE accounts; --", "\x00\xff", false},
	} {
		t.Run(tt.shows, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.SetBasicAuth(tt.user, tt.password)
			acct, err := auth.Basic{Accounts: accounts{}}.Authenticate(r)
			if tt.opens {
				if err != nil || acct.SID != ann {
					t.Errorf("got %q, %v, want %q", acct.SID, err, ann)
				}
				return
			}
			if got := repli.CodeOf(err); got != 20003 {
				t.Errorf("got %v, want code 20003", err)
			}
			if acct != (repli.Account{}) {
				t.Errorf("a refused caller is given the account %v", acct)
			}
		})
	}
}

func TestWithoutBasicTheErrorSaysHow(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Authorization", "Bearer "+token)
	_, err := auth.Basic{Accounts: accounts{}}.Authenticate(r)
	if repli.CodeOf(err) != repli.CodeUnauthorized || !strings.Contains(err.Error(), "HTTP Basic") {
		t.Errorf("got %v, want code 20003 and how to authenticate", err)
	}
}

func TestAStoreThatFailsIsNotAWrongToken(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	r.SetBasicAuth(string(down), token)
	_, err := auth.Basic{Accounts: accounts{}}.Authenticate(r)
	if !errors.Is(err, errDisk) {
		t.Errorf("got %v, want %v", err, errDisk)
	}
}

func TestAnAccountThatIsNotActiveIsToldSo(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	r.SetBasicAuth(string(sub), token)
	if _, err := (auth.Basic{Accounts: accounts{}}).Authenticate(r); repli.CodeOf(err) != repli.CodeSuspended {
		t.Errorf("got %v, want code 20005", err)
	}
	r.SetBasicAuth(string(sub), "wrong")
	if _, err := (auth.Basic{Accounts: accounts{}}).Authenticate(r); repli.CodeOf(err) != repli.CodeUnauthorized {
		t.Errorf("with a wrong token: got %v, want code 20003, which tells nothing", err)
	}
}

func TestThePathSaysForWhichAccountToAct(t *testing.T) {
	for _, tt := range []struct {
		shows      string
		user, path repli.SID
		by         auth.ByPath
		code       int
	}{
		{"one's own", ann, ann, auth.ByPath{}, 0},
		{"none is one's own", ann, "", auth.ByPath{}, 0},
		{"by a key", key, ann, auth.ByPath{}, 0},
		{"a subaccount that is suspended", ann, sub, auth.ByPath{}, 20005},
		{"the same, where that does not matter", ann, sub, auth.ByPath{AnyStatus: true}, 0},
		{"a subaccount by a key of its owner", key, sub, auth.ByPath{AnyStatus: true}, 0},
		{"somebody else's", ann, other, auth.ByPath{AnyStatus: true}, 20404},
		{"an owner by somebody else", other, ann, auth.ByPath{AnyStatus: true}, 20404},
		{"nobody's", ann, "AC00000000000000000000000000000009", auth.ByPath{}, 20404},
		{"no account", ann, "SM00000000000000000000000000000001", auth.ByPath{}, 20404},
		{"what no key may", key, ann, auth.ByPath{NoKeys: true}, 20403},
		{"what no key may, by the account itself", ann, ann, auth.ByPath{NoKeys: true}, 0},
	} {
		t.Run(tt.shows, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.SetPathValue("AccountSid", string(tt.path))
			r.SetBasicAuth(string(tt.user), token)
			if tt.user == key {
				r.SetBasicAuth(string(key), keys)
			}
			tt.by.Basic, tt.by.Wildcard = auth.Basic{Accounts: accounts{}}, "AccountSid"
			want := tt.path
			if want == "" {
				want = ann
			}
			acct, err := tt.by.Authenticate(r)
			if repli.CodeOf(err) != tt.code || err == nil && acct.SID != want {
				t.Errorf("got %s, %v, want %s, code %d", acct.SID, err, want, tt.code)
			}
		})
	}
}
