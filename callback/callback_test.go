package callback_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const shop, ann = "+15550002000", "+15557770001"

func TestCustomersAreToldOfEachStatusButTheFirst(t *testing.T) {
	for _, row := range []struct {
		phone string
		want  []string
	}{
		{ann, []string{"sent", "delivered"}},
		{"+15005530003", []string{"sent", "undelivered"}},
		{"+15005630005", []string{"failed"}},
		{"+15005700001", []string{"sent"}},              // no receipt ever comes
		{"+15005700003", []string{"sent", "delivered"}}, // busy twice, of which nobody is told
	} {
		t.Run(row.phone, func(t *testing.T) {
			apptest.Run(t, func(t *testing.T, s *apptest.Server) {
				c := listens(s, listening)
				s.Number(shop, reply(`statusCallback="`+c.url+`"`))
				s.Phone(row.phone).Texts(shop, "Are you open?")
				after(time.Minute)
				if diff := cmp.Diff(row.want, c.statuses()); diff != "" {
					t.Error("statuses told (-want +got):", diff)
				}
			})
		})
	}
}

func TestWhatCameOfEachCallbackIsKeptButNotWhatItSaid(t *testing.T) {
	for _, row := range []struct {
		shows      string
		answer     http.HandlerFunc
		attributes string // after the callback's URL
		want       []repli.Attempt
	}{
		{"one that was taken", listening, "", []repli.Attempt{
			{Step: "callback sent", Try: 1, Status: 204, Verdict: repli.Use},
			{Step: "callback delivered", Try: 1, Status: 204, Verdict: repli.Use},
		}},
		{"one that failed", failing, "?token=1#rc=2&amp;rp=5xx", []repli.Attempt{
			{Step: "callback sent", Try: 3, Status: 500, Verdict: repli.Missed, ErrorCode: 11217},
			{Step: "callback delivered", Try: 3, Status: 500, Verdict: repli.Missed, ErrorCode: 11217},
		}},
	} {
		t.Run(row.shows, func(t *testing.T) {
			apptest.Run(t, func(t *testing.T, s *apptest.Server) {
				c := listens(s, row.answer)
				s.Number(shop, reply(`method="GET" action="`+c.url+row.attributes+`"`))
				s.Phone(ann).Texts(shop, "Are you open?")
				after(2 * time.Minute)
				told := c.requests()[0]
				got, err := s.DB.Attempts(t.Context(), repli.SID(parse(strings.ReplaceAll(told.url, "?", "&")).Get("MessageSid")), store.Page{Limit: 1000})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(row.want, got, cmpopts.IgnoreFields(repli.Attempt{}, "SID", "Message", "URL", "Method", "Started", "Total", "ErrorDetail")); diff != "" {
					t.Fatal("attempts (-want +got):", diff)
				}
				if got[0].Started.After(told.at) || told.at.Sub(got[0].Started) > time.Second {
					t.Errorf("it was told at %v, and kept as of %v", told.at, got[0].Started)
				}
				if said := fmt.Sprint(got); strings.Contains(said, ann[1:]) {
					t.Errorf("the recipient is kept: %s", said)
				}
			})
		})
	}
}

func TestAMessageOfWhichNobodyIsToldHasNoAttempts(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, reply(""))
		s.Phone(ann).Texts(shop, "Are you open?")
		after(time.Minute)
		sent, err := s.DB.Messages(t.Context(), apptest.Account, store.Page{Limit: 1})
		if err != nil || len(sent) != 1 || sent[0].IsInbound() {
			t.Fatalf("got %v, %v, want the reply", sent, err)
		}
		if got := s.Attempts(sent[0].SID); len(got) > 0 {
			t.Errorf("got %v, want none", got)
		}
	})
}

func TestCallbackIsASignedPostInTwiliosShape(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		c := listens(s, listening)
		s.Number(shop, reply(`action="`+c.url+`?order=7#rc=0"`))
		phone := s.Phone("+15005530003")
		phone.Texts(shop, "Are you open?")
		after(time.Minute)
		got := c.one(t, "undelivered")
		sid := got.params.Get("MessageSid")
		want := repli.Params{
			{Name: "SmsSid", Value: sid},
			{Name: "SmsStatus", Value: "undelivered"},
			{Name: "MessageStatus", Value: "undelivered"},
			{Name: "To", Value: "+15005530003"},
			{Name: "MessageSid", Value: sid},
			{Name: "AccountSid", Value: string(apptest.Account)},
			{Name: "From", Value: shop},
			{Name: "ApiVersion", Value: "2010-04-01"},
			{Name: "ErrorCode", Value: "30003"},
			{Name: "RawDlrDoneDate", Value: got.at.UTC().Format("0601021504")},
		}
		if diff := cmp.Diff(want, got.params); diff != "" {
			t.Error("params (-want +got):", diff)
		}
		if got.method != "POST" || got.url != c.url+"?order=7" {
			t.Errorf("the request is %s %s, want POST %s?order=7", got.method, got.url, c.url)
		}
		signature := got.header.Get("X-Twilio-Signature")
		if !repli.ValidSignature(apptest.Token, got.url, got.params, signature) {
			t.Errorf("the signature %s is not that of what came", signature)
		}
		if m := s.Message(repli.SID(sid)); m.State != repli.Undelivered || m.ErrorCode != 30003 {
			t.Errorf("the message is %s with %d, want undelivered with 30003", m.State, m.ErrorCode)
		}
	})
}

