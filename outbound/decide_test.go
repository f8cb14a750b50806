package outbound

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
)

var (
	noon = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	done = noon.Add(-time.Second)
	text = repli.Message{
		SID: "SM0000000000000000000000000000000a", Account: "AC00000000000000000000000000000001",
		From: "+15550001000", To: "+15557770001", State: repli.Queued, Tries: 1, Created: noon.Add(-time.Minute),
		Callback: repli.Callback{URL: "https://shop.example/status", Method: "POST"},
	}
)

// in returns the text in another state.
func in(s repli.State) repli.Message {
	m := text
	m.State = s
	return m
}

func TestABusyCarrierIsTriedAgainLaterEachTime(t *testing.T) {
	for _, row := range []struct {
		tries  int
		jitter float64
		want   time.Duration
	}{
		{1, 0, time.Second},
		{2, 0, 2 * time.Second},
		{9, 0, 256 * time.Second},
		{10, 0, 5 * time.Minute},
		{1_000_000, 0, 5 * time.Minute},
		{3, 0.5, 3 * time.Second}, // jitter takes off up to half
		{20, 1, 150 * time.Second},
		{0, 0, time.Second}, // no try yet
	} {
		m := text
		m.Tries, m.Validity = row.tries, time.Hour
		if got := again(m, noon, row.jitter).Moves[0].Due.Sub(noon); got != row.want {
			t.Errorf("after %d tries and with a jitter of %g it waits %v, want %v", row.tries, row.jitter, got, row.want)
		}
	}
}

func TestTheNextTryIsNotAfterTheEndOfTheMessage(t *testing.T) {
	m := text
	m.Validity, m.Tries = time.Minute+3*time.Second, 5 // it was created a minute ago, and the pause is 16 s
	if due := again(m, noon, 0).Moves[0].Due; !due.Equal(noon.Add(3 * time.Second)) {
		t.Errorf("it is due at %v, want at its end, %v", due, noon.Add(3*time.Second))
	}
}

func TestWhatAnErrorOfACarrierMeans(t *testing.T) {
	odd := errors.New("connection reset\nstack")
	for _, row := range []struct {
		shows string
		can   carrier.Abilities
		tries int
		err   error
		want  string
	}{
		{"a temporary refusal, however often", carrier.Abilities{}, 99, &repli.Error{Code: 30017, Temporary: true}, "queued 0"},
		{"a refusal for good", carrier.Abilities{DropsRepeats: true}, 1, &repli.Error{Code: 30005}, "failed 30005"},
		{"an unknown outcome where a repeat does no harm", carrier.Abilities{DropsRepeats: true}, 1, odd, "queued 0"},
		{"the fifth of them", carrier.Abilities{DropsRepeats: true}, 5, odd, "failed 30008"},
		{"an unknown outcome where it would do harm", carrier.Abilities{}, 1, odd, "failed 30008"},
		{"one where the carrier would rather repeat", carrier.Abilities{MayRepeat: true}, 4, odd, "queued 0"},
	} {
		m := text
		m.Tries, m.Carrier = row.tries, "smsc"
		change, retry := refused(m, row.can, row.err, noon, 0)
		to := change.Moves[0]
		if got := fmt.Sprintf("%s %d", to.To, to.ErrorCode); got != row.want || retry != (to.To == repli.Queued) {
			t.Errorf("%s: got %s, want %s", row.shows, got, row.want)
		}
	}
}

func TestMessageExpiresAfterTenHours(t *testing.T) {
	for age, want := range map[time.Duration]bool{0: false, 10*time.Hour - 1: false, 10 * time.Hour: true} {
		if got := expired(repli.Message{Created: noon}, noon.Add(age)); got != want {
			t.Errorf("expired after %v = %v, want %v", age, got, want)
		}
	}
}

