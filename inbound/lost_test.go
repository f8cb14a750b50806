package inbound_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/inbound"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/webhook"
	"github.com/repli-sms/repli/work"
)

// nobody is a network on which nothing may be asked.
type nobody struct{ t *testing.T }

func (n nobody) RoundTrip(r *http.Request) (*http.Response, error) {
	n.t.Errorf("%s was asked", r.URL)
	return nil, errors.New("nobody is there")
}

func TestWhoeverHasLostTheLeaseAsksNobody(t *testing.T) {
	ctx := t.Context()
	db, err := store.Open(ctx, store.Config{Path: store.Memory})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	const account = repli.SID("AC00000000000000000000000000000001")
	err = db.Configure(ctx, func(tx *store.Tx) error {
		return errors.Join(tx.PutAccount(ctx, repli.Account{SID: account, AuthToken: "x", Created: time.Now()}),
			tx.AddNumber(ctx, repli.Number{SID: repli.NewSID(repli.NumberPrefix), Account: account, Address: shop, Chain: repli.Chain{
				Steps: []repli.Step{{URL: "https://customer.example/sms", Method: "POST"}}, AnswerBy: repli.DefaultAnswerBy,
			}}))
	})
	if err != nil {
		t.Fatal(err)
	}
	e := inbound.New(inbound.Config{DB: db, Web: webhook.New(webhook.Config{Transport: nobody{t}})})
	somebodyElses := repli.Message{SID: repli.NewSID(repli.MessagePrefix), Account: account, Direction: repli.Inbound, From: ann, To: shop, State: repli.Pending}
	if err := e.Answer(ctx, somebodyElses); !errors.Is(err, work.ErrLost) {
		t.Errorf("Answer returned %v, want ErrLost", err)
	}
}
