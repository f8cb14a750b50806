package notify

import (
	"context"
	"slices"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/configure"
)

// Subscribe subscribes an address to these kinds of event from now on. Errors are those of [Check]
// and of [configure.Editor.AddSubscription]. A webhook's address that a chat service hands out becomes
// what that service reads, see [Pasted].
func (e *Engine) Subscribe(ctx context.Context, acct repli.Account, to string, kinds []repli.EventKind) (repli.Subscription, error) {
	sub := repli.Subscription{
		SID: repli.NewSID(repli.SubscriptionPrefix), Account: acct.SID, To: Pasted(to),
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
	return sub, configure.Editor{DB: e.db}.AddSubscription(ctx, sub)
}
