package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/webhook"
)

// asks makes a request of the API and returns the status and the answer.
func asks(t *testing.T, s *apptest.Server, method, path, body string) (int, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, apptest.BaseURL+path, strings.NewReader(body))
	r.SetBasicAuth(string(apptest.Account), apptest.Token)
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	s.Handler.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// forgets forgets a phone and returns how many messages it had.
func forgets(t *testing.T, s *apptest.Server, phone string) int {
	t.Helper()
	status, body := asks(t, s, "DELETE", "/repli/v1/phones/"+phone, "")
	var receipt struct{ Deleted struct{ Messages int } }
	if err := json.Unmarshal([]byte(body), &receipt); err != nil || status != 200 || strings.Contains(body, phone[1:]) {
		t.Fatalf("got %d %s, want a receipt that does not name the phone", status, body)
	}
	return receipt.Deleted.Messages
}

// sends sends a message to a phone over Twilio's API and returns the code of the error, or 0.
func sends(t *testing.T, s *apptest.Server, from, to string) int {
	t.Helper()
	form := url.Values{"From": {from}, "To": {to}, "Body": {"News"}}
	_, body := asks(t, s, "POST", "/2010-04-01/Accounts/"+string(apptest.Account)+"/Messages.json", form.Encode())
	var refused struct{ Code int }
	if err := json.Unmarshal([]byte(body), &refused); err != nil {
		t.Fatal(err)
	}
	return refused.Code
}

func TestAForgottenPhoneThatSaidStopIsNotTextedUntilStart(t *testing.T) {
	apptest.Restarted(t, func(t *testing.T, start func() *apptest.Server) {
		s := start()
		shop := s.Number("+15550003000", apptest.Says("Hello"))
		const phone = "+15557770009"
		s.Phone(phone).Texts(shop, "STOP")
		<-time.After(time.Minute)
		if n := forgets(t, s, phone); n != 3 {
			t.Errorf("it had %d messages, want STOP, its confirmation and the handler's answer", n)
		}
		if out, err := s.DB.OptOuts(t.Context(), apptest.Account, store.OptOutPage{Limit: 9}); err != nil || len(out) > 0 {
			t.Errorf("the opt-outs name %v, error %v; want none", out, err)
		}
		if code := sends(t, s, shop, phone); code != 21610 {
			t.Errorf("a message to it got code %d, want 21610", code)
		}
		s.Stop()

		s = start()
		defer s.Stop()
		if code := sends(t, s, shop, phone); code != 21610 {
			t.Errorf("after a restart a message to it got code %d, want 21610", code)
		}
		if code := sends(t, s, shop, "+15557770010"); code != 0 {
			t.Errorf("a message to another phone got code %d", code)
		}
		s.Phone(phone).Texts(shop, "START")
		<-time.After(time.Minute)
		if code := sends(t, s, shop, phone); code != 0 {
			t.Errorf("after START a message to it got code %d", code)
		}
	})
}

func TestATextForgottenInFlightIsNeitherAnsweredNorKept(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		slow := apptest.After(20*time.Second, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Set-Cookie", "a=b")
			fmt.Fprint(w, "<Response><Message>Late</Message></Response>")
		})
		for _, row := range []struct {
			shows, number string
			after         time.Duration
		}{
			{"while its primary is asked", "+15550003001", 5 * time.Second},
			{"while its primary is late", "+15550003002", 17 * time.Second},
		} {
			shop := s.Number(row.number, slow, apptest.After(time.Hour, nil))
			phone := s.Phone("+15557770009")
			text := phone.Texts(shop, "Are you there?")
			<-time.After(row.after)
			if n := forgets(t, s, "+15557770009"); n != 1 {
				t.Errorf("%s: it had %d messages, want 1", row.shows, n)
			}
			phone = s.Phone("+15557770009")
			phone.ExpectsNothing(5 * time.Minute)
			if got := s.Attempts(text); len(got) > 0 {
				t.Errorf("%s: attempts %v were kept of a text that was forgotten", row.shows, got)
			}
			if _, body := asks(t, s, "GET", "/repli/v1/phones/+15557770009", ""); !strings.Contains(body, `"messages":[]`) {
				t.Errorf("%s: the phone still has %s", row.shows, body)
			}
		}
	})
}

func TestWhatOthersWroteLosesTheDigits(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		shop := s.Number("+15550003000", apptest.TwiML("<Response><Message>Ask +15557770009</Message></Response>"))
		text := s.Phone("+15557770008").Texts(shop, "Is +15557770009 or 15557770009 yours?")
		<-time.After(time.Minute)
		forgets(t, s, "+15557770009")
		if got, want := s.Message(text).Body, "Is +XXXXXXXXXXX or XXXXXXXXXXX yours?"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		attempts, err := s.DB.Attempts(t.Context(), text, store.Page{Limit: 100})
		if err != nil || len(attempts) != 1 || !bytes.Contains(attempts[0].Body, []byte("Ask +XXXXXXXXXXX<")) {
			t.Errorf("the attempts are %+v, error %v; want the answer without the digits", attempts, err)
		}
		for _, e := range s.Since(text) {
			if strings.Contains(e.Body, "5557770009") {
				t.Errorf("the journal has %q", e.Body)
			}
		}
	})
}

