package rest_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/store"
)

const (
	shop = "+15550002000"
	ann  = "+15557770001"
)

// send is what every message needs, and then what else is given.
func send(more ...string) []string {
	return append([]string{"To", ann, "From", shop, "Body", "Hello"}, more...)
}

// says returns a text of an answer.
func says(t *testing.T, body map[string]any, name string) string {
	t.Helper()
	s, ok := body[name].(string)
	if !ok {
		t.Fatalf("%s is %v, want a text, in %v", name, body[name], body)
	}
	return s
}

// tx changes the configuration of a server.
func tx(t *testing.T, s *apptest.Server, do func(*store.Tx) error) {
	t.Helper()
	if err := s.DB.Configure(t.Context(), do); err != nil {
		t.Fatal(err)
	}
}

// A listener is a customer who is told how messages are doing.
type listener struct {
	mu   sync.Mutex
	told []string // status and sender
}

func (l *listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.told = append(l.told, strings.TrimSpace(r.PostFormValue("MessageStatus")+" "+r.PostFormValue("From")))
	w.WriteHeader(http.StatusNoContent)
}

func (l *listener) heard() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.told...)
}

// after lets d pass.
func after(d time.Duration) { <-time.After(d) }

func TestAMessageIsSentAndFollowed(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop)
		var l listener
		p := s.Twilio()
		m := p.Must(201, "POST", "/Messages.json", "To", "(555) 777-0001", "From", shop, "Body", "“Hi”", "SmartEncoded", "true",
			"StatusCallback", s.URL(l.ServeHTTP))
		sid := says(t, m, "sid")
		for name, want := range map[string]any{
			"status": "queued", "direction": "outbound-api", "from": shop, "to": ann, "body": `"Hi"`, "num_segments": "1",
			"num_media": "0", "date_sent": nil, "messaging_service_sid": nil, "error_code": nil,
		} {
			if diff := cmp.Diff(want, m[name]); diff != "" {
				t.Errorf("%s (-want +got): %s", name, diff)
			}
		}
		s.Phone(ann).Expects(`"Hi"`)
		after(time.Minute)
		got := p.Must(200, "GET", "/Messages/"+sid+".json")
		if got["status"] != "delivered" || got["date_sent"] == nil {
			t.Errorf("afterwards it is %v, sent %v, want delivered and a time", got["status"], got["date_sent"])
		}
		if diff := cmp.Diff([]string{"sent " + shop, "delivered " + shop}, l.heard()); diff != "" {
			t.Error("the customer is told (-want +got):", diff)
		}
	})
}