func TestCallbackByGetHasItsParametersInTheURL(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		c := listens(s, listening)
		s.Number(shop, reply(`method="GET" action="`+c.url+`?order=7"`))
		phone := s.Phone(ann)
		phone.Texts(shop, "Are you open?")
		phone.Expects("We are open.")
		after(time.Minute)
		got := c.one(t, "sent")
		if want := c.url + "?order=7&SmsSid="; got.method != "GET" || got.body != "" || !strings.HasPrefix(got.url, want) {
			t.Errorf("the request is %s %s with the body %q, want GET %s… and none", got.method, got.url, got.body, want)
		}
		signature := got.header.Get("X-Twilio-Signature")
		if !repli.ValidSignature(apptest.Token, got.url, nil, signature) {
			t.Errorf("the signature %s is not that of %s", signature, got.url)
		}
	})
}

func TestEachCallbackHasATokenOfItsOwn(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		c := listens(s, listening)
		s.Number(shop, reply(`action="`+c.url+`"`))
		s.Phone(ann).Texts(shop, "Are you open?")
		after(time.Minute)
		a, b := c.one(t, "sent").header.Get(token), c.one(t, "delivered").header.Get(token)
		if a == "" || b == "" || a == b {
			t.Errorf("the tokens are %q and %q, want two different ones", a, b)
		}
	})
}

const token = "I-Twilio-Idempotency-Token"

func TestFailingCallbackLeavesOneAlertAndIsTriedAsItsURLSays(t *testing.T) {
	for _, row := range []struct {
		overrides string
		tries     int
	}{
		{"", 1},
		{"#rc=2", 1}, // connecting is all that is tried again
		{"#rc=2&amp;rp=5xx", 3},
		{"#rc=1&amp;rp=4xx", 1},
	} {
		t.Run(row.overrides, func(t *testing.T) {
			apptest.Run(t, func(t *testing.T, s *apptest.Server) {
				c := listens(s, failing)
				s.Number(shop, reply(`action="`+c.url+row.overrides+`"`))
				s.Phone("+15005700001").Texts(shop, "Are you open?") // will be sent and no more
				after(5 * time.Minute)
				if got := len(c.requests()); got != row.tries {
					t.Errorf("the customer was asked %d times, want %d", got, row.tries)
				}
				if diff := cmp.Diff([]int{11217}, s.Alerts()); diff != "" {
					t.Error("alerts (-want +got):", diff)
				}
				if want := `repli_callback_requests_total{code="11217"} 1`; !strings.Contains(metrics(s), want+"\n") {
					t.Errorf("the metrics lack %q: %s", want, metrics(s))
				}
			})
		})
	}
}

func TestAlertOfAFailingCallbackSaysWhatAndWhere(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		c := listens(s, failing)
		withUser := strings.Replace(c.url, "https://", "https://me:secret@", 1)
		s.Number(shop, reply(`action="`+withUser+`#rc=0"`))
		s.Phone("+15005700001").Texts(shop, "Are you open?")
		after(time.Minute)
		alerts, err := s.DB.Alerts(t.Context(), apptest.Account, store.AlertFilter{}, store.Page{Limit: 10})
		if err != nil || len(alerts) != 1 {
			t.Fatalf("alerts %v, %v, want one", alerts, err)
		}
		a := alerts[0]
		if a.URL != c.url || a.Method != "POST" || a.Number != shop || string(a.Message) != c.one(t, "sent").params.Get("MessageSid") {
			t.Errorf("the alert is %+v, want POST %s for the message sent from %s", a, c.url, shop)
		}
		if want := `Status callback for "sent": `; !strings.HasPrefix(a.Detail, want) {
			t.Errorf("the alert says %q, want %q…", a.Detail, want)
		}
	})
}

func TestCustomerWhoHangsDelaysNobodyElse(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		stuck, quick := listens(s, hanging), listens(s, listening)
		s.Number(shop, reply(`action="`+stuck.url+`"`))
		s.Number("+15550003000", reply(`action="`+quick.url+`"`))
		for i := range 100 {
			s.Phone(fmt.Sprintf("+155577711%02d", i)).Texts(shop, "Are you open?")
		}
		sent := time.Now()
		s.Phone("+15557770002").Texts("+15550003000", "And you?")
		after(time.Minute)
		for _, status := range []string{"sent", "delivered"} {
			if took := quick.one(t, status).at.Sub(sent); took > 100*time.Millisecond {
				t.Errorf("%s was told after %v, want it told at once", status, took)
			}
		}
		if got := len(s.Alerts()); got != 200 || s.Alerts()[0] != 11205 {
			t.Errorf("%d alerts, the first %d, want 200 of 11205", got, s.Alerts()[0])
		}
	})
}
