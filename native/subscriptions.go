package native

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/notify"
)

// subscription is a subscriber and its events, as the API shows them.
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
	return subscription{s.SID, notify.Shown(s.To), s.Events, s.Created, delivery{
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

func (s *Server) addSubscription(ctx context.Context, acct repli.Account, in struct {
	Body struct {
		To     string   `json:"to"`
		Events []string `json:"events"`
	} `body:"json"`
}) (subscription, error) {
	kinds := endpoint.Each(in.Body.Events, func(name string) repli.EventKind { return repli.EventKind(name) })
	sub, err := s.Notify.Subscribe(ctx, acct, in.Body.To, kinds)
	return showSubscription(sub), err
}

func (s *Server) getSubscription(ctx context.Context, acct repli.Account, in aSubscription) (subscription, error) {
	sub, err := s.edit.Subscription(ctx, acct, in.SID)
	if err != nil {
		return subscription{}, err
	}
	return showSubscription(sub), nil
}

func (s *Server) deleteSubscription(ctx context.Context, acct repli.Account, in aSubscription) (endpoint.None, error) {
	return endpoint.None{}, s.edit.DeleteSubscription(ctx, acct, in.SID)
}

// tested is the result of a test.
type tested struct {
	Told    bool    `json:"told"`
	Error   *string `json:"error"`
	TotalMS int64   `json:"total_ms"`
}

// testSubscription sends a subscriber one test message. It does not change the subscription's state.
func (s *Server) testSubscription(ctx context.Context, acct repli.Account, in aSubscription) (tested, error) {
	sub, err := s.edit.Subscription(ctx, acct, in.SID)
	if err != nil {
		return tested{}, err
	}
	began := time.Now()
	err = s.Notify.Try(ctx, sub)
	took := time.Since(began).Milliseconds()
	if err != nil {
		why := err.Error()
		return tested{false, &why, took}, nil
	}
	return tested{true, nil, took}, nil
}