func TestAMessageThatCannotBeSentIsRefusedWithItsCode(t *testing.T) {
	const service = "MG00000000000000000000000000000001"
	long := strings.Repeat("x", 1601)
	for _, row := range []struct {
		name       string
		status     int
		code       int
		says       string // part of the sentence
		parameters []string
	}{
		{"nobody to send it to", 400, 21604, "To", []string{"From", shop, "Body", "Hello"}},
		{"nobody to send it", 400, 21603, "From", []string{"To", ann, "Body", "Hello"}},
		{"nothing that smart encoding leaves", 400, 21602, "Body", []string{"To", ann, "From", shop, "Body", "\u200b", "SmartEncoded", "true"}},
		{"nothing to say", 400, 21602, "Body", []string{"To", ann, "From", shop}},
		{"a receiver who is no number", 400, 21211, "nobody", []string{"To", "nobody", "From", shop, "Body", "Hello"}},
		{"a receiver on another channel", 400, 21211, "whatsapp:+1", []string{"To", "whatsapp:+15557770001", "From", shop, "Body", "Hello"}},
		{"a receiver who is the sender", 400, 21211, shop, []string{"To", shop, "From", shop, "Body", "Hello"}},
		{"a sender who is no number", 400, 21212, "not!", []string{"To", ann, "From", "not!", "Body", "Hello"}},
		{"a sender on another channel", 400, 21212, "rcs:shop", []string{"To", ann, "From", "rcs:shop", "Body", "Hello"}},
		{"a number nobody has", 400, 21659, "+15550009999", []string{"To", ann, "From", "+15550009999", "Body", "Hello"}},
		{"a short code nobody has", 400, 21659, "12345", []string{"To", ann, "From", "12345", "Body", "Hello"}},
		{"another account's number", 400, 21660, "+15550003000", []string{"To", ann, "From", "+15550003000", "Body", "Hello"}},
		{"a long text", 400, 21617, "1601", []string{"To", ann, "From", shop, "Body", long}},
		{"a bad picture", 400, 21620, "ftp://", send("MediaUrl", "ftp://shop.example/a.png")},
		{"eleven pictures", 400, 21623, "11", send(strings.Split(strings.Repeat("MediaUrl https://shop.example/a.png ", 11), " ")[:22]...)},
		{"a template", 400, 21655, "HX1", send("ContentSid", "HX1")},
		{"a template's variables", 400, 21654, "ContentSid", send("ContentVariables", "{}")},
		{"a callback that cannot be made", 400, 21609, `"x"`, send("StatusCallback", "https://shop.example/#rc=x")},
		{"a bad callback", 400, 21609, "my_shop", send("StatusCallback", "https://my_shop.example/")},
		{"no application's SID", 400, 21218, "AP1", send("ApplicationSid", "AP1")},
		{"no application", 400, 21218, "AP0", send("ApplicationSid", "AP00000000000000000000000000000001")},
		{"no time to wait", 400, 21624, "0", send("ValidityPeriod", "0")},
		{"too long to wait", 400, 21624, "36001", send("ValidityPeriod", "36001")},
		{"a wait that is no number", 400, 21624, "soon", send("ValidityPeriod", "soon")},
		{"a bad retention of content", 400, 30029, "burn", send("ContentRetention", "burn")},
		{"a bad retention of addresses", 400, 30030, "burn", send("AddressRetention", "burn")},
		{"no service's SID", 400, 21705, "MG1", []string{"To", ann, "MessagingServiceSid", "MG1", "Body", "Hello"}},
		{"no service's SID as a sender", 400, 21705, "MG00", []string{"To", ann, "From", "MG0000000000", "Body", "Hello"}},
		{"no service", 404, 21701, service, []string{"To", ann, "MessagingServiceSid", service, "Body", "Hello"}},
		{"a time without a type", 400, 20422, "ScheduleType", send("SendAt", "2000-01-02T00:00:00Z")},
		{"another type", 400, 20422, "weekly", send("ScheduleType", "weekly")},
		{"a type without a time", 400, 35111, "SendAt", send("ScheduleType", "fixed")},
		{"a time without a service", 400, 35118, "MessagingServiceSid", send("ScheduleType", "fixed", "SendAt", "2000-01-02T00:00:00Z")},
		{"a time that is none", 400, 35114, "noon", send("ScheduleType", "fixed", "SendAt", "noon")},
		{"a phone that said STOP", 400, 21610, "+15557770009", []string{"To", "+15557770009", "From", shop, "Body", "Hello"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			apptest.Run(t, func(t *testing.T, s *apptest.Server) {
				s.Number(shop)
				sub := s.Twilio().Must(201, "POST", "/2010-04-01/Accounts.json")
				tx(t, s, func(tx *store.Tx) error {
					return tx.AddNumber(t.Context(), repli.Number{
						SID: repli.NewSID(repli.NumberPrefix), Account: repli.SID(says(t, sub, "sid")), Address: "+15550003000", FriendlyName: "Theirs",
					})
				})
				optOut(t, s, shop, "+15557770009")
				message := s.Twilio().Refuses(row.status, row.code, "POST", "/Messages.json", row.parameters...)
				if !strings.Contains(message, row.says) {
					t.Errorf("the sentence %q does not name %q", message, row.says)
				}
				all := s.Twilio().Must(200, "GET", "/Messages.json")
				if kept := all["messages"].([]any); len(kept) > 0 {
					t.Errorf("something was kept: %v", kept)
				}
			})
		})
	}
}

