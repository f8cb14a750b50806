package callback

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/repli-sms/repli"
)

var (
	noon    = time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	reading = repli.Message{
		SID:       "SM0000000000000000000000000000000a",
		Account:   "AC00000000000000000000000000000001",
		Direction: repli.OutboundReply,
		From:      "+15550001000",
		To:        "+15557770001",
		Body:      "We are open.",
		State:     repli.Sent,
		Callback:  repli.Callback{URL: "https://shop.example/status", Method: "GET"},
	}
)

func TestParamsComeInTwiliosOrder(t *testing.T) {
	inService := reading
	inService.Service = "MG0000000000000000000000000000000b"
	est := time.FixedZone("EST", -5*3600)
	for _, row := range []struct {
		name string
		msg  repli.Message
		move repli.Move
		done time.Time
		want string
	}{
		{"sent", reading, repli.Move{To: repli.Sent}, time.Time{},
			"SmsSid=SM0000000000000000000000000000000a&SmsStatus=sent&MessageStatus=sent&To=%2B15557770001&MessageSid=SM0000000000000000000000000000000a&AccountSid=AC00000000000000000000000000000001&From=%2B15550001000&ApiVersion=2010-04-01"},
		{"delivered, and the network says when, which is told in UTC", reading, repli.Move{To: repli.Delivered}, noon.In(est),
			"SmsSid=SM0000000000000000000000000000000a&SmsStatus=delivered&MessageStatus=delivered&To=%2B15557770001&MessageSid=SM0000000000000000000000000000000a&AccountSid=AC00000000000000000000000000000001&From=%2B15550001000&ApiVersion=2010-04-01&RawDlrDoneDate=2611021200"},
		{"undelivered, with its code", reading, repli.Move{To: repli.Undelivered, ErrorCode: 30003}, noon,
			"SmsSid=SM0000000000000000000000000000000a&SmsStatus=undelivered&MessageStatus=undelivered&To=%2B15557770001&MessageSid=SM0000000000000000000000000000000a&AccountSid=AC00000000000000000000000000000001&From=%2B15550001000&ApiVersion=2010-04-01&ErrorCode=30003&RawDlrDoneDate=2611021200"},
		{"failed, of a messaging service", inService, repli.Move{To: repli.Failed, ErrorCode: 30036}, time.Time{},
			"SmsSid=SM0000000000000000000000000000000a&SmsStatus=failed&MessageStatus=failed&To=%2B15557770001&MessageSid=SM0000000000000000000000000000000a&AccountSid=AC00000000000000000000000000000001&From=%2B15550001000&ApiVersion=2010-04-01&MessagingServiceSid=MG0000000000000000000000000000000b&ErrorCode=30036"},
	} {
		t.Run(row.name, func(t *testing.T) {
			n, _ := Notice(row.msg, row.move, row.done)
			if diff := cmp.Diff(row.want, params(n).Encode()); diff != "" {
				t.Error("params (-want +got):", diff)
			}
		})
	}
}

func TestNoticeIsDueAtOnce(t *testing.T) {
	got, wanted := Notice(reading, repli.Move{To: repli.Undelivered, ErrorCode: 30003, At: noon}, noon.Add(-time.Second))
	want := repli.Notice{
		Account: reading.Account, Message: reading.SID, From: reading.From, To: reading.To, Callback: reading.Callback,
		Status: "undelivered", ErrorCode: 30003, Done: noon.Add(-time.Second), Created: noon, Due: noon,
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(repli.Notice{}, "SID")); diff != "" || !wanted {
		t.Errorf("wanted %v; the notice (-want +got): %s", wanted, diff)
	}
	if got.SID.Prefix() != repli.NoticePrefix {
		t.Errorf("the notice is called %s, want %s…", got.SID, repli.NoticePrefix)
	}
}

func TestNobodyIsToldWithoutAURL(t *testing.T) {
	silent := reading
	silent.Callback = repli.Callback{Method: "POST"}
	if n, wanted := Notice(silent, repli.Move{To: repli.Sent}, time.Time{}); wanted {
		t.Errorf("the notice %v is wanted, want none", n)
	}
}