// kept says what of a message's content is there.
func kept(t *testing.T, s *apptest.Server, sid repli.SID) string {
	t.Helper()
	m := s.Message(sid)
	attempts, err := s.DB.Attempts(t.Context(), sid, store.Page{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	media, err := s.DB.MediaOf(t.Context(), sid, store.MediaFilter{}, store.Page{Limit: 9})
	if err != nil {
		t.Fatal(err)
	}
	repeats := 0
	for _, a := range attempts {
		repeats += len(a.RequestBody) + len(a.Body)
	}
	return fmt.Sprintf("%q, %d media, in attempts %v, %s", m.Body, len(media), repeats > 0, m.State)
}

func TestContentGoesEarlierThanItsMessage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	synctest.Test(t, func(t *testing.T) {
		customers := &apptest.Customers{}
		cfg := app.ServerConfig{Store: path, ContentRetention: 2 * time.Hour, Retention: 24 * time.Hour, Webhooks: webhook.Config{Transport: customers}}
		s := apptest.StartWith(t, cfg, customers)
		defer s.Stop()
		usual := s.Number("+15550003000", apptest.Says("An answer"))
		short, long := s.Number("+15550003001", apptest.Says("An answer")), s.Number("+15550003002", apptest.Says("An answer"))
		keepsContent(t, s, short, 30*time.Minute)
		keepsContent(t, s, long, repli.WithMessage)
		var texts []repli.SID
		for _, number := range []string{usual, short, long} {
			texts = append(texts, s.Phone("+15557770009").Sends(carrier.Inbound{
				To: number, Body: "A secret to " + number, Media: []carrier.Media{{ContentType: "image/png", Data: []byte("png")}},
			}))
		}
		began := time.Now()
		whole := func(number string) string {
			return fmt.Sprintf("%q, 1 media, in attempts true, answered", "A secret to "+number)
		}
		const gone = `"", 0 media, in attempts false, answered`
		for _, row := range []struct {
			after time.Duration
			want  []string
		}{
			{5 * time.Minute, []string{whole(usual), whole(short), whole(long)}},
			{62 * time.Minute, []string{whole(usual), gone, whole(long)}},
			{3*time.Hour + 2*time.Minute, []string{gone, gone, whole(long)}},
		} {
			<-time.After(time.Until(began.Add(row.after)))
			for i, want := range row.want {
				if got := kept(t, s, texts[i]); got != want {
					t.Errorf("after %v the text to number %d has %s, want %s", row.after, i, got, want)
				}
			}
		}
		m := s.Message(texts[0])
		if m.Created.After(began) || m.Updated.Sub(began).Abs() > time.Minute || m.AnsweredBy != repli.ByPrimary {
			t.Errorf("the message has become %+v; want its times and who answered", m)
		}
		journal, err := os.ReadFile(path + ".phones")
		if err != nil {
			t.Fatal(err)
		}
		for number, want := range map[string]bool{usual: false, short: false, long: true} {
			if got := bytes.Contains(journal, []byte("A secret to "+number)); got != want {
				t.Errorf("the phones' journal has the text to %s: %v, want %v", number, got, want)
			}
		}
		if left, err := s.Phones.Conversation("+15557770009", ""); err != nil || len(left) != 6 {
			t.Errorf("the phone has %d texts left, error %v; want 6, some of them empty", len(left), err)
		}
	})
}

// keepsContent has a number keep content for a time of its own.
func keepsContent(t *testing.T, s *apptest.Server, number string, keep time.Duration) {
	t.Helper()
	err := s.DB.Configure(t.Context(), func(tx *store.Tx) error {
		n, err := s.DB.NumberByAddress(t.Context(), number)
		if err != nil {
			return err
		}
		n.KeepContent = keep
		return tx.SetNumber(t.Context(), n)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnUnfinishedTextKeepsItsContent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	synctest.Test(t, func(t *testing.T) {
		s := apptest.StartWith(t, app.ServerConfig{Store: path, ContentRetention: time.Minute}, &apptest.Customers{})
		defer s.Stop()
		shop := s.Number("+15550003000", apptest.Says("An answer"))
		later := repli.Message{
			SID: repli.NewSID(repli.MessagePrefix), Account: apptest.Account, Direction: repli.OutboundAPI, From: shop, To: "+15557770009",
			Body: "See you tomorrow", State: repli.Scheduled, Created: time.Now(), Updated: time.Now(), Due: time.Now().Add(90 * time.Minute),
		}
		if err := s.DB.Commit(t.Context(), repli.Change{New: []repli.Message{later}}); err != nil {
			t.Fatal(err)
		}
		<-time.After(80 * time.Minute)
		if got := s.Message(later.SID).Body; got != later.Body {
			t.Errorf("before it is sent it says %q, want %q", got, later.Body)
		}
		<-time.After(2 * time.Hour)
		if m := s.Message(later.SID); m.Body != "" || m.Due != (time.Time{}) {
			t.Errorf("after it has ended it is %q, due %v; want nothing", m.Body, m.Due)
		}
	})
}
