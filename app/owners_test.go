package app_test

import (
	"encoding/json"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli/app/apptest"
)

// An owner calls Repli's API with an account's credentials.
type owner struct {
	t            *testing.T
	s            *apptest.Server
	user, secret string
}

func (o owner) call(status int, method, path, body string, into any) {
	o.t.Helper()
	r := httptest.NewRequestWithContext(o.t.Context(), method, "/repli/v1"+path, strings.NewReader(body))
	r.SetBasicAuth(o.user, o.secret)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	o.s.Handler.ServeHTTP(w, r)
	if w.Code != status {
		o.t.Fatalf("%s %s: got %d %s, want %d", method, path, w.Code, w.Body, status)
	}
	if into != nil {
		if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
			o.t.Fatal(err)
		}
	}
}

// conversation returns the bodies in the phone's conversation that belong to the owner.
func (o owner) conversation() (bodies []string) {
	o.t.Helper()
	var page struct{ Messages []struct{ Body string } }
	o.call(200, "GET", "/phones/+15557770001/messages", "", &page)
	for _, m := range page.Messages {
		bodies = append(bodies, m.Body)
	}
	return bodies
}

// sends texts a number from the phone.
func (o owner) sends(to, body string) {
	o.t.Helper()
	o.call(201, "POST", "/phones/+15557770001/messages", `{"to":"`+to+`","body":"`+body+`"}`, nil)
}

// has fails the test unless the conversation has these bodies.
func (o owner) has(when string, want ...string) {
	o.t.Helper()
	if diff := cmp.Diff(want, o.conversation()); diff != "" {
		o.t.Errorf("%s (-want +got):\n%s", when, diff)
	}
}

// owners returns a server's own account and a subaccount of it.
func owners(t *testing.T, s *apptest.Server) (parent, sub owner) {
	made := s.Twilio().Must(201, "POST", "/2010-04-01/Accounts.json")
	parent = owner{t, s, string(apptest.Account), apptest.Token}
	return parent, owner{t, s, made["sid"].(string), made["auth_token"].(string)}
}

func TestATextStaysWhoseItWasWhenItsNumberIsTakenBySomebodyElse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	synctest.Test(t, func(t *testing.T) {
		customers := &apptest.Customers{}
		s := apptest.Start(t, path, customers)
		parent, sub := owners(t, s)
		const number = "+15550002000"
		parent.call(201, "POST", "/numbers", `{"number":"`+number+`","last_resort":"Noted."}`, nil)
		parent.sends(number, "a secret")
		s.Phone("+15557770001").Texts(number, "another one") // of no known owner
		<-time.After(time.Second)
		synctest.Wait()
		want := parent.conversation()
		if len(want) != 4 {
			t.Fatalf("the conversation is %v, want two texts and their answers", want)
		}
		parent.call(204, "DELETE", "/numbers/"+number, "", nil)
		parent.has("after the number was deleted", want...)
		sub.has("before the subaccount has the number")
		sub.call(201, "POST", "/numbers", `{"number":"`+number+`"}`, nil)
		sub.has("when the subaccount has the number")
		sub.sends(number, "its own")
		sub.has("after a text of its own", "its own")
		parent.has("after that", want...)
		s.Stop()

		s = apptest.Start(t, path, customers)
		defer s.Stop()
		parent.s, sub.s = s, s
		sub.has("after a restart", "its own")
		parent.has("after a restart", want...)
	})
}

func TestASubaccountForgetsItsOwnTrafficAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "repli.db")
	synctest.Test(t, func(t *testing.T) {
		customers := &apptest.Customers{}
		s := apptest.Start(t, path, customers)
		parent, sub := owners(t, s)
		parent.call(201, "POST", "/numbers", `{"number":"+15550002000","last_resort":"Noted."}`, nil)
		sub.call(201, "POST", "/numbers", `{"number":"+15550003000","last_resort":"Ours."}`, nil)
		parent.sends("+15550002000", "hello parent")
		sub.sends("+15550003000", "hello sub")
		s.Phone("+15557770001").Texts("+15550002000", "STOP")
		<-time.After(time.Minute)
		synctest.Wait()
		want, count := parent.conversation(), func(o owner) int {
			var page struct{ Messages []any }
			o.call(200, "GET", "/messages", "", &page)
			return len(page.Messages)
		}
		before := count(parent)
		sub.call(204, "POST", "/reset", "", nil)
		if got := count(sub); got != 0 {
			t.Errorf("the subaccount has %d messages after its reset, want none", got)
		}
		sub.has("after its reset")
		parent.has("after the subaccount's reset", want...)
		if got := count(parent); got != before || before == 0 {
			t.Errorf("the parent has %d messages after the subaccount's reset, want %d", got, before)
		}
		sub.sends("+15550003000", "again")
		<-time.After(time.Minute)
		synctest.Wait()
		sub.has("after another text", "again", "Ours.")
		s.Stop()

		s = apptest.Start(t, path, customers)
		defer s.Stop()
		parent.s, sub.s = s, s
		sub.has("after a restart", "again", "Ours.")
		parent.has("after a restart", want...)
		parent.call(204, "POST", "/reset", "", nil)
		parent.has("after its own reset")
		sub.has("after the parent's reset, which is everybody's")
	})
}
