package native

import (
	"context"
	"slices"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/debugger"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/store"
)

// subscription is who is told of what as the API shows it.
type subscription struct {
	SID         repli.SID         `json:"sid"`
	To          string            `json:"to"` // without secrets
	Events      []repli.EventKind `json:"events"`
	DateCreated time.Time         `json:"date_created"`
	Delivery    delivery          `json:"delivery"`
}

// delivery is how telling goes.
type delivery struct {
	Failing  *time.Time `json:"failing_since"`
	Tries    int        `json:"tries"`
	Next     *time.Time `json:"next_try"`
	LastTold *time.Time `json:"last_told"`
	Error    *string    `json:"error"`
	GivenUp  int        `json:"given_up"`
}

func showSubscription(s repli.Subscription) subscription {
	d := s.Delivery
	return subscription{s.SID, debugger.Shown(s.To), s.Events, s.Created, delivery{
		moment(d.Failing), d.Tries, moment(d.Due), moment(d.Told), endpoint.Maybe(d.Error), d.GivenUp,
	}}
}

type subscriptionList struct {
	Subscriptions []subscription `json:"subscriptions"`
	Next          *string        `json:"next"`
}

type aSubscription struct {
	SID string `path:"subscription"`
}

func (s *Server) listSubscriptions(ctx context.Context, acct repli.Account, in paging) (subscriptionList, error) {
	page, err := in.read(repli.SubscriptionPrefix)
	if err != nil {
		return subscriptionList{}, err
	}
	found, err := s.DB.Subscriptions(ctx, acct.SID, page)
	if err != nil {
		return subscriptionList{}, err
	}
	found, next := cut(s, page, found, "/subscriptions", nil, func(s repli.Subscription) string { return string(s.SID) })
	return subscriptionList{endpoint.Each(found, showSubscription), next}, nil
}

// maxSubscriptions is how many subscriptions an account may have.
const maxSubscriptions = 100

func (s *Server) addSubscription(ctx context.Context, acct repli.Account, in struct {
	Body struct {
		To     string   `json:"to"`
		Events []string `json:"events"`
	} `body:"json"`
}) (subscription, error) {
	now := time.Now().UTC().Truncate(time.Microsecond)
	sub := repli.Subscription{
		SID: repli.NewSID(repli.SubscriptionPrefix), Account: acct.SID, To: in.Body.To, Created: now,
	}
	for _, name := range in.Body.Events {
		if k := repli.EventKind(name); !slices.Contains(sub.Events, k) {
			sub.Events = append(sub.Events, k)
		}
	}
	if err := debugger.Check(sub); err != nil {
		return subscription{}, err
	}
	s.DB.Configuring.Lock()
	defer s.DB.Configuring.Unlock()
	kept, err := s.DB.Subscriptions(ctx, acct.SID, store.Page{Limit: maxSubscriptions})
	switch {
	case err != nil:
		return subscription{}, err
	case len(kept) >= maxSubscriptions:
		return subscription{}, repli.Errorf(20409, "The account has %d subscriptions, which is the most; delete one first", len(kept))
	}
	return showSubscription(sub), s.DB.Tx(ctx, func(tx *store.Tx) error { return tx.AddSubscription(ctx, sub) })
}

func (s *Server) getSubscription(ctx context.Context, acct repli.Account, in aSubscription) (subscription, error) {
	sub, err := s.subscription(ctx, acct, in.SID)
	if err != nil {
		return subscription{}, err
	}
	return showSubscription(sub), nil
}

func (s *Server) deleteSubscription(ctx context.Context, acct repli.Account, in aSubscription) (endpoint.None, error) {
	s.DB.Configuring.Lock()
	defer s.DB.Configuring.Unlock()
	sub, err := s.subscription(ctx, acct, in.SID)
	if err != nil {
		return endpoint.None{}, err
	}
	return endpoint.None{}, s.DB.Tx(ctx, func(tx *store.Tx) error { return tx.DeleteSubscription(ctx, sub.SID) })
}

// tested is what came of a test.
type tested struct {
	Told    bool    `json:"told"`
	Error   *string `json:"error"`
	TotalMS int64   `json:"total_ms"`
}

// testSubscription tells a subscriber once that this is a test, whatever became of it before.
func (s *Server) testSubscription(ctx context.Context, acct repli.Account, in aSubscription) (tested, error) {
	sub, err := s.subscription(ctx, acct, in.SID)
	if err != nil {
		return tested{}, err
	}
	began := time.Now()
	err = s.Debugger.Test(ctx, sub)
	took := time.Since(began).Milliseconds()
	if err != nil {
		why := err.Error()
		return tested{false, &why, took}, nil
	}
	return tested{true, nil, took}, nil
}

// subscription finds a subscription of the account.
func (s *Server) subscription(ctx context.Context, acct repli.Account, name string) (repli.Subscription, error) {
	missing := repli.Errorf(20404, "There is no subscription %.64q", name)
	sid, err := repli.ParseSID(name, repli.SubscriptionPrefix)
	if err != nil {
		return repli.Subscription{}, missing
	}
	sub, err := s.DB.Subscription(ctx, sid)
	if repli.CodeOf(err) == 20404 || err == nil && sub.Account != acct.SID {
		return repli.Subscription{}, missing
	}
	return sub, err
}