func TestChanges(t *testing.T) {
	for _, row := range []struct {
		name string
		got  repli.Change
		want repli.Change
	}{
		{"taken by the carrier", sent(text, carrier.Abilities{}, carrier.Taken{}, noon), repli.Change{
			Moves:   []repli.Move{{Message: text.SID, From: repli.Queued, To: repli.Sent, Tries: 1, At: noon}},
			Notices: []repli.Notice{notice("sent", 0, time.Time{})},
		}},
		{"the carrier is busy: nobody is told, it is due again", again(text, noon, 0), repli.Change{
			Moves: []repli.Move{{Message: text.SID, From: repli.Queued, To: repli.Queued, Tries: 1, At: noon, Due: noon.Add(time.Second)}},
		}},
		{"refused for good, in the carrier's words", failed(text, &repli.Error{Code: 30005, Detail: "No such phone"}, noon), repli.Change{
			Moves:   []repli.Move{{Message: text.SID, From: repli.Queued, To: repli.Failed, Tries: 1, ErrorCode: 30005, At: noon}},
			Notices: []repli.Notice{notice("failed", 30005, time.Time{})},
			Alerts:  []repli.Alert{alarm(30005, "No such phone")},
		}},
		{"refused for good, in the catalogue's words", failed(text, &repli.Error{Code: 30036}, noon), repli.Change{
			Moves:   []repli.Move{{Message: text.SID, From: repli.Queued, To: repli.Failed, Tries: 1, ErrorCode: 30036, At: noon}},
			Notices: []repli.Notice{notice("failed", 30036, time.Time{})},
			Alerts:  []repli.Alert{alarm(30036, "Validity period ran out before sending")},
		}},
		{"delivered", received(in(repli.Sent), carrier.Receipt{State: repli.Delivered, Done: done}, noon), repli.Change{
			Moves:   []repli.Move{{Message: text.SID, From: repli.Sent, To: repli.Delivered, Tries: 1, At: noon}},
			Notices: []repli.Notice{notice("delivered", 0, done)},
		}},
		{"delivered, whatever code the network adds", received(in(repli.Sent), carrier.Receipt{State: repli.Delivered, ErrorCode: 30008}, noon), repli.Change{
			Moves:   []repli.Move{{Message: text.SID, From: repli.Sent, To: repli.Delivered, Tries: 1, At: noon}},
			Notices: []repli.Notice{notice("delivered", 0, time.Time{})},
		}},
		{"undelivered", received(in(repli.Sent), carrier.Receipt{State: repli.Undelivered, ErrorCode: 30003, Done: done}, noon), repli.Change{
			Moves:   []repli.Move{{Message: text.SID, From: repli.Sent, To: repli.Undelivered, Tries: 1, ErrorCode: 30003, At: noon}},
			Notices: []repli.Notice{notice("undelivered", 30003, done)},
			Alerts:  []repli.Alert{alarm(30003, "Handset unreachable")},
		}},
		{"undelivered, and the network does not say why", received(in(repli.Sent), carrier.Receipt{State: repli.Undelivered}, noon), repli.Change{
			Moves:   []repli.Move{{Message: text.SID, From: repli.Sent, To: repli.Undelivered, Tries: 1, ErrorCode: 30008, At: noon}},
			Notices: []repli.Notice{notice("undelivered", 30008, time.Time{})},
			Alerts:  []repli.Alert{alarm(30008, "Unknown delivery error")},
		}},
		{"a receipt faster than the commit of its submit", received(text, carrier.Receipt{State: repli.Delivered, Done: done}, noon), repli.Change{
			Moves: []repli.Move{
				{Message: text.SID, From: repli.Queued, To: repli.Sent, Tries: 2, At: noon},
				{Message: text.SID, From: repli.Sent, To: repli.Delivered, Tries: 2, At: noon},
			},
			Notices: []repli.Notice{notice("sent", 0, time.Time{}), notice("delivered", 0, done)},
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			if diff := cmp.Diff(row.want, row.got, anySID); diff != "" {
				t.Error("the change (-want +got):", diff)
			}
		})
	}
}

func TestNobodyWhoDidNotAskIsTold(t *testing.T) {
	quiet := text
	quiet.Callback = repli.Callback{}
	for name, c := range map[string]repli.Change{
		"sent":      sent(quiet, carrier.Abilities{}, carrier.Taken{}, noon),
		"failed":    failed(quiet, &repli.Error{Code: 30005}, noon),
		"delivered": received(quiet, carrier.Receipt{State: repli.Delivered}, noon),
	} {
		if len(c.Notices) > 0 {
			t.Errorf("%s: notices %v, want none", name, c.Notices)
		}
	}
}

