package native_test

import (
	"testing"

	"github.com/repli-sms/repli"
)

func TestAPhoneIsExportedAndForgotten(t *testing.T) {
	s := start(t, nil)
	in, out := traffic(s)
	s.commit(repli.Change{
		OptOuts: []repli.OptOut{{Account: ann.SID, Conversation: in.Conversation(), Created: in.Created}},
		Events: []repli.Event{{SID: repli.NewSID(repli.EventPrefix), Account: ann.SID, Kind: repli.EnteredFallback, Number: in.To,
			Sentence: "It is on its fallback", Message: in.SID, Created: in.Created}},
		Notices: []repli.Notice{{SID: repli.NewSID(repli.NoticePrefix), Account: ann.SID, Message: out.SID, From: out.From, To: out.To,
			Callback: repli.Callback{URL: "https://example.com/status"}, Status: "sent", Created: in.Created}},
	})
	const phone = "/repli/v1/phones/+15557770001"

	before := s.must(200, "GET", phone, "")
	messages := before["messages"].([]any)
	first := messages[0].(map[string]any)
	equal(t, "how much is exported", []int{2, 2, 2, 1, 1, 1}, []int{
		len(messages), len(first["attempts"].([]any)), len(first["alerts"].([]any)),
		len(messages[1].(map[string]any)["callbacks"].([]any)), len(before["opt_outs"].([]any)), len(before["events"].([]any)),
	})
	equal(t, "the text", "Is my order ready?", first["message"].(map[string]any)["body"])

	receipt := s.must(200, "DELETE", phone, "")
	equal(t, "what was deleted", map[string]any{
		"messages": 2.0, "media": 0.0, "attempts": 2.0, "alerts": 2.0, "events": 1.0, "callbacks": 1.0,
		"cookies": 0.0, "opt_outs": 1.0, "senders": 0.0, "others": 0.0, "mentions": 0.0, "journal": 0.0,
	}, receipt["deleted"])

	after := s.must(200, "GET", phone, "")
	equal(t, "the receipt", []any{receipt}, after["forgotten"])
	for _, kind := range []string{"messages", "opt_outs", "events", "cookies", "journal"} {
		equal(t, kind+" left", []any{}, after[kind])
	}
}

func TestAPhoneThatIsNoneIsNotForgotten(t *testing.T) {
	s := start(t, nil)
	s.must(201, "POST", "/repli/v1/numbers", `{"number":"+15550001000"}`)
	for _, method := range []string{"GET", "DELETE"} {
		for name, code := range map[string]float64{"nobody": 21212, "+15550001000": 20422} {
			if got := s.must(400, method, "/repli/v1/phones/"+name, ""); got["code"] != code {
				t.Errorf("%s %s: got code %v, want %v", method, name, got["code"], code)
			}
		}
	}
}

func TestAnAccountForgetsItsOwnAlone(t *testing.T) {
	s := start(t, nil)
	traffic(s)
	s.as = bob
	receipt := s.must(200, "DELETE", "/repli/v1/phones/15557770001", "")
	equal(t, "messages that Bob forgot", 0.0, receipt["deleted"].(map[string]any)["messages"])
	s.as = ann
	if left := s.must(200, "GET", "/repli/v1/phones/15557770001", "")["messages"].([]any); len(left) != 2 {
		t.Errorf("Ann has %d messages left, want 2", len(left))
	}
}
