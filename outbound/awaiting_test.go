package outbound

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
)

func TestAwaitingRemembersOnceAndNotForEver(t *testing.T) {
	var a awaiting
	m := repli.Message{SID: repli.NewSID(repli.MessagePrefix), State: repli.Queued, From: "+15550001000", Body: "secret"}
	a.begin(m, time.Now())
	a.end(m, carrier.Taken{}, true)
	got, ok := a.take(t.Context(), carrier.Receipt{Message: m.SID})
	if got := got.message; !ok || got.State != repli.Sent || got.From != m.From || got.Body != "" {
		t.Errorf("took %+v, %v, want the message as sent, without its text", got, ok)
	}
	if _, again := a.take(t.Context(), carrier.Receipt{Message: m.SID}); again {
		t.Error("the message is still remembered")
	}
	for range 3 * awaitingLimit {
		a.end(repli.Message{SID: repli.NewSID(repli.MessagePrefix)}, carrier.Taken{}, true)
	}
	if n := len(a.sent); n > awaitingLimit {
		t.Errorf("%d messages are remembered, want at most %d", n, awaitingLimit)
	}
}

func TestReceiptWaitsForTheCommitOfItsSubmit(t *testing.T) {
	for _, row := range []struct {
		shows   string
		after   time.Duration // when the submit ends
		sent    bool
		waits   time.Duration
		remains bool
	}{
		{"a commit in good time", 50 * time.Millisecond, true, 50 * time.Millisecond, true},
		{"a message that was not sent after all", 50 * time.Millisecond, false, 50 * time.Millisecond, false},
		{"a commit that takes too long", time.Minute, true, overtaking, false},
	} {
		t.Run(row.shows, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var a awaiting
				m := repli.Message{SID: repli.NewSID(repli.MessagePrefix)}
				a.begin(m, time.Now())
				time.AfterFunc(row.after, func() { a.end(m, carrier.Taken{}, row.sent) })
				began := time.Now()
				_, got := a.take(t.Context(), carrier.Receipt{Message: m.SID})
				if waited := time.Since(began); waited != row.waits || got != row.remains {
					t.Errorf("waited %v and took it: %v; want %v, %v", waited, got, row.waits, row.remains)
				}
				<-time.After(time.Hour)
			})
		})
	}
}
