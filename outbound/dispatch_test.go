package outbound_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/outbound"
	"github.com/repli-sms/repli/store"
)

func TestChosenSenderOutlivesACrash(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		first := live(t, path, func(ctx context.Context, _ *outbound.Engine, _ repli.Message) error {
			<-ctx.Done()
			return ctx.Err()
		})
		service := first.service(shop, "+15550002001")
		m := text("Hello")
		m.State, m.Service, m.From = repli.Accepted, service, ""
		if err := first.engine.Commit(t.Context(), repli.Change{New: []repli.Message{m}}); err != nil {
			t.Fatal(err)
		}
		after(time.Second)
		if got := first.message(m.SID); got.State != repli.Queued || got.From != shop {
			t.Errorf("before the crash it is %s from %q, want queued from %s", got.State, got.From, shop)
		}
		if err := first.end(); err != nil {
			t.Fatal(err)
		}

		var from []string
		second := live(t, path, func(_ context.Context, _ *outbound.Engine, m repli.Message) error {
			from = append(from, m.From)
			return nil
		})
		after(2 * time.Second) // the lease went with its holder
		if diff := cmp.Diff([]string{shop}, from); diff != "" {
			t.Error("who sends it after the crash (-want +got):", diff)
		}
		if diff := cmp.Diff([]string{"sent"}, second.told.list()); diff != "" {
			t.Error("what is told after the crash (-want +got):", diff)
		}
		second.stops()
	})
}

// A message that is held is nobody else's, from its birth until it is sent: also while it has a
// sender already and the carrier takes its time.
func TestAChosenMessageIsStillItsWorkers(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		submits := 0
		l := live(t, path, func(context.Context, *outbound.Engine, repli.Message) error {
			submits++
			after(5 * time.Minute)
			return nil
		})
		m := text("Hello")
		m.State, m.Service, m.From = repli.Accepted, l.service(shop), ""
		if err := l.engine.Commit(t.Context(), repli.Change{New: []repli.Message{m}}); err != nil {
			t.Fatal(err)
		}
		after(4 * time.Minute)
		other := repli.Lease{By: "another node", Until: time.Now().Add(time.Minute)}
		claimed, err := l.db.ClaimMessages(t.Context(), repli.Queued, other, time.Now(), 9)
		if err != nil || len(claimed) > 0 {
			t.Errorf("another node claims %v (error %v), want nothing", claimed, err)
		}
		after(2 * time.Minute)
		if got := fate(l.message(m.SID)); got != "sent 0" || submits != 1 {
			t.Errorf("it is %s after %d submits, want sent 0 after one", got, submits)
		}
		l.stops()
	})
}

func TestMessageOfADeletedServiceFails(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		l := live(t, path, func(context.Context, *outbound.Engine, repli.Message) error { return nil })
		service := l.service(shop)
		m := text("Hello")
		m.State, m.Service, m.From, m.Due = repli.Scheduled, service, "", time.Now().Add(time.Minute)
		if err := l.engine.Commit(t.Context(), repli.Change{New: []repli.Message{m}}); err != nil {
			t.Fatal(err)
		}
		if err := l.db.Configure(t.Context(), func(tx *store.Tx) error { return tx.DeleteService(t.Context(), service) }); err != nil {
			t.Fatal(err)
		}
		after(2 * time.Minute)
		if got := l.message(m.SID); got.State != repli.Failed || got.ErrorCode != 21701 {
			t.Errorf("it is %s with code %d, want failed with 21701", got.State, got.ErrorCode)
		}
		if diff := cmp.Diff([]int{21701}, l.alerts(m.SID)); diff != "" {
			t.Error("alerts (-want +got):", diff)
		}
		l.stops()
	})
}

// service adds a messaging service with these numbers.
func (l *life) service(numbers ...string) repli.SID {
	l.t.Helper()
	ctx, s := l.t.Context(), repli.Service{SID: repli.NewSID(repli.ServicePrefix), Account: account, FriendlyName: "Helpline"}
	err := l.db.Configure(ctx, func(tx *store.Tx) error {
		if err := tx.AddService(ctx, s); err != nil {
			return err
		}
		for _, address := range numbers {
			n := repli.Number{SID: repli.NewSID(repli.NumberPrefix), Account: account, Address: address, FriendlyName: address, Service: s.SID}
			if err := tx.AddNumber(ctx, n); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return s.SID
}
