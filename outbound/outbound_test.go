package outbound_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/carrier/simulator"
	"github.com/repli-sms/repli/outbound"
	"github.com/repli-sms/repli/work"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// taking accepts every message.
func taking(context.Context, *outbound.Engine, repli.Message) error { return nil }

func TestReceiptMayOvertakeTheCommitOfItsSubmit(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		submits := 0
		l := live(t, path, func(ctx context.Context, e *outbound.Engine, m repli.Message) error {
			submits++
			return e.Receipt(ctx, carrier.Receipt{Message: m.SID, State: repli.Delivered, Done: time.Now()})
		})
		sid := l.sends("We are open.")
		after(time.Minute)
		m := l.message(sid)
		if m.State != repli.Delivered || m.Tries != 1 || m.Sent.IsZero() || submits != 1 {
			t.Errorf("the message is %s after %d tries, sent at %v, submitted %d times; want delivered, 1, a time, 1",
				m.State, m.Tries, m.Sent, submits)
		}
		if diff := cmp.Diff([]string{"sent", "delivered"}, l.told.list()); diff != "" {
			t.Error("statuses told (-want +got):", diff)
		}
		l.stops()
	})
}

// The process ended between the carrier's answer and the commit, so the id is unknown.
func TestAReceiptThatComesBeforeTheRepeatOfItsSubmitIsKept(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		l := live(t, path, func(context.Context, *outbound.Engine, repli.Message) error {
			return &repli.Error{Code: 30017, Temporary: true}
		})
		sid := l.sends("We are open.")
		after(time.Second)
		l.receives(carrier.Receipt{Carrier: "test", ID: "lost", Message: sid, State: repli.Delivered, Done: time.Now()})
		if got := fate(l.message(sid)); got != "delivered 0" {
			t.Errorf("the message is %s, want delivered 0", got)
		}
		l.stops()
	})
}

func TestReceiptsThatSayNothingNewChangeNothing(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		l := live(t, path, taking)
		sid := l.sends("We are open.")
		after(time.Second)
		l.receives(carrier.Receipt{Message: sid, State: repli.Undelivered, ErrorCode: 30003})
		for _, r := range []carrier.Receipt{
			{Message: sid, State: repli.Undelivered, ErrorCode: 30003},
			{Message: sid, State: repli.Delivered},
			{Message: repli.NewSID(repli.MessagePrefix), State: repli.Delivered},
			{Message: "", State: repli.Delivered},
		} {
			l.receives(r)
		}
		after(time.Minute)
		if m := l.message(sid); m.State != repli.Undelivered || m.ErrorCode != 30003 {
			t.Errorf("the message is %s with %d, want undelivered with 30003", m.State, m.ErrorCode)
		}
		if diff := cmp.Diff([]int{30003}, l.alerts(sid)); diff != "" {
			t.Error("alerts (-want +got):", diff)
		}
		if diff := cmp.Diff([]string{"sent", "undelivered"}, l.told.list()); diff != "" {
			t.Error("statuses told (-want +got):", diff)
		}
		l.stops()
	})
}

func TestReceiptsAtTheSameTimeAreRecordedOnce(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		l := live(t, path, taking)
		sid := l.sends("We are open.")
		after(time.Second)
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() { l.receives(carrier.Receipt{Message: sid, State: repli.Delivered}) })
		}
		all.Wait()
		after(time.Minute)
		if diff := cmp.Diff([]string{"sent", "delivered"}, l.told.list()); diff != "" {
			t.Error("statuses told (-want +got):", diff)
		}
		l.stops()
	})
}

func TestBusyCarrierIsTriedAgainLaterAndLater(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		var tries []time.Duration
		began := time.Now()
		l := live(t, path, func(context.Context, *outbound.Engine, repli.Message) error {
			tries = append(tries, time.Since(began))
			return &repli.Error{Code: 30453, Temporary: true}
		})
		sid := l.sends("We are open.")
		after(2500 * time.Millisecond)
		if m := l.message(sid); m.Status() != "queued" || m.Tries != 2 {
			t.Errorf("after 2.5 s the message is %s after %d tries, want queued after 2", m.Status(), m.Tries)
		}
		after(20 * time.Second)
		l.stops()
		want := []time.Duration{0, time.Second, 3 * time.Second, 7 * time.Second, 15 * time.Second}
		if diff := cmp.Diff(want, tries); diff != "" {
			t.Error("tries (-want +got):", diff)
		}
		if got := l.told.list(); len(got) > 0 {
			t.Errorf("statuses told %v, want none", got)
		}
	})
}

func TestMessageFailsWhenItsValidityRunsOut(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		submits := 0
		l := live(t, path, func(context.Context, *outbound.Engine, repli.Message) error {
			submits++
			return &repli.Error{Code: 30453, Temporary: true}
		})
		m := text("We are open.")
		m.Created = m.Created.Add(10*time.Second - 10*time.Hour)
		if err := l.engine.Commit(t.Context(), repli.Change{New: []repli.Message{m}}); err != nil {
			t.Fatal(err)
		}
		after(9 * time.Second)
		if m := l.message(m.SID); m.State != repli.Queued {
			t.Errorf("before ten hours the message is %s, want queued", m.State)
		}
		after(time.Minute)
		if m := l.message(m.SID); m.State != repli.Failed || m.ErrorCode != 30036 || m.Tries != 4 || submits != 4 {
			t.Errorf("the message is %s with %d after %d tries of %d, want failed with 30036 after 4", m.State, m.ErrorCode, m.Tries, submits)
		}
		if diff := cmp.Diff([]int{30036}, l.alerts(m.SID)); diff != "" {
			t.Error("alerts (-want +got):", diff)
		}
		if diff := cmp.Diff([]string{"failed"}, l.told.list()); diff != "" {
			t.Error("statuses told (-want +got):", diff)
		}
		l.stops()
	})
}

