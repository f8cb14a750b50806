package outbound

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
)

func TestOnlyWhatFailedAndStillSaysSomethingIsSentAgain(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	m := repli.Message{
		SID: repli.NewSID(repli.MMSPrefix), Account: repli.NewSID(repli.AccountPrefix), Direction: repli.OutboundReply,
		From: "+15550001000", To: "+15557770001", Body: "Hello", Segments: 1, State: repli.Failed, ErrorCode: 30008, Tries: 3,
		Media:     []repli.Attachment{{SID: repli.NewSecretSID(repli.MediaPrefix), URL: "https://example.com/cake.png", ContentType: "image/png"}},
		InReplyTo: repli.NewSID(repli.MessagePrefix), Callback: repli.Callback{URL: "https://example.com/status", Method: "POST"},
		Created: now.Add(-time.Hour), Updated: now.Add(-time.Hour),
	}
	got, err := resent(m, now)
	if err != nil {
		t.Fatal(err)
	}
	want := m
	want.Direction, want.State, want.ErrorCode, want.Tries, want.InReplyTo = repli.OutboundAPI, repli.Queued, 0, 0, ""
	want.Media = []repli.Attachment{{URL: "https://example.com/cake.png", ContentType: "image/png"}}
	want.SID, want.Created, want.Updated, want.Due = got.SID, now, now, now
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("what is sent again (-want +got):", diff)
	}
	if got.SID == m.SID || got.SID.Prefix() != repli.MMSPrefix {
		t.Errorf("its name is %s, want another one than %s of the same kind", got.SID, m.SID)
	}
	for _, row := range []struct {
		shows  string
		change func(*repli.Message)
		code   int
	}{
		{"delivered", func(m *repli.Message) { m.State = repli.Delivered }, 20409},
		{"on its way", func(m *repli.Message) { m.State = repli.Queued }, 20409},
		{"from a phone", func(m *repli.Message) { m.Direction, m.State = repli.Inbound, repli.Answered }, 20409},
		{"redacted", func(m *repli.Message) { m.Body, m.Media = "", nil }, 20422},
		{"nobody's", func(m *repli.Message) { m.From = "" }, 20422},
	} {
		refused := m
		row.change(&refused)
		if _, err := resent(refused, now); repli.CodeOf(err) != row.code {
			t.Errorf("%s: got %v, want error %d", row.shows, err, row.code)
		}
	}
}
