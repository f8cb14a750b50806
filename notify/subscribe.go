package notify

import (
	"context"
	"slices"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// maxSubscriptions is the maximum number of subscriptions of an account.
const maxSubscriptions = 100

// Subscribe subscribes an address to these kinds of events from now on. Errors are those of
// [Check], and 20409 for an account with too many subscriptions.
func (e *Engine) Subscribe(ctx context.Context, acct repli.Account, to string, kinds []repli.EventKind) (repli.Subscription, error) {
	sub := repli.Subscription{
		SID: repli.NewSID(repli.SubscriptionPrefix), Account: acct.SID, To: to,
		Created: time.Now().UTC().Truncate(time.Microsecond),
	}
	for _, k := range kinds {
		if !slices.Contains(sub.Events, k) {
			sub.Events = append(sub.Events, k)
		}
	}
	if err := Check(sub); err != nil {
		return repli.Subscription{}, err
	}
	e.db.Configuring.Lock()
	defer e.db.Configuring.Unlock()
	kept, err := e.db.Subscriptions(ctx, acct.SID, store.Page{Limit: maxSubscriptions})
	switch {
	case err != nil:
		return repli.Subscription{}, err
	case len(kept) >= maxSubscriptions:
		return repli.Subscription{}, repli.Errorf(20409, "The account has %d subscriptions, which is the most; delete one first", len(kept))
	}
	return sub, e.db.Tx(ctx, func(tx *store.Tx) error { return tx.AddSubscription(ctx, sub) })
}

// Unsubscribe deletes a subscription of the account. If there is none, it returns error 20404.
func (e *Engine) Unsubscribe(ctx context.Context, acct repli.Account, name string) error {
	e.db.Configuring.Lock()
	defer e.db.Configuring.Unlock()
	sub, err := e.Subscription(ctx, acct, name)
	if err != nil {
		return err
	}
	return e.db.Tx(ctx, func(tx *store.Tx) error { return tx.DeleteSubscription(ctx, sub.SID) })
}

// Subscription returns a subscription of the account by its SID, or error 20404.
func (e *Engine) Subscription(ctx context.Context, acct repli.Account, name string) (repli.Subscription, error) {
	missing := repli.Errorf(20404, "There is no subscription %.64q", name)
	sid, err := repli.ParseSID(name, repli.SubscriptionPrefix)
	if err != nil {
		return repli.Subscription{}, missing
	}
	sub, err := e.db.Subscription(ctx, sid)
	if repli.IsNotFound(err) || err == nil && sub.Account != acct.SID {
		return repli.Subscription{}, missing
	}
	return sub, err
}
