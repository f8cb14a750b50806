package outbound_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/outbound"
	"github.com/repli-sms/repli/store"
)

// drops are the abilities of a carrier that drops repeats.
var drops = carrier.Abilities{DropsRepeats: true}

// oneID returns the id of a message that the carrier takes in one piece.
func oneID(m repli.Message) []string { return []string{"id-" + m.Body} }

func TestAReceiptNamesTheMessageByTheCarriersID(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		routes := func() outbound.Route { return outbound.Route{Carrier: &link{submit: taking, ids: oneID}} }
		l := liveOn(t, path, routes())
		one, two := l.sends("one"), l.sends("two")
		after(time.Second)
		l.receives(carrier.Receipt{Carrier: "other", ID: "id-one", State: repli.Undelivered})
		l.receives(carrier.Receipt{Carrier: "test", ID: "id-one", State: repli.Delivered})
		l.stops()
		l = liveOn(t, path, routes()) // it knows the other life only from the store
		l.receives(carrier.Receipt{Carrier: "test", ID: "id-two", State: repli.Undelivered, ErrorCode: 30003})
		for sid, want := range map[repli.SID]string{one: "delivered 0", two: "undelivered 30003"} {
			if m := l.message(sid); fate(m) != want || m.Carrier != "test" {
				t.Errorf("the message is %s by %q, want %s by test", fate(m), m.Carrier, want)
			}
		}
		l.stops()
	})
}

func TestAReceiptMayOvertakeTheIDOfItsMessage(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		receipt := carrier.Receipt{Carrier: "test", ID: "id-one", State: repli.Delivered}
		var refusal error
		l := liveOn(t, path, outbound.Route{Carrier: &link{can: drops, ids: oneID, submit: func(ctx context.Context, e *outbound.Engine, m repli.Message) error {
			if m.Body == "one" { // it delivers the receipt before it returns the id
				refusal = e.Receipt(ctx, receipt)
			} else { // the receipt arrives while Submit runs
				go func() {
					if err := e.Receipt(t.Context(), carrier.Receipt{Carrier: "test", ID: "id-two", State: repli.Delivered}); err != nil {
						t.Error(err)
					}
				}()
				<-time.After(500 * time.Millisecond)
			}
			return nil
		}}})
		one := l.sends("one")
		after(5 * time.Second)
		if known := (*repli.Error)(nil); !errors.As(refusal, &known) || !known.Temporary {
			t.Errorf("from within its submit, the receipt ended with %v, want it refused for now", refusal)
		}
		l.receives(receipt)
		two := l.sends("two")
		after(5 * time.Second)
		for _, sid := range []repli.SID{one, two} {
			if got := fate(l.message(sid)); got != "delivered 0" {
				t.Errorf("the message is %s, want it delivered", got)
			}
		}
		l.stops()
	})
}

func TestAMessageInPartsIsDeliveredWithTheLast(t *testing.T) {
	for _, row := range []struct {
		shows string
		says  []repli.State // for each part, in the order 2, 1, 3
		want  string
		codes []int
	}{
		{"all arrive", []repli.State{repli.Delivered, repli.Delivered, repli.Delivered}, "delivered 0", nil},
		{"two of three arrive so far", []repli.State{repli.Delivered, repli.Delivered}, "sent 0", nil},
		{"one does not, and then the others do", []repli.State{repli.Undelivered, repli.Delivered, repli.Delivered}, "undelivered 30003", []int{30003}},
		{"the last does not", []repli.State{repli.Delivered, repli.Delivered, repli.Undelivered}, "undelivered 30003", []int{30003}},
	} {
		for _, atOnce := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, at once: %t", row.shows, atOnce), func(t *testing.T) {
				bubble(t, func(t *testing.T, path string) {
					l := liveOn(t, path, outbound.Route{Carrier: &link{submit: taking, ids: func(repli.Message) []string { return []string{"a", "b", "c"} }}})
					sid := l.sends("a long one")
					after(time.Second)
					var all sync.WaitGroup
					for i, state := range row.says {
						r := carrier.Receipt{Carrier: "test", ID: []string{"b", "a", "c"}[i], State: state, ErrorCode: 30003}
						if atOnce {
							all.Go(func() { l.receives(r) })
						} else {
							l.receives(r)
							l.receives(r) // a repetition
						}
					}
					all.Wait()
					if got := fate(l.message(sid)); got != row.want {
						t.Errorf("the message is %s, want %s", got, row.want)
					}
					if diff := cmp.Diff(row.codes, l.alerts(sid)); diff != "" {
						t.Error("alerts (-want +got):", diff)
					}
					l.stops()
				})
			})
		}
	}
}

