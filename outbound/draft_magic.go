package outbound

import (
	"context"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/sms"
)

// Magic numbers decide the result of requests with test credentials. MagicGood is a valid sender
// and can be bought, MagicBad is invalid.
//
// twilio: iam/test-credentials
const (
	MagicGood = "+15005550006"
	MagicBad  = "+15005550001"
)

// draftMagic sets the sender and the receiver of a message with test credentials.
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
	if err := draftReceiver(ctx, d); err != nil { // before From is set, because they may be equal
		return err
	}
	d.msg.From = from
	return magicReceiver(d.msg.To)
}

// magicSender returns the error of a magic number as sender.
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

// magicReceiver returns the error of a magic number as receiver.
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
