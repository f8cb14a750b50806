package rest

import (
	"context"
	"net/http"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/auth"
	"github.com/repli-sms/repli/outbound"
)

// withTest are accounts among which is one more, that of the test credentials.
type withTest struct {
	auth.Accounts
	test repli.Account
}

func (a withTest) Account(ctx context.Context, sid repli.SID) (repli.Account, error) {
	if sid != "" && sid == a.test.SID {
		return a.test, nil
	}
	return a.Accounts.Account(ctx, sid)
}

// isTest reports whether a request came with the test credentials. Nothing of it is kept.
func (s *Server) isTest(acct repli.SID) bool { return acct != "" && acct == s.test.SID }

// untested refuses test credentials with error 20008.
type untested struct {
	auth.ByPath
	test repli.SID
}

func (u untested) Authenticate(r *http.Request) (repli.Account, error) {
	acct, err := u.ByPath.Authenticate(r)
	if err == nil && u.test != "" && acct.SID == u.test {
		return repli.Account{}, repli.Errorf(20008, "Test credentials create messages and buy numbers, and nothing else")
	}
	return acct, err
}

// magicPurchase returns what a magic number says to whoever buys it.
//
// twilio: iam/test-credentials
func magicPurchase(address string) error {
	switch address {
	case outbound.MagicGood:
		return nil
	case outbound.MagicBad:
		return repli.Errorf(21421, "PhoneNumber is %s, the magic number that is not valid", address)
	default:
		return repli.Errorf(21422, "PhoneNumber is %s, and with test credentials only %s can be bought", address, outbound.MagicGood)
	}
}
