package outbound

import (
	"context"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/sms"
)

// withheld returns why a message must not be sent, or nil: its account is suspended, or its phone
// has opted out. It is checked just before the message is sent, so that it also applies to
// waiting messages.
func (e *Engine) withheld(ctx context.Context, m repli.Message) (*repli.Error, error) {
	ctx = context.WithoutCancel(ctx) // it takes no time
	acct, err := e.db.Account(ctx, m.Account)
	switch {
	case err != nil:
		return nil, err
	case !acct.IsActive():
		return repli.Errorf(30002, "The account %s is %s, so its messages are not sent", acct.SID, acct.Status), nil
	}
	return e.unwanted(ctx, m)
}

// unwanted returns error 21610 if the phone has opted out from the sender, or nil. Nobody can opt
// out from a sender's name.
//
// twilio: api/errors/21610
func (e *Engine) unwanted(ctx context.Context, m repli.Message) (*repli.Error, error) {
	if !e.db.AnyOptOuts() || m.Confirms || sms.KindOf(m.From) == sms.Alphanumeric {
		return nil, nil
	}
	num, err := e.sender(ctx, m)
	if err != nil {
		return nil, err
	}
	of := num.OptOuts(m.To)
	if m.Service != "" {
		of = append(of, repli.Conversation{Sender: string(m.Service), Phone: m.To})
	}
	out, err := e.db.OptedOut(ctx, m.Account, of...)
	if err != nil || !out {
		return nil, err
	}
	return repli.Errorf(21610, "%s has said STOP and gets no messages from %s until it says START", m.To, m.From), nil
}
