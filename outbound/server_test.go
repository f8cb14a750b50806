package outbound_test

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/store"
)

// reply returns the newest message, which is the reply to the only text.
func reply(t *testing.T, s *apptest.Server) repli.Message {
	t.Helper()
	messages, err := s.DB.Messages(t.Context(), apptest.Account, store.Page{Limit: 1})
	if err != nil || len(messages) != 1 {
		t.Fatalf("the newest message: %v, %v", messages, err)
	}
	return messages[0]
}

// status returns what the API says about the newest message.
func status(t *testing.T, s *apptest.Server) string {
	t.Helper()
	r := httptest.NewRequest("GET", "/repli/v1/messages/"+string(reply(t, s).SID), nil)
	r.SetBasicAuth(string(apptest.Account), apptest.Token)
	answer := httptest.NewRecorder()
	s.Handler.ServeHTTP(answer, r)
	var m struct{ Status string }
	if err := json.Unmarshal(answer.Body.Bytes(), &m); err != nil {
		t.Fatalf("%v in %s", err, answer.Body)
	}
	return m.Status
}

func TestStatusesOfAMessageOnItsWay(t *testing.T) {
	for _, row := range []struct {
		phone string
		want  []string // each with the second when it was seen
	}{
		{"+15005700002", []string{"sending 0", "sending 2", "sent 4", "sent 9", "delivered 11"}},         // slow
		{"+15005700003", []string{"queued 0", "queued 2", "delivered 4", "delivered 9", "delivered 11"}}, // busy
	} {
		t.Run(row.phone, func(t *testing.T) {
			apptest.Run(t, func(t *testing.T, s *apptest.Server) {
				s.Number(shop, apptest.Says("We are open."))
				s.Phone(row.phone).Texts(shop, "Are you open?")
				began := time.Now()
				for _, want := range row.want {
					name, second, _ := strings.Cut(want, " ")
					at, err := time.ParseDuration(second + "s500ms")
					if err != nil {
						t.Fatal(err)
					}
					after(time.Until(began.Add(at)))
					if got := status(t, s); got != name {
						t.Errorf("after %v the message is %s, want %s", at, got, name)
					}
				}
			})
		})
	}
}

func TestNumbersThatFailOnDemand(t *testing.T) {
	type end struct {
		State    repli.State
		Code     int
		Tries    int
		Alerts   []int
		Received bool // the phone has the text
		Metric   string
	}
	for _, row := range []struct {
		name, phone string
		want        end
	}{
		{"every other number", ann, end{repli.Delivered, 0, 1, nil, true, `messages_total{code="0",state="delivered"} 1`}},
		{"undelivered", "+15005530003", end{repli.Undelivered, 30003, 1, []int{30003}, false, `messages_total{code="30003",state="undelivered"} 1`}},
		{"undelivered with another code", "+15005530007", end{repli.Undelivered, 30007, 1, []int{30007}, false, `messages_total{code="0",state="sent"} 1`}},
		{"failed", "+15005630005", end{repli.Failed, 30005, 1, []int{30005}, false, `messages_total{code="30005",state="failed"} 1`}},
		{"no receipt", "+15005700001", end{repli.Sent, 0, 1, nil, true, `messages_total{code="0",state="sent"} 1`}},
		{"slow", "+15005700002", end{repli.Delivered, 0, 1, nil, true, `in_hand 0`}},
		{"busy twice", "+15005700003", end{repli.Delivered, 0, 3, nil, true, `busy_total 2`}},
	} {
		t.Run(row.name, func(t *testing.T) {
			apptest.Run(t, func(t *testing.T, s *apptest.Server) {
				s.Number(shop, apptest.Says("We are open."))
				s.Phone(row.phone).Texts(shop, "Are you open?")
				after(time.Minute)
				texts, err := s.Phones.Conversation(row.phone, "")
				if err != nil {
					t.Fatal(err)
				}
				m := reply(t, s)
				got := end{m.State, m.ErrorCode, m.Tries, s.Alerts(), len(texts) == 2, row.want.Metric}
				if diff := cmp.Diff(row.want, got); diff != "" {
					t.Error("the end (-want +got):", diff)
				}
				if all := metrics(s); !strings.Contains(all, "repli_outbound_"+row.want.Metric+"\n") {
					t.Errorf("the metrics lack %q:\n%s", row.want.Metric, all)
				}
			})
		})
	}
}

func TestAlertOfALostMessageSaysWhichAndWhy(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.Says("We are open."))
		s.Phone("+15005530003").Texts(shop, "Are you open?")
		after(time.Minute)
		m := reply(t, s)
		alerts, err := s.DB.AlertsOf(t.Context(), m.SID, store.Page{Limit: 1000})
		if err != nil || len(alerts) != 1 {
			t.Fatalf("alerts %v, %v, want one", alerts, err)
		}
		if a := alerts[0]; a.Code != 30003 || a.Number != shop || a.Detail != "Handset unreachable" || a.Account != apptest.Account {
			t.Errorf("the alert is %+v, want 30003, Handset unreachable, of %s", a, shop)
		}
	})
}

func TestRepliesArriveInTheirOrder(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop, apptest.TwiML(`<Response><Message>one</Message><Message>two</Message><Message>three</Message><Message>four</Message></Response>`))
		phone := s.Phone(ann)
		phone.Texts(shop, "Count")
		for _, want := range []string{"one", "two", "three", "four"} {
			phone.Expects(want)
		}
	})
}

// metrics returns the server's metrics of outbound messages.
func metrics(s *apptest.Server) string {
	answer := httptest.NewRecorder()
	s.Handler.ServeHTTP(answer, httptest.NewRequest("GET", "/metrics", nil))
	var ours strings.Builder
	for line := range strings.Lines(answer.Body.String()) {
		if strings.HasPrefix(line, "repli_outbound_") {
			ours.WriteString(line)
		}
	}
	return ours.String()
}