func TestASlowCarrierOrNumberHoldsNoneOfTheOthers(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		var slow, quick atomic.Int32
		l := liveOn(t, path,
			outbound.Route{Carrier: &link{name: "slow", can: drops, submit: func(ctx context.Context, _ *outbound.Engine, _ repli.Message) error {
				slow.Add(1)
				<-ctx.Done()
				return context.Cause(ctx)
			}}, Prefixes: []string{"+44"}, Window: 10},
			outbound.Route{Carrier: &link{name: "quick", can: drops, submit: func(context.Context, *outbound.Engine, repli.Message) error {
				quick.Add(1)
				return nil
			}}})
		for i := range 600 {
			m := text(fmt.Sprint(i))
			if i%2 == 0 {
				m.To = "+447700900123"
			}
			if err := l.engine.Commit(t.Context(), repli.Change{New: []repli.Message{m}}); err != nil {
				t.Fatal(err)
			}
		}
		after(10 * time.Second)
		if slow.Load() != 10 || quick.Load() != 300 {
			t.Errorf("%d messages are with the slow carrier and %d with the quick one, want 10 and 300", slow.Load(), quick.Load())
		}
		l.stops()
	})
}

func TestACarrierIsGivenMessagesAtItsPace(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		var submits atomic.Int32
		l := liveOn(t, path, outbound.Route{Carrier: &link{can: drops, submit: func(context.Context, *outbound.Engine, repli.Message) error {
			submits.Add(1)
			return nil
		}}, Pace: 2})
		for i := range 30 {
			l.sends(fmt.Sprint(i))
		}
		after(5*time.Second + 100*time.Millisecond)
		if got := submits.Load(); got != 11 {
			t.Errorf("after 5 s there were %d submits, want 11", got)
		}
		after(time.Minute)
		l.stops()
	})
}

func TestAMessageThatWaitsForItsCarrierFailsInTime(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		l := liveOn(t, path, outbound.Route{Carrier: &link{can: drops, submit: func(ctx context.Context, _ *outbound.Engine, m repli.Message) error {
			if m.Body == "busy" {
				return &repli.Error{Code: 30017, Temporary: true}
			}
			<-ctx.Done()
			return context.Cause(ctx)
		}}, Window: 1})
		busy := text("busy")
		busy.Validity = 40 * time.Second // its tries are after 0, 1, 3, 7, 15 and 31 s
		if err := l.engine.Commit(t.Context(), repli.Change{New: []repli.Message{busy}}); err != nil {
			t.Fatal(err)
		}
		after(38 * time.Second)
		if got := fate(l.message(busy.SID)); got != "queued 0" {
			t.Errorf("before its end, the message that is refused is %s, want queued", got)
		}
		after(4 * time.Second)
		l.sends("it keeps the only place")
		waits := text("waits for a place")
		waits.Validity = 20 * time.Second
		if err := l.engine.Commit(t.Context(), repli.Change{New: []repli.Message{waits}}); err != nil {
			t.Fatal(err)
		}
		after(20*time.Second + 100*time.Millisecond)
		for _, sid := range []repli.SID{busy.SID, waits.SID} {
			if got := fate(l.message(sid)); got != "failed 30036" {
				t.Errorf("the message %q is %s, want it failed with 30036", l.message(sid).Body, got)
			}
		}
		l.stops()
	})
}