func TestOnlyQueuedMessagesAreSubmitted(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		var submitted []string
		l := live(t, path, func(_ context.Context, _ *outbound.Engine, m repli.Message) error {
			submitted = append(submitted, m.Body)
			return nil
		})
		change := repli.Change{New: []repli.Message{text("one"), text("stopped"), text("two"), text("three")}}
		change.New[1].State, change.New[1].ErrorCode, change.New[1].Due = repli.Failed, 14107, time.Time{}
		if err := l.engine.Commit(t.Context(), change); err != nil {
			t.Fatal(err)
		}
		after(time.Minute)
		if diff := cmp.Diff([]string{"one", "two", "three"}, submitted); diff != "" {
			t.Error("submitted (-want +got):", diff)
		}
		l.stops()
	})
}

func TestMessageOfSomebodyElseIsNotSubmitted(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		submits := 0
		l := live(t, path, func(context.Context, *outbound.Engine, repli.Message) error {
			submits++
			return nil
		})
		if err := l.engine.Submit(t.Context(), text("not held")); !errors.Is(err, work.ErrLost) || submits > 0 {
			t.Errorf("Submit returned %v after %d submits, want %v after none", err, submits, work.ErrLost)
		}
		l.stops()
	})
}

func TestWhatTheCarrierTookIsRecordedAlsoInAHurry(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		l := live(t, path, func(ctx context.Context, _ *outbound.Engine, _ repli.Message) error {
			<-ctx.Done()
			return nil
		})
		var sids []repli.SID
		for range 20 {
			m := text("We are open.")
			m.Callback = repli.Callback{}
			if err := l.engine.Commit(t.Context(), repli.Change{New: []repli.Message{m}}); err != nil {
				t.Fatal(err)
			}
			sids = append(sids, m.SID)
		}
		l.stops()

		l = live(t, path, taking)
		for _, sid := range sids {
			if m := l.message(sid); m.State != repli.Sent || m.Tries != 1 {
				t.Errorf("the message is %s after %d tries, want sent after 1", m.State, m.Tries)
			}
		}
		l.stops()
	})
}

// TestCrashBetweenSubmitAndItsCommitSendsOneText kills the process after the network has taken
// the message and before the commit.
func TestCrashBetweenSubmitAndItsCommitSendsOneText(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		submits := 0
		var receipts *outbound.Engine
		net, err := simulator.New(simulator.Config{Inbox: inbox{&receipts}, Path: path + ".phones"})
		if err != nil {
			t.Fatal(err)
		}
		over := func(submit func(context.Context, repli.Message) error) *life {
			return liveOn(t, path, outbound.Route{Carrier: &link{
				can: net.Abilities(),
				ids: func(m repli.Message) []string { id, _ := net.IDOf(m.SID); return []string{id} },
				submit: func(ctx context.Context, _ *outbound.Engine, m repli.Message) error {
					submits++
					return submit(ctx, m)
				},
			}})
		}
		first := over(func(ctx context.Context, m repli.Message) error {
			if _, err := net.Submit(ctx, m); err != nil {
				return err
			}
			<-ctx.Done()
			return context.Cause(ctx)
		})
		sid := first.sends("We are open.")
		synctest.Wait()
		if m := first.message(sid); m.Status() != "sending" {
			t.Errorf("before the crash the message is %s, want sending", m.Status())
		}
		if err := first.end(); err != nil {
			t.Errorf("Run returned %v, want nil", err)
		}

		second := over(func(ctx context.Context, m repli.Message) error {
			_, err := net.Submit(ctx, m)
			return err
		})
		receipts = second.engine
		after(5 * time.Second)
		stopNet := run(net.Run)
		after(time.Minute)
		texts, err := net.Conversation(ann, "")
		if err != nil || len(texts) != 1 || submits != 2 {
			t.Errorf("the phone has %d texts (%v) after %d submits, want one after 2", len(texts), err, submits)
		}
		if m := second.message(sid); m.State != repli.Delivered {
			t.Errorf("the message is %s, want delivered", m.State)
		}
		if diff := cmp.Diff([]string{"sent", "delivered"}, second.told.list()); diff != "" {
			t.Error("statuses told (-want +got):", diff)
		}
		if err := stopNet(); err != nil {
			t.Error(err)
		}
		second.stops()
	})
}

// An inbox passes receipts to an engine.
type inbox struct{ to **outbound.Engine }

func (inbox) Message(context.Context, carrier.Inbound) error {
	return errors.New("no number is kept here")
}

func (i inbox) Receipt(ctx context.Context, r carrier.Receipt) error {
	r.Carrier = "test"
	return (*i.to).Receipt(ctx, r)
}
