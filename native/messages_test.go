package native_test

import (
	"strings"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/sms"
)

// traffic is one text that the fallback answered, with an attempt and alerts.
func traffic(s *server) (in, out repli.Message) {
	at := time.Date(2026, 11, 2, 9, 0, 0, 123456000, time.UTC)
	in = repli.Message{
		SID: repli.NewSID(repli.MessagePrefix), Account: ann.SID, Direction: repli.Inbound, From: "+15557770001", To: "+15550001000",
		Body: "Is my order ready?", Segments: 1, State: repli.Pending, Created: at, Updated: at,
	}
	out = repli.Message{
		SID: repli.NewSID(repli.MessagePrefix), Account: ann.SID, Direction: repli.OutboundReply, From: "+15550001000", To: "+15557770001",
		Body: "Back soon 🍰", Segments: 1, State: repli.Queued, Created: at, Updated: at, InReplyTo: in.SID,
	}
	s.commit(repli.Change{New: []repli.Message{in}})
	failed := repli.Attempt{
		SID: repli.NewSID(repli.AttemptPrefix), Message: in.SID, Step: "primary", Try: 1, URL: "https://example.com/sms#rc=2", Method: "POST",
		Started: at, DNS: 1500 * time.Microsecond, Connect: 2 * time.Millisecond, Wait: 40 * time.Millisecond, Total: 43500 * time.Microsecond,
		RequestHeaders: repli.Header{"X-Twilio-Signature": {"abc="}}, RequestBody: "Body=Is+my+order+ready%3F",
		Status: 200, Headers: repli.Header{"Content-Type": {"text/xml"}}, Body: []byte("<response>\xff</response>"),
		ErrorCode: 12102, ErrorDetail: "The root is <response>", Line: 1, Column: 1, Verdict: repli.Next,
	}
	used := repli.Attempt{
		SID: repli.NewSID(repli.AttemptPrefix), Message: in.SID, Step: "fallback", Try: 1, URL: baseURL + "/twiml/EH1", Method: "POST",
		Started: at, Verdict: repli.Use,
	}
	alert := repli.Alert{
		SID: repli.NewSID(repli.AlertPrefix), Account: ann.SID, Code: 12102, Message: in.SID, Attempt: failed.SID, Number: "+15550001000",
		URL: "https://example.com/sms", Method: "POST", Detail: "The root is <response>", Created: at,
	}
	warning := alert
	warning.SID, warning.Code = repli.NewSID(repli.AlertPrefix), 12200
	lonely := repli.Alert{SID: repli.NewSID(repli.AlertPrefix), Account: ann.SID, Code: 11750, Created: at}
	s.commit(repli.Change{
		New:      []repli.Message{out},
		Moves:    []repli.Move{{Message: in.SID, From: repli.Pending, To: repli.Answered, AnsweredBy: repli.ByFallback, At: at}},
		Attempts: []repli.Attempt{failed, used},
		Alerts:   []repli.Alert{alert, warning, lonely},
	})
	return in, out
}

func TestAMessageSaysWhoAnsweredIt(t *testing.T) {
	s := start(t, nil)
	in, out := traffic(s)
	got := s.must(200, "GET", "/repli/v1/messages/"+string(in.SID), "")
	equal(t, "answer", any("answered"), got["answer"])
	equal(t, "answered_by", any("fallback"), got["answered_by"])
	equal(t, "date_created", any("Mon, 02 Nov 2026 09:00:00 +0000"), got["date_created"])
	reply := s.must(200, "GET", "/repli/v1/messages/"+string(out.SID), "")
	equal(t, "answer of a reply", nil, reply["answer"])
	equal(t, "answered_by of a reply", nil, reply["answered_by"])
	equal(t, "status of a reply", any("queued"), reply["status"])

	list := s.must(200, "GET", "/repli/v1/messages?limit=1", "")
	equal(t, "first page", []any{reply}, list["messages"])
	list = s.must(200, "GET", strings.TrimPrefix(list["next"].(string), baseURL), "")
	equal(t, "second page", []any{got}, list["messages"])
	equal(t, "next", nil, list["next"])
}

