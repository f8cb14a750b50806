package outbound_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/outbound"
	"github.com/repli-sms/repli/store"
)

// A waiting message is checked when it is sent: STOP may have arrived meanwhile, for the number
// or for its service.
func TestStopEndsWhatWaits(t *testing.T) {
	const left, joined = repli.SID("MG0000000000000000000000000000000a"), repli.SID("MG0000000000000000000000000000000b")
	for _, row := range []struct {
		shows, from string
		service     repli.SID // that sent the message
		stops       string    // what the phone opts out from
		want        string
	}{
		{"the number", shop, "", shop, "failed 21610"},
		{"the service that the number has come into", shop, "", string(joined), "failed 21610"},
		{"the service of the message", shop, left, string(left), "failed 21610"},
		{"a number that is gone", "+15550002009", "", "+15550002009", "failed 21610"},
		{"another number", shop, "", "+15550002009", "sent 0"},
		{"another service", shop, joined, string(left), "sent 0"},
		{"nobody can tell a name to", "Shop", "", "Shop", "sent 0"},
	} {
		bubble(t, func(t *testing.T, path string) {
			submits := 0
			l := live(t, path, func(context.Context, *outbound.Engine, repli.Message) error {
				if submits++; submits == 1 {
					return errors.New("the link is down") // a temporary error
				}
				return nil
			})
			l.number(shop, joined)
			m := text("We are open.")
			m.From, m.Service = row.from, row.service
			if err := l.engine.Commit(t.Context(), repli.Change{New: []repli.Message{m}}); err != nil {
				t.Fatal(err)
			}
			after(time.Millisecond)
			stop := repli.OptOut{Account: account, Conversation: repli.Conversation{Sender: row.stops, Phone: ann}, Created: time.Now()}
			if err := l.db.Commit(t.Context(), repli.Change{OptOuts: []repli.OptOut{stop}}); err != nil {
				t.Fatal(err)
			}
			after(time.Minute)
			if got := fate(l.message(m.SID)); got != row.want {
				t.Errorf("%s: it is %s, want %s", row.shows, got, row.want)
			}
			var alerts []int
			told := []string{"sent"}
			if row.want != "sent 0" {
				alerts, told = []int{21610}, []string{"failed"}
			}
			if diff := cmp.Diff(alerts, l.alerts(m.SID)); diff != "" {
				t.Errorf("%s: alerts (-want +got): %s", row.shows, diff)
			}
			if diff := cmp.Diff(told, l.told.list()); diff != "" {
				t.Errorf("%s: told (-want +got): %s", row.shows, diff)
			}
			l.stops()
		})
	}
}

func TestConfirmationOfStopIsSentAllTheSame(t *testing.T) {
	bubble(t, func(t *testing.T, path string) {
		l := live(t, path, taking)
		confirmation, other := text("You will get no more messages."), text("We are open.")
		confirmation.Confirms = true
		err := l.engine.Commit(t.Context(), repli.Change{
			New:     []repli.Message{confirmation, other},
			OptOuts: []repli.OptOut{{Account: account, Conversation: repli.Conversation{Sender: shop, Phone: ann}, Created: time.Now()}},
		})
		if err != nil {
			t.Fatal(err)
		}
		after(time.Minute)
		got := []string{fate(l.message(confirmation.SID)), fate(l.message(other.SID))}
		if diff := cmp.Diff([]string{"sent 0", "failed 21610"}, got); diff != "" {
			t.Error("(-want +got):", diff)
		}
		l.stops()
	})
}

// number adds a number with or without a service.
func (l *life) number(address string, service repli.SID) {
	l.t.Helper()
	n := repli.Number{SID: repli.NewSID(repli.NumberPrefix), Account: account, Address: address, FriendlyName: address, Service: service}
	if err := l.db.Configure(l.t.Context(), func(tx *store.Tx) error { return tx.AddNumber(l.t.Context(), n) }); err != nil {
		l.t.Fatal(err)
	}
}

// A resend is checked at once, like the last check before sending, so that the person who resends
// learns why it is refused.
func TestNothingIsSentAgainToAPhoneThatHasSaidStop(t *testing.T) {
	const left, joined = repli.SID("MG0000000000000000000000000000000a"), repli.SID("MG0000000000000000000000000000000b")
	for _, row := range []struct {
		shows, from string
		service     repli.SID // that sent the message
		stop        repli.Conversation
		want        int
	}{
		{"to the number", shop, "", repli.Conversation{Sender: shop, Phone: ann}, 21610},
		{"to the service that the number has come into", shop, "", repli.Conversation{Sender: string(joined), Phone: ann}, 21610},
		{"to the service of the message", shop, left, repli.Conversation{Sender: string(left), Phone: ann}, 21610},
		{"to another number", shop, "", repli.Conversation{Sender: "+15550002009", Phone: ann}, 0},
		{"as another phone", shop, "", repli.Conversation{Sender: shop, Phone: "+15557770002"}, 0},
		{"the other way round", shop, "", repli.Conversation{Sender: ann, Phone: shop}, 0},
		{"which nobody can tell a name", "Shop", "", repli.Conversation{Sender: "Shop", Phone: ann}, 0},
	} {
		bubble(t, func(t *testing.T, path string) {
			l := live(t, path, taking)
			l.number(shop, joined)
			if err := l.db.Commit(t.Context(), repli.Change{OptOuts: []repli.OptOut{{Account: account, Conversation: row.stop}}}); err != nil {
				t.Fatal(err)
			}
			m := text("We are open.")
			m.From, m.Service, m.State = row.from, row.service, repli.Failed
			if _, err := l.engine.Resend(t.Context(), m); repli.CodeOf(err) != row.want {
				t.Errorf("STOP %s: sent again with error %v, want code %d", row.shows, err, row.want)
			}
			after(time.Minute)
			l.stops()
		})
	}
}