func TestWhatIsForgottenOfAMessage(t *testing.T) {
	both := repli.Retention{DiscardContent: true, ObfuscateAddress: true}
	for _, row := range []struct {
		demands repli.Retention
		to      repli.State
		content bool
		stays   string
	}{
		{both, repli.Queued, false, ""},
		{both, repli.Sent, true, ""},
		{both, repli.Delivered, true, "+1555777XXXX"},
		{both, repli.Undelivered, true, "+1555777XXXX"},
		{both, repli.Failed, true, "+1555777XXXX"},
		{both, repli.Canceled, true, "+1555777XXXX"},
		{repli.Retention{ObfuscateAddress: true}, repli.Failed, false, "+1555777XXXX"},
		{repli.Retention{DiscardContent: true}, repli.Failed, true, ""},
		{repli.Retention{}, repli.Failed, false, ""},
	} {
		m := text
		m.Retention = row.demands
		got := move(m, repli.Move{To: row.to}, time.Time{}).Forgets
		var want []repli.Forget
		if row.content || row.stays != "" {
			want = []repli.Forget{{Message: m.SID, Content: row.content, To: row.stays}}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%+v when %s (-want +got): %s", row.demands, row.to, diff)
		}
	}
}

func TestReceiptsThatAreNews(t *testing.T) {
	for _, row := range []struct {
		is, says repli.State
		want     bool
	}{
		{repli.Queued, repli.Delivered, true},
		{repli.Sent, repli.Delivered, true},
		{repli.Sent, repli.Undelivered, true},
		{repli.Delivered, repli.Delivered, false},
		{repli.Undelivered, repli.Delivered, false},
		{repli.Failed, repli.Delivered, false},
		{repli.Answered, repli.Delivered, false}, // not an outbound state
		{repli.Pending, repli.Delivered, false},
		{repli.Queued, repli.Sent, false}, // not a final state
		{repli.Queued, repli.Queued, false},
		{repli.Queued, repli.Failed, false},
		{repli.Sent, "", false},
	} {
		if got := isNews(in(row.is), carrier.Receipt{State: row.says}); got != row.want {
			t.Errorf("a receipt that says %q of a message that is %q is news: %v, want %v", row.says, row.is, got, row.want)
		}
	}
}

// anySID ignores the SIDs of notices and alerts.
var anySID = cmp.Options{
	cmpopts.IgnoreFields(repli.Notice{}, "SID"),
	cmpopts.IgnoreFields(repli.Alert{}, "SID"),
	cmpopts.EquateEmpty(),
}

// notice returns the status callback about text at noon.
func notice(status string, code int, done time.Time) repli.Notice {
	return repli.Notice{
		Account: text.Account, Message: text.SID, From: text.From, To: text.To, Callback: text.Callback,
		Status: status, ErrorCode: code, Done: done, Created: noon, Due: noon,
	}
}

// alarm returns the alert about text at noon.
func alarm(code int, detail string) repli.Alert {
	return repli.Alert{Account: text.Account, Code: code, Message: text.SID, Number: text.From, Detail: detail, Created: noon}
}

// The receipts of a carrier that drops repeats name the SID, so nothing has to be kept to find the
// message by.
func TestOnlyIDsThatReceiptsNeedAreKept(t *testing.T) {
	m := repli.Message{SID: repli.NewSID(repli.MessagePrefix), Carrier: "smsc", State: repli.Queued}
	taken := carrier.Taken{IDs: []string{"a", "", "c"}}
	kept := []repli.CarrierID{
		{Carrier: "smsc", ID: "a", Message: m.SID, Part: 1, Created: noon},
		{Carrier: "smsc", ID: "c", Message: m.SID, Part: 3, Created: noon},
	}
	for _, row := range []struct {
		can  carrier.Abilities
		want []repli.CarrierID
	}{
		{carrier.Abilities{}, kept},
		{carrier.Abilities{MayRepeat: true}, kept},
		{carrier.Abilities{DropsRepeats: true}, nil},
	} {
		got := sent(m, row.can, taken, noon)
		if diff := cmp.Diff(row.want, got.Taken); diff != "" {
			t.Errorf("the ids kept of a carrier with %+v (-want +got):\n%s", row.can, diff)
		}
		if len(got.Parts) != 3 {
			t.Errorf("%d parts are kept of a carrier with %+v, want 3", len(got.Parts), row.can)
		}
	}
}
