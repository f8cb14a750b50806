package outbound

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
)

func TestNothingIsSubmittedToAPhoneThatIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &Engine{}
		a := &e.awaiting
		to := func(phone string) repli.Message {
			return repli.Message{SID: repli.NewSID(repli.MessagePrefix), To: phone}
		}
		first, waiting, other := to("+15557770001"), to("+15557770001"), to("+15557770002")
		if !a.begin(first, time.Now()) {
			t.Fatal("the first message may not be submitted")
		}
		over := make(chan error)
		go func() {
			over <- e.Without(t.Context(), "+15557770001", func() ([]repli.SID, error) {
				if a.begin(to("+15557770001"), time.Now()) {
					t.Error("a message may be submitted to the phone that is forgotten")
				}
				if !a.begin(other, time.Now()) {
					t.Error("no message may be submitted to another phone")
				}
				return []repli.SID{waiting.SID}, nil
			})
		}()
		synctest.Wait()
		select {
		case err := <-over:
			t.Fatalf("it did not wait for the submit under way; error %v", err)
		default:
		}
		a.end(first, carrier.Taken{}, true)
		if err := <-over; err != nil {
			t.Fatal(err)
		}
		if a.begin(waiting, time.Now()) {
			t.Error("a message that was deleted may be submitted")
		}
		if !a.begin(to("+15557770001"), time.Now()) {
			t.Error("a new message to the phone may not be submitted")
		}
	})
}

func TestForgettingWaitsOnlySoLongForACarrier(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &Engine{}
		m := repli.Message{SID: repli.NewSID(repli.MessagePrefix), To: "+15557770001"}
		e.awaiting.begin(m, time.Now())
		why := errors.New("too long")
		ctx, cancel := context.WithTimeoutCause(t.Context(), 10*time.Second, why)
		defer cancel()
		err := e.Without(ctx, m.To, func() ([]repli.SID, error) { t.Error("it did not wait"); return nil, nil })
		if !errors.Is(err, why) {
			t.Errorf("got error %v, want %v", err, why)
		}
		e.awaiting.end(m, carrier.Taken{}, false)
		if !e.awaiting.begin(m, time.Now()) {
			t.Error("after that the message may not be submitted any more")
		}
	})
}
