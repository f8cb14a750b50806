package configure

import (
	"context"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// maxSubscriptions is how many subscriptions an account may have.
const maxSubscriptions = 100

// AddSubscription keeps a subscription that notify.Engine.Subscribe has checked. An account that has
// too many is error 20409.
func (e Editor) AddSubscription(ctx context.Context, sub repli.Subscription) error {
	return e.DB.Configure(ctx, func(tx *store.Tx) error {
		kept, err := e.DB.Subscriptions(ctx, sub.Account, store.Page{Limit: maxSubscriptions})
		if err != nil {
			return err
		}
		if len(kept) >= maxSubscriptions {
			return repli.Errorf(20409, "The account has %d subscriptions, which is the most; delete one first", len(kept))
		}
		return tx.AddSubscription(ctx, sub)
	})
}

// DeleteSubscription ends a subscription of the account; one that is not there is error 20404.
func (e Editor) DeleteSubscription(ctx context.Context, acct repli.Account, name string) error {
	return e.DB.Configure(ctx, func(tx *store.Tx) error {
		sub, err := e.Subscription(ctx, acct, name)
		if err != nil {
			return err
		}
		return tx.DeleteSubscription(ctx, sub.SID)
	})
}

// Subscription returns a subscription of the account by its SID, or error 20404.
func (e Editor) Subscription(ctx context.Context, acct repli.Account, name string) (repli.Subscription, error) {
	missing := repli.Errorf(20404, "There is no subscription %.64q", name)
	sid, err := repli.ParseSID(name, repli.SubscriptionPrefix)
	if err != nil {
		return repli.Subscription{}, missing
	}
	sub, err := e.DB.Subscription(ctx, sid)
	if repli.IsNotFound(err) || err == nil && sub.Account != acct.SID {
		return repli.Subscription{}, missing
	}
	return sub, err
}
