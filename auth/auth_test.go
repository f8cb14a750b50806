package auth_test

import (
	"context"
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
	token = "0123456789abcdef0123456789abcdef"
)

var errDisk = errors.New("the disk is gone")

// accounts is a store of two accounts, one of which has no token, and of one that cannot be
// read.
type accounts struct{}

func (accounts) Account(_ context.Context, sid repli.SID) (repli.Account, error) {
	switch sid {
	case ann:
		return repli.Account{SID: ann, AuthToken: token}, nil
	case empty:
		return repli.Account{SID: empty}, nil
	case down:
		return repli.Account{}, errDisk
	}
	return repli.Account{}, repli.Errorf(20404, "There is no account %s", sid)
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
		{"a key, of which there are none", "SK00000000000000000000000000000001", token, false},
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
	if repli.CodeOf(err) != 20003 || !strings.Contains(err.Error(), "HTTP Basic") {
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
