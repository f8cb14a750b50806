package outbound

import (
	"context"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/sms"
)

// Magic numbers say how test credentials are answered. MagicGood can be sent from and bought,
// MagicBad is not valid.
//
// twilio: iam/test-credentials
const (
	MagicGood = "+15005550006"
	MagicBad  = "+15005550001"
)

// draftMagic reads who sends a message of test credentials, and whom it goes to.
func draftMagic(ctx context.Context, d *draft) error {
	if d.From == "" {
		return repli.Errorf(21603, "Say who sends the message: From is missing")
	}
	from, err := sms.Normalize(d.From, homeCountry)
	if err != nil {
		from = d.From
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
	case MagicGood:
		return nil
	case MagicBad:
		return repli.Errorf(21212, "From is %s, the magic number that is not valid", from)
	case "+15005550008":
		return repli.Errorf(21611, "From is %s, the magic number whose queue is full", from)
	case "+15005550007":
		return repli.Errorf(21606, "From is %s, the magic number that the account does not have", from)
	default:
		return repli.Errorf(21606, "From is %.64q, and with test credentials only %s can send", from, MagicGood)
	}
}

// magicReceiver returns what a magic number says of a message to it.
func magicReceiver(to string) error {
	switch to {
	case MagicBad:
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