func TestAnUnknownOutcomeIsWhatTheCarrierSays(t *testing.T) {
	for _, row := range []struct {
		shows   string
		can     carrier.Abilities
		fails   error // error of the submit; nil is a crash during the submit
		during  string
		want    string
		submits int32
	}{
		{"a crash, and it drops repeats", drops, nil, "queued", "sent 0", 2},
		{"a crash, and a repeat might arrive", carrier.Abilities{}, nil, "submitting", "failed 30008", 1},
		{"a crash, and it would rather repeat", carrier.Abilities{MayRepeat: true}, nil, "submitting", "sent 0", 2},
		{"no answer, and a repeat might arrive", carrier.Abilities{}, errors.New("connection reset"), "failed", "failed 30008", 1},
		{"no answer, and it drops repeats", drops, errors.New("connection reset"), "queued", "sent 0", 2},
		{"refused, which is an answer", carrier.Abilities{}, &repli.Error{Code: 30017, Temporary: true}, "queued", "sent 0", 2},
	} {
		t.Run(row.shows, func(t *testing.T) {
			bubble(t, func(t *testing.T, path string) {
				var submits atomic.Int32
				one := func() outbound.Route {
					return outbound.Route{Carrier: &link{can: row.can, submit: func(ctx context.Context, _ *outbound.Engine, _ repli.Message) error {
						if submits.Add(1) > 1 {
							return nil
						}
						if row.fails == nil {
							<-ctx.Done()
							return context.Cause(ctx)
						}
						return row.fails
					}}}
				}
				l := liveOn(t, path, one())
				sid := l.sends("We are open.")
				synctest.Wait()
				after(500 * time.Millisecond)
				if got := string(l.message(sid).State); got != row.during {
					t.Errorf("after the submit the message is %s, want %s", got, row.during)
				}
				l.stops()
				l = liveOn(t, path, one())
				after(time.Minute)
				if got := fate(l.message(sid)); got != row.want || submits.Load() != row.submits {
					t.Errorf("the message is %s after %d submits, want %s after %d", got, submits.Load(), row.want, row.submits)
				}
				l.stops()
			})
		})
	}
}

func TestACarrierThatNeverExplainsItselfIsGivenUp(t *testing.T) {
	for shows, fail := range map[string]func() error{
		"an error": func() error { return errors.New("it says nothing") },
		"a panic":  func() error { panic("a mistake of the carrier's") },
	} {
		t.Run(shows, func(t *testing.T) {
			bubble(t, func(t *testing.T, path string) {
				var submits atomic.Int32
				l := live(t, path, func(context.Context, *outbound.Engine, repli.Message) error {
					submits.Add(1)
					return fail()
				})
				sid := l.sends("We are open.")
				after(time.Hour)
				if got := fate(l.message(sid)); got != "failed 30008" || submits.Load() != 5 {
					t.Errorf("the message is %s after %d submits, want it failed with 30008 after 5", got, submits.Load())
				}
				l.stops()
			})
		})
	}
}

func TestTheCarrierOfANumberAndTheNextWhenOneIsBusy(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		var mu sync.Mutex
		var went []string
		by := func(name string, answer error) *link {
			return &link{name: name, can: drops, submit: func(_ context.Context, _ *outbound.Engine, m repli.Message) error {
				mu.Lock()
				defer mu.Unlock()
				went = append(went, name+" "+m.Body)
				return answer
			}}
		}
		busy := &repli.Error{Code: 30017, Temporary: true}
		l := liveOn(t, path,
			outbound.Route{Carrier: by("first", busy), Prefixes: []string{"+1"}},
			outbound.Route{Carrier: by("second", nil), Prefixes: []string{"+1"}, Priority: 1},
			outbound.Route{Carrier: by("own", nil), Prefixes: []string{"+33"}})
		num := repli.Number{SID: repli.NewSID(repli.NumberPrefix), Account: account, Address: "+15550009999", Carrier: "own"}
		if err := l.db.Configure(t.Context(), func(tx *store.Tx) error { return tx.AddNumber(t.Context(), num) }); err != nil {
			t.Fatal(err)
		}
		tried, owned, nowhere := text("tried"), text("owned"), text("nowhere")
		owned.From, nowhere.To = num.Address, "+447700900123"
		for _, m := range []repli.Message{tried, owned, nowhere} {
			if err := l.engine.Commit(t.Context(), repli.Change{New: []repli.Message{m}}); err != nil {
				t.Fatal(err)
			}
			after(time.Minute)
		}
		if diff := cmp.Diff([]string{"first tried", "first tried", "second tried", "own owned"}, went); diff != "" {
			t.Error("submits (-want +got):", diff)
		}
		for m, want := range map[repli.SID]string{tried.SID: "second sent 0", owned.SID: "own sent 0", nowhere.SID: " failed 30006"} {
			if got := l.message(m).Carrier + " " + fate(l.message(m)); got != want {
				t.Errorf("the message is %q, want %q", got, want)
			}
		}
		l.stops()
	})
}