// optOut has a phone say STOP to a sender.
func optOut(t *testing.T, s *apptest.Server, sender, phone string) {
	t.Helper()
	err := s.DB.Commit(t.Context(), repli.Change{OptOuts: []repli.OptOut{{Account: apptest.Account, Conversation: repli.Conversation{Sender: sender, Phone: phone}, Created: time.Now()}}})
	if err != nil {
		t.Fatal(err)
	}
}

func TestMessagesAreFoundByWhoAndWhen(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		p := s.Twilio()
		for i, m := range []struct{ to, from, body string }{{ann, shop, "010"}, {"+15557770002", shop, "020"}, {ann, "+15550002001", "011"}} {
			sent := time.Date(2000, 1, 1+i, 0, 0, 5, 500, time.UTC)
			err := s.DB.Commit(t.Context(), repli.Change{New: []repli.Message{{
				SID: repli.NewSID(repli.MessagePrefix), Account: apptest.Account, Direction: repli.OutboundAPI, State: repli.Sent,
				To: m.to, From: m.from, Body: m.body, Created: sent, Updated: sent, Sent: sent,
			}}})
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, row := range []struct {
			parameters []string
			want       []any
		}{
			{nil, []any{"011", "020", "010"}},
			{[]string{"To", ann}, []any{"011", "010"}},
			{[]string{"From", shop, "To", ann}, []any{"010"}},
			{[]string{"DateSent", "2000-01-02"}, []any{"020"}},
			{[]string{"DateSent", "2000-01-02T00:00:00Z"}, []any{"020"}},
			{[]string{"DateSent", "2000-01-02T00:00:05Z"}, []any{"020"}},
			{[]string{"DateSent", "2000-01-02T00:00:06Z"}, []any{}},
			{[]string{"DateSent<", "2000-01-02T00:00:00Z"}, []any{"010"}},
			{[]string{"DateSent<", "2000-01-02"}, []any{"020", "010"}},
			{[]string{"DateSent>", "2000-01-02"}, []any{"011", "020"}},
			{[]string{"DateSent>", "2000-01-02", "DateSent<", "2000-01-02"}, []any{"020"}},
			{[]string{"DateSent", "2000-01-02", "DateSent<", "2000-01-03"}, []any{"020"}},
			{[]string{"DateSent<", "1999-12-31"}, []any{}},
		} {
			got := []any{}
			for _, m := range p.Must(200, "GET", "/Messages.json", row.parameters...)["messages"].([]any) {
				got = append(got, m.(map[string]any)["body"])
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("%q (-want +got): %s", row.parameters, diff)
			}
		}
		p.Refuses(400, 20422, "GET", "/Messages.json", "DateSent", "yesterday")
	})
}

func TestAMessageIsRedactedAndDeleted(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop)
		p := s.Twilio()
		slow := "/Messages/" + says(t, p.Must(201, "POST", "/Messages.json", "To", "+15005700002", "From", shop, "Body", "Hello"), "sid") + ".json"
		p.Refuses(409, 20009, "POST", slow, "Body", "")
		p.Refuses(409, 20009, "DELETE", slow)
		p.Refuses(409, 30409, "POST", slow, "Status", "canceled")
		p.Refuses(400, 20422, "POST", slow, "Body", "Hello again")
		p.Refuses(400, 20422, "POST", slow, "Status", "sent")
		after(time.Minute)
		if m := p.Must(200, "POST", slow, "Body", ""); m["body"] != "" || m["status"] != "delivered" {
			t.Errorf("redacted it says %q and is %v", m["body"], m["status"])
		}
		p.Must(204, "DELETE", slow)
		for _, method := range []string{"GET", "POST", "DELETE"} {
			p.Refuses(404, 20404, method, slow)
		}
	})
}

