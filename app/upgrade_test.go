package app_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/handset"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/store/storetest"
	"github.com/repli-sms/repli/webhook"
)

// A tripper is a RoundTripper that calls a handler.
type tripper struct{ http.Handler }

func (t tripper) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	t.ServeHTTP(w, r)
	resp := w.Result()
	resp.Request = r
	return resp, nil
}

// TestAnEarlyStoreIsMigratedAndItsTextsAreAnswered starts a server on the store that a build of
// commit f12c196 left when it was killed.
func TestAnEarlyStoreIsMigratedAndItsTextsAreAnswered(t *testing.T) {
	path := storetest.Early(t)
	synctest.Test(t, func(t *testing.T) {
		<-time.After(time.Until(time.Date(2026, time.December, 1, 0, 0, 0, 0, time.UTC))) // the day after it was killed
		var mu sync.Mutex
		var told []string // statuses
		customer := tripper{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			if r.URL.Path == "/status" {
				told = append(told, r.FormValue("MessageStatus"))
				return
			}
			w.Header().Set("Content-Type", "text/xml")
			fmt.Fprintf(w, "<Response><Message>at last: %s</Message></Response>", r.FormValue("Body"))
		})}
		cfg := app.ServerConfig{Store: path, Retention: 30 * 24 * time.Hour, Webhooks: webhook.Config{Transport: customer}}
		s := apptest.StartWith(t, cfg, nil)
		for i := 1; i <= 4; i++ {
			phone := fmt.Sprintf("+1555777001%d", i)
			s.Phone(phone).Expects(fmt.Sprintf("at last: unfinished %d", i))
		}
		s.Phone("+15005700002").Expects("slow")
		<-time.After(time.Minute)
		mu.Lock()
		if !slices.Contains(told, "delivered") {
			t.Errorf("the callback was told %v, want also what was not told before", told)
		}
		mu.Unlock()
		all, err := s.DB.Messages(t.Context(), apptest.Account, store.Page{Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range all {
			if !m.Due.IsZero() {
				t.Errorf("%s, %q, is %v still", m.SID, m.Body, m.State)
			}
		}
		if out, err := s.DB.OptedOut(t.Context(), apptest.Account, repli.Conversation{Sender: "+15550001000", Phone: "+15557770009"}); err != nil || !out {
			t.Errorf("who has sent STOP: opted out %v, error %v; want true", out, err)
		}
		s.Stop()

		s = apptest.StartWith(t, cfg, nil) // nothing is answered twice
		defer s.Stop()
		<-time.After(time.Minute)
		for i := 1; i <= 4; i++ {
			got, err := s.Phones.Conversation(fmt.Sprintf("+1555777001%d", i), "")
			if err != nil || len(got) != 2 {
				t.Errorf("phone %d has %d messages, error %v; want its text and one answer", i, len(got), err)
			}
			phones := handset.Network{Carrier: s.Phones, DB: s.DB}
			acct, err := s.DB.Account(t.Context(), apptest.Account)
			if err != nil {
				t.Fatal(err)
			}
			if shown, err := phones.Conversation(t.Context(), acct, fmt.Sprintf("+1555777001%d", i), "", 0); err != nil || len(shown) != 2 {
				t.Errorf("phone %d shows %d messages, error %v; want its text and one answer", i, len(shown), err)
			}
		}
	})
}

// TestAResetThatWasKilledIsFinishedAtTheNextStart kills it after the store has forgotten.
func TestAResetThatWasKilledIsFinishedAtTheNextStart(t *testing.T) {
	apptest.Restarted(t, func(t *testing.T, start func() *apptest.Server) {
		s := start()
		number := s.Number("+15550002000", apptest.Bin("<Response><Message>Hi</Message></Response>"))
		phone := s.Phone("+15557770001")
		phone.Texts(number, "hello")
		phone.Expects("Hi")
		if err := s.DB.Reset(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.Kill()
		s = start()
		if got, err := s.Phones.Conversation("+15557770001", ""); err != nil || len(got) > 0 {
			t.Errorf("the phone has %d messages, error %v; want none, as the store", len(got), err)
		}
		phone = s.Phone("+15557770001")
		phone.Texts(number, "again")
		phone.Expects("Hi")
		s.Stop()
		s = start()
		defer s.Stop()
		if got, err := s.Phones.Conversation("+15557770001", ""); err != nil || len(got) != 2 {
			t.Errorf("after one more start the phone has %d messages, error %v; want what came since", len(got), err)
		}
	})
}

// TestAServerWhosePhonesJournalIsGoneIsNotReady asks /readyz, and texts.
func TestAServerWhosePhonesJournalIsGoneIsNotReady(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	synctest.Test(t, func(t *testing.T) {
		s := apptest.StartWith(t, app.ServerConfig{Store: path}, &apptest.Customers{})
		defer s.Stop()
		if err := os.Remove(path + ".phones"); err != nil {
			t.Fatal(err)
		}
		<-time.After(2 * time.Second)
		why := path + ".phones is gone"
		for _, r := range []*http.Request{
			httptest.NewRequest("GET", "/readyz", nil),
			httptest.NewRequest("POST", "/repli/v1/phones/+15557770001/messages", strings.NewReader(`{"to": "+15550001000", "body": "hello"}`)),
		} {
			r.SetBasicAuth(string(apptest.Account), apptest.Token)
			r.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			s.Handler.ServeHTTP(w, r)
			if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), why) || w.Header().Get("Retry-After") == "" {
				t.Errorf("%s: got %d %s, want 503, Retry-After and that %s", r.URL.Path, w.Code, w.Body, why)
			}
		}
	})
}