func TestAttemptsTellWhatHappened(t *testing.T) {
	s := start(t, nil)
	in, out := traffic(s)
	got := s.must(200, "GET", "/repli/v1/messages/"+string(in.SID)+"/attempts", "")["attempts"].([]any)
	equal(t, "the first attempt", any(map[string]any{
		"step": "primary", "try": 1.0, "url": "https://example.com/sms#rc=2", "method": "POST", "started": "2026-11-02T09:00:00.123456Z",
		"dns_ms": 1.5, "connect_ms": 2.0, "tls_ms": 0.0, "wait_ms": 40.0, "total_ms": 43.5,
		"request_headers": map[string]any{"X-Twilio-Signature": []any{"abc="}}, "request_body": "Body=Is+my+order+ready%3F",
		"status": 200.0, "headers": map[string]any{"Content-Type": []any{"text/xml"}}, "body": "<response>\uFFFD</response>",
		"error_code": 12102.0, "error_detail": "The root is <response>", "line": 1.0, "column": 1.0, "verdict": "next", "cut_bytes": 0.0,
	}), got[0])
	second := got[1].(map[string]any)
	for _, field := range []string{"status", "error_code", "line", "column"} {
		equal(t, "of an attempt without answer, "+field, nil, second[field])
	}
	equal(t, "step of the second", any("fallback"), second["step"])
	equal(t, "attempts of a reply", []any{}, s.must(200, "GET", "/repli/v1/messages/"+string(out.SID)+"/attempts", "")["attempts"])
}

func TestAlertsAreListedNewestFirst(t *testing.T) {
	s := start(t, nil)
	in, out := traffic(s)
	all := s.must(200, "GET", "/repli/v1/alerts", "")["alerts"].([]any)
	equal(t, "codes", []any{11750.0, 12200.0, 12102.0}, values(all, "error_code"))
	equal(t, "levels", []any{"error", "warning", "error"}, values(all, "log_level"))
	equal(t, "messages", []any{nil, string(in.SID), string(in.SID)}, values(all, "message_sid"))
	equal(t, "an alert", any(map[string]any{
		"sid": all[2].(map[string]any)["sid"], "error_code": 12102.0, "log_level": "error", "message_sid": string(in.SID), "number": "+15550001000",
		"url": "https://example.com/sms", "detail": "The root is <response>", "fault": nil, "created": "2026-11-02T09:00:00.123456Z",
	}), all[2])

	codes, _ := s.all("/repli/v1/alerts?limit=1&message="+string(in.SID), "alerts", "error_code")
	equal(t, "codes of the message", []any{12200.0, 12102.0}, codes)
	equal(t, "alerts of a reply", []any{}, s.must(200, "GET", "/repli/v1/alerts?message="+string(out.SID), "")["alerts"])
}

func TestAMessageThatIsNotThereIsSaidSo(t *testing.T) {
	s := start(t, nil)
	in, _ := traffic(s)
	s.as = bob
	for _, name := range []string{"SM00000000000000000000000000000000", string(in.SID), "MM" + string(in.SID[2:]), "hello", "%00"} {
		s.refuses([]refusal{
			{name, "GET", "/repli/v1/messages/" + name, "", 404, 20404, "There is no message"},
			{name + ", attempts", "GET", "/repli/v1/messages/" + name + "/attempts", "", 404, 20404, "There is no message"},
			{name + ", alerts", "GET", "/repli/v1/alerts?message=" + name, "", 404, 20404, "There is no message"},
		})
	}
	equal(t, "Bob's messages", []any{}, s.must(200, "GET", "/repli/v1/messages", "")["messages"])
	equal(t, "Bob's alerts", []any{}, s.must(200, "GET", "/repli/v1/alerts", "")["alerts"])
}

func TestAttemptsArePaged(t *testing.T) {
	s := start(t, nil)
	in, _ := traffic(s)
	list := s.must(200, "GET", "/repli/v1/messages/"+string(in.SID)+"/attempts?limit=1", "")
	first := list["attempts"].([]any)
	equal(t, "the first page", 1, len(first))
	equal(t, "its attempt", any("primary"), first[0].(map[string]any)["step"])
	list = s.must(200, "GET", strings.TrimPrefix(list["next"].(string), baseURL), "")
	second := list["attempts"].([]any)
	equal(t, "the second page", 1, len(second))
	equal(t, "its attempt", any("fallback"), second[0].(map[string]any)["step"])
	equal(t, "next", nil, list["next"])
}

func TestAMessageSaysHowItsCarrierWroteItsAddresses(t *testing.T) {
	s := start(t, nil)
	at := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	m := repli.Message{
		SID: repli.NewSID(repli.MessagePrefix), Account: ann.SID, Direction: repli.Inbound, From: "+15557770001", To: "+15550001000",
		Wires: repli.Wires{To: sms.Wire{TON: sms.TONNational, NPI: sms.NPIE164, Digits: "5550001000"}},
		State: repli.Pending, Created: at, Updated: at,
	}
	s.commit(repli.Change{New: []repli.Message{m}})
	got := s.must(200, "GET", "/repli/v1/messages/"+string(m.SID), "")
	equal(t, "wire_from, as usual", nil, got["wire_from"])
	equal(t, "wire_to", any(map[string]any{"ton": 2.0, "npi": 1.0, "digits": "5550001000"}), got["wire_to"])
}