// Of a message that is to be canceled and redacted, none is half done: one Change says both.
func TestAMessageIsCanceledAndRedactedAtOnce(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		mg := service(t, s, repli.Service{}, shop)
		p := s.Twilio()
		m := p.Must(201, "POST", "/Messages.json", "To", ann, "MessagingServiceSid", mg, "Body", "My secret",
			"ScheduleType", "fixed", "SendAt", time.Now().Add(time.Hour).Format(time.RFC3339))
		var half int
		defer s.DB.Follow(func(n store.News) {
			if c := n.Change; len(c.Moves) != len(c.Forgets) {
				half++
			}
		})()
		got := p.Must(200, "POST", "/Messages/"+says(t, m, "sid")+".json", "Status", "canceled", "Body", "")
		if got["status"] != "canceled" || got["body"] != "" || half != 0 {
			t.Errorf("it is %v and says %q, with %d half Changes; want canceled and nothing, with none", got["status"], got["body"], half)
		}
	})
}

// A handler may still be about to answer when the last resort has spoken. What it was told is not
// kept any more then.
func TestALateAnswerDoesNotBringBackWhatIsForgotten(t *testing.T) {
	for _, row := range []struct {
		shows    string
		forget   func(p apptest.Twilio, at string)
		attempts int
	}{
		{"kept", func(apptest.Twilio, string) {}, 2},
		{"redacted", func(p apptest.Twilio, at string) { p.Must(200, "POST", at, "Body", "") }, 1},
		{"deleted", func(p apptest.Twilio, at string) { p.Must(204, "DELETE", at) }, 0},
	} {
		apptest.Run(t, func(t *testing.T, s *apptest.Server) {
			slow := apptest.After(10*time.Second, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) })
			s.Chain(shop, repli.Chain{LastResort: "Sorry.", AnswerBy: 5 * time.Second}, slow)
			phone := s.Phone(ann)
			sid := phone.Texts(shop, "My secret")
			phone.Expects("Sorry.")
			row.forget(s.Twilio(), "/Messages/"+string(sid)+".json")
			after(time.Minute)
			if got := s.Attempts(sid); len(got) != row.attempts {
				t.Errorf("%s: the attempts are %q, want %d", row.shows, got, row.attempts)
			}
		})
	}
}

func TestMessagesOfOthersAreNotThere(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop)
		p := s.Twilio()
		sid := says(t, p.Must(201, "POST", "/Messages.json", send()...), "sid")
		sub := p.Must(201, "POST", "/2010-04-01/Accounts.json")
		other := s.TwilioAs(says(t, sub, "sid"), says(t, sub, "auth_token"))
		after(time.Minute)
		for _, at := range []string{"GET /Messages/" + sid + ".json", "POST /Messages/" + sid + ".json", "DELETE /Messages/" + sid + ".json",
			"GET /Messages/" + sid + "/Media.json", "POST /Messages/" + sid + "/Feedback.json"} {
			method, path, _ := strings.Cut(at, " ")
			other.Refuses(404, 20404, method, path)
		}
		p.Must(200, "GET", "/Messages/"+sid+".json")
	})
}

func TestFeedbackIsKept(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop)
		p := s.Twilio()
		at := "/Messages/" + says(t, p.Must(201, "POST", "/Messages.json", send()...), "sid") + "/Feedback.json"
		first := p.Must(200, "POST", at, "Outcome", "unconfirmed")
		after(time.Minute)
		second := p.Must(200, "POST", at)
		if first["outcome"] != "unconfirmed" || second["outcome"] != "confirmed" {
			t.Errorf("outcomes %v, %v, want unconfirmed, confirmed", first["outcome"], second["outcome"])
		}
		if second["date_created"] != first["date_created"] || second["date_updated"] == first["date_updated"] {
			t.Errorf("created %v, %v, updated %v, %v, want the first creation and another update",
				first["date_created"], second["date_created"], first["date_updated"], second["date_updated"])
		}
		p.Refuses(400, 20422, "POST", at, "Outcome", "lost")
		texted := string(s.Phone(ann).Texts(shop, "Hello?"))
		p.Refuses(400, 20422, "POST", "/Messages/"+texted+"/Feedback.json")
	})
}
