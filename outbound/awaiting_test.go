package outbound

import (
	"testing"

	"github.com/repli-sms/repli"
)

func TestAwaitingRemembersOnceAndNotForEver(t *testing.T) {
	var a awaiting
	m := repli.Message{SID: repli.NewSID(repli.MessagePrefix), State: repli.Queued, From: "+15550001000", Body: "secret"}
	a.add(m)
	got, ok := a.take(m.SID)
	if !ok || got.State != repli.Sent || got.From != m.From || got.Body != "" {
		t.Errorf("took %+v, %v, want the message as sent, without its text", got, ok)
	}
	if _, again := a.take(m.SID); again {
		t.Error("the message is still remembered")
	}
	for range 3 * awaitingLimit {
		a.add(repli.Message{SID: repli.NewSID(repli.MessagePrefix)})
	}
	if n := len(a.sent); n > awaitingLimit {
		t.Errorf("%d messages are remembered, want at most %d", n, awaitingLimit)
	}
}
