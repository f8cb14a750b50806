package inbound

import (
	"context"

	"github.com/repli-sms/repli"
)

// receiving returns error 30004 when a service has switched receiving off, or when the account
// is suspended. The text is neither kept nor answered.
//
// twilio: messaging/api/service-resource, InboundRequestUrl; iam/api/account#account-status-values
func (e *Engine) receiving(ctx context.Context, num repli.Number) error {
	acct, err := e.db.Account(ctx, num.Account)
	switch {
	case err != nil:
		return err
	case !acct.IsActive():
		return repli.Errorf(30004, "%s receives no texts: its account %s is %s", num.Address, acct.SID, acct.Status)
	}
	who, err := e.db.Answering(ctx, num)
	if err == nil && who.Disabled {
		return repli.Errorf(30004, "%s receives no texts: its service %s has neither an InboundRequestUrl nor UseInboundWebhookOnNumber",
			num.Address, num.Service)
	}
	return err
}
