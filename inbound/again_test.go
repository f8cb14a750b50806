package inbound_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/store"
)

// brought returns a text as a carrier brings it that calls it by an id of its own, which looks
// like one of our SIDs, and of a time to come.
func brought() carrier.Inbound {
	return carrier.Inbound{Carrier: "smsc", ID: "SMffffffffffffffffffffffffffffffff", From: ann, To: shop, Body: "Are you open?"}
}

func TestReceivedTwiceIsReceivedOnce(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Says("We are open."))
		phone := s.Phone(ann)
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if err := s.Inbound.Receive(t.Context(), brought()); err != nil {
					t.Errorf("Receive: %v, want nil each time", err)
				}
			})
		}
		all.Wait()
		phone.Expects("We are open.")
		if err := s.Inbound.Receive(t.Context(), brought()); err != nil {
			t.Errorf("Receive after the answer: %v, want nil", err)
		}
		other := brought()
		other.Carrier = "other"
		if err := s.Inbound.Receive(t.Context(), other); err != nil {
			t.Errorf("Receive of another carrier's text: %v", err)
		}
		phone.Expects("We are open.")
		phone.ExpectsNothing(time.Minute)
		messages, err := s.DB.Messages(t.Context(), apptest.Account, store.Page{Limit: 100})
		if err != nil || len(messages) != 4 {
			t.Fatalf("there are %d messages (%v), want two texts and their answers", len(messages), err)
		}
		for _, m := range messages {
			if m.SID.Key() == repli.SID(brought().ID).Key() {
				t.Errorf("the message %s has the carrier's name for a key", m.SID)
			}
		}
	})
}

// The carrier is to be rid of the text, whatever has become of it here.
func TestATextIsKnownAgainWhateverHasBecomeOfIt(t *testing.T) {
	for name, happens := range map[string]func(ctx context.Context, db *store.DB, m repli.SID, n repli.Number) error{
		"its message was deleted": func(ctx context.Context, db *store.DB, m repli.SID, _ repli.Number) error {
			return db.DeleteMessage(ctx, m)
		},
		"its number was deleted": func(ctx context.Context, db *store.DB, _ repli.SID, n repli.Number) error {
			return db.Configure(ctx, func(tx *store.Tx) error { return tx.DeleteNumber(ctx, n.SID) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			apptest.Run(t, func(t *testing.T, s *apptest.Server) {
				s.Number(shop, apptest.Says("We are open."))
				phone := s.Phone(ann)
				if err := s.Inbound.Receive(t.Context(), brought()); err != nil {
					t.Fatal(err)
				}
				phone.Expects("We are open.")
				<-time.After(time.Minute)
				sid, err := s.DB.Received(t.Context(), "smsc", brought().ID)
				if err != nil {
					t.Fatal(err)
				}
				n, err := s.DB.NumberByAddress(t.Context(), shop)
				if err == nil {
					err = happens(t.Context(), s.DB, sid, n)
				}
				if err != nil {
					t.Fatal(err)
				}
				if err := s.Inbound.Receive(t.Context(), brought()); err != nil {
					t.Errorf("Receive: %v, want nil", err)
				}
				phone.ExpectsNothing(time.Minute)
			})
		})
	}
}

func TestATextIsBroughtAgainByTheNetwork(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Says("We are open."))
		phone := s.Phone(ann)
		in := carrier.Inbound{From: ann, To: shop, Body: "Are you open?"}
		id, err := s.Phones.Send(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		in.ID = id
		if err := s.Phones.Resend(t.Context(), in); err != nil {
			t.Errorf("brought again: %v, want nil", err)
		}
		phone.Expects("We are open.")
		phone.ExpectsNothing(time.Minute)
	})
}

func TestACarrierThatConfirmsKeywordsIsLeftToIt(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Says("We are open."))
		stop := brought()
		stop.Body, stop.Confirmed = "STOP", true
		if err := s.Inbound.Receive(t.Context(), stop); err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Minute)
		if !s.DB.AnyOptOuts() {
			t.Error("the phone has not opted out")
		}
		entries, err := s.Phones.Conversation(ann, "")
		if err != nil || len(entries) > 0 {
			t.Errorf("the phone has %+v (%v), want nothing: neither a confirmation of ours nor what a handler says after a STOP", entries, err)
		}
	})
}