func TestWhatWaitedForACarrierThatIsGoneGoesByAnother(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		l := liveOn(t, path, outbound.Route{Carrier: &link{name: "old", can: drops, submit: func(context.Context, *outbound.Engine, repli.Message) error {
			return &repli.Error{Code: 30017, Temporary: true}
		}}})
		sid := l.sends("We are open.")
		after(time.Minute)
		l.stops()
		l = liveOn(t, path, outbound.Route{Carrier: &link{name: "new", can: drops, submit: taking}})
		after(time.Minute)
		if m := l.message(sid); fate(m) != "sent 0" || m.Carrier != "new" {
			t.Errorf("the message is %s by %s, want it sent by new", fate(m), m.Carrier)
		}
		l.stops()
	})
}

// The lane of messages without a carrier hands each to the lane of its carrier, so it must know that
// there is one.
func TestAMessageWithoutARouteHasNoLaneToGoTo(t *testing.T) {
	for _, row := range []struct {
		shows, own, to string
		service        bool
		want           string
	}{
		{"no carrier for its phone", "", "+447700900123", false, " failed 30006"},
		{"a carrier that is not there", "gone", ann, false, "gone queued 0"},
		{"of a service, no carrier for its phone", "", "+447700900123", true, " failed 30006"},
		{"of a service, a carrier that is not there", "gone", ann, true, " queued 0"},
	} {
		t.Run(row.shows, func(t *testing.T) {
			bubble(t, func(t *testing.T, path string) {
				l := liveOn(t, path, outbound.Route{Carrier: &link{name: "own", can: drops, submit: taking}, Prefixes: []string{"+1"}})
				num := repli.Number{SID: repli.NewSID(repli.NumberPrefix), Account: account, Address: "+15550009999", Carrier: row.own}
				m := text("Hello")
				m.From, m.To = num.Address, row.to
				err := l.db.Configure(t.Context(), func(tx *store.Tx) error {
					if row.service {
						service := repli.Service{SID: repli.NewSID(repli.ServicePrefix), Account: account}
						num.Service, m.Service, m.State, m.From = service.SID, service.SID, repli.Accepted, ""
						if err := tx.AddService(t.Context(), service); err != nil {
							return err
						}
					}
					return tx.AddNumber(t.Context(), num)
				})
				if err != nil {
					t.Fatal(err)
				}
				if err := l.engine.Commit(t.Context(), repli.Change{New: []repli.Message{m}}); err != nil {
					t.Fatal(err)
				}
				after(time.Minute)
				if got := l.message(m.SID).Carrier + " " + fate(l.message(m.SID)); got != row.want {
					t.Errorf("the message is %q, want %q", got, row.want)
				}
				l.stops()
			})
		})
	}
}

func TestAReceiptOfAnUnknownMessageIsSaidToBeThat(t *testing.T) {
	var said strings.Builder
	log := slog.New(slog.NewTextHandler(&said, nil))
	db, err := store.Open(t.Context(), store.Config{Path: store.Memory})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	e := outbound.New(outbound.Config{DB: db, Log: log})
	for _, r := range []carrier.Receipt{{Carrier: "test", ID: "7", State: repli.Delivered}, {Message: "SM00000000000000000000000000000007", State: repli.Delivered}} {
		said.Reset()
		if err := e.Receipt(t.Context(), r); err != nil || !strings.Contains(said.String(), "not known") {
			t.Errorf("the receipt ended with %v, and the log says %q", err, said.String())
		}
	}
}
