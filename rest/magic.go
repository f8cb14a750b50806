package rest

import (
	"context"
	"net/http"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/auth"
	"github.com/repli-sms/repli/sms"
)

// Magic numbers say how test credentials are answered. The one that is good can be sent from
// and bought.
//
// twilio: iam/test-credentials
const (
	magicGood = "+15005550006"
	magicBad  = "+15005550001"
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

// draftMagic reads who sends a message of test credentials, and whom it goes to.
func draftMagic(ctx context.Context, d *draft) error {
	if d.in.From == "" {
		return repli.Errorf(21603, "Say who sends the message: From is missing")
	}
	from, err := sms.Normalize(d.in.From, homeCountry)
	if err != nil {
		from = d.in.From
	}
	if err := magicSender(from); err != nil {
		return err
	}
	if err := draftReceiver(ctx, d); err != nil { // before From is set: it may be the same
		return err
	}
	d.msg.From = from
	return magicReceiver(d.msg.To)
}

// magicSender returns what a magic number says of a message from it.
func magicSender(from string) error {
	switch from {
	case magicGood:
		return nil
	case magicBad:
		return repli.Errorf(21212, "From is %s, the magic number that is not valid", from)
	case "+15005550008":
		return repli.Errorf(21611, "From is %s, the magic number whose queue is full", from)
	case "+15005550007":
		return repli.Errorf(21606, "From is %s, the magic number that the account does not have", from)
	default:
		return repli.Errorf(21606, "From is %.64q, and with test credentials only %s can send", from, magicGood)
	}
}

// magicReceiver returns what a magic number says of a message to it.
func magicReceiver(to string) error {
	switch to {
	case magicBad:
		return repli.Errorf(21211, "To is %s, the magic number that is not valid", to)
	case "+15005550002":
		return repli.Errorf(21612, "To is %s, the magic number that cannot be reached from here", to)
	case "+15005550003":
		return repli.Errorf(21408, "To is %s, the magic number in a country the account may not send to", to)
	case "+15005550004":
		return repli.Errorf(21610, "To is %s, the magic number that has said STOP", to)
	case "+15005550009":
		return repli.Errorf(21614, "To is %s, the magic number that takes no messages", to)
	default:
		return nil
	}
}

// magicPurchase returns what a magic number says to whoever buys it.
func magicPurchase(address string) error {
	switch address {
	case magicGood:
		return nil
	case magicBad:
		return repli.Errorf(21421, "PhoneNumber is %s, the magic number that is not valid", address)
	default:
		return repli.Errorf(21422, "PhoneNumber is %s, and with test credentials only %s can be bought", address, magicGood)
	}
}
