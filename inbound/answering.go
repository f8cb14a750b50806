package inbound

import (
	"context"

	"github.com/repli-sms/repli"
)

// answering returns whose steps answer the texts to a number. An application or a service that
// is gone counts as none.
func (e *Engine) answering(ctx context.Context, num repli.Number) (repli.Answering, error) {
	app, err := named(ctx, num.Application, e.db.Application)
	if err != nil {
		return repli.Answering{}, err
	}
	service, err := named(ctx, num.Service, e.db.Service)
	if err != nil {
		return repli.Answering{}, err
	}
	return num.Answering(app, service), nil
}

// named reads what a number names, nil if there is no such thing.
func named[T any](ctx context.Context, sid repli.SID, read func(context.Context, repli.SID) (T, error)) (*T, error) {
	if sid == "" {
		return nil, nil
	}
	found, err := read(ctx, sid)
	switch {
	case repli.CodeOf(err) == 20404:
		return nil, nil
	case err != nil:
		return nil, err
	}
	return &found, nil
}

// receiving returns error 30004 when a service has switched receiving off. The text is neither
// kept nor answered.
//
// twilio: messaging/api/service-resource, InboundRequestUrl
func (e *Engine) receiving(ctx context.Context, num repli.Number) error {
	who, err := e.answering(ctx, num)
	if err == nil && who.Disabled {
		return repli.Errorf(30004, "%s receives no texts: its service %s has neither an InboundRequestUrl nor UseInboundWebhookOnNumber",
			num.Address, num.Service)
	}
	return err
}
