package signin_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/repli-sms/repli/app"
	"github.com/repli-sms/repli/console/consoletest"
	"github.com/repli-sms/repli/store"
)

func TestWithoutAPasswordTheConsoleSaysHowOneIsSet(t *testing.T) {
	consoletest.Served(t, "", func(t *testing.T, _ *app.Server, b *consoletest.Browser) {
		b.Opens("/console").Has(t, 200, "repli serve --set-password", "REPLI_PASSWORD")
		b.Posts("/console/sign-in", url.Values{"password": {""}}).Has(t, 422, "repli serve --set-password")
	})
}

func TestNothingIsShownOrDoneBeforeSomebodySignsIn(t *testing.T) {
	consoletest.Served(t, consoletest.Password, func(t *testing.T, _ *app.Server, b *consoletest.Browser) {
		for _, path := range []string{"/console", "/console/", "/console/bins", "/console/bins/new", "/console/nowhere", "/console/numbers"} {
			got := b.Opens(path)
			got.Has(t, 200, `type="password"`)
			got.Lacks(t, "Sections")
		}
		b.Opens("/console/live?topic=bins").Has(t, 403, "Sign in first")
		for _, path := range []string{"/console/bins", "/console/bins/check", "/console/bins/choice", "/console/bins/" + consoletest.Hello + "/delete"} {
			b.Posts(path, url.Values{"name": {"x"}, "twiml": {"<Response/>"}}).Has(t, 403, "Sign in first")
		}
	})
}

func TestWhoKnowsThePasswordComesToWhatTheyWanted(t *testing.T) {
	consoletest.Served(t, consoletest.Password, func(t *testing.T, s *app.Server, b *consoletest.Browser) {
		b.Opens("/console/bins?x=1").Has(t, 200, `name="to" value="/console/bins?x=1"`)
		b.Sends("/console/sign-in", url.Values{"password": {"wrong"}}).Has(t, 422, "Wrong password")
		got := b.Posts("/console/sign-in", url.Values{"password": {consoletest.Password}, "to": {"/console/bins?x=1"}})
		if to := got.Header.Get("Location"); got.Status != http.StatusSeeOther || to != "/console/bins?x=1" {
			t.Fatalf("signing in leads to %d %s", got.Status, to)
		}
		c := b.Cookies["repli_session"]
		if c == nil || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode {
			t.Fatalf("the cookie is %v", c)
		}
		b.Opens("/console/bins").Has(t, 200, "TwiML Bins", "Sign out")
		b.Sends("/console/sign-out", nil).Has(t, 200, "You are signed out", `type="password"`)
		b.Cookies["repli_session"] = c
		b.Opens("/console/bins").Has(t, 200, `type="password"`)
	})
}

func TestWhoseBrowserWouldNotKeepTheSessionIsToldWhereToSignIn(t *testing.T) {
	consoletest.Served(t, consoletest.Password, func(t *testing.T, _ *app.Server, b *consoletest.Browser) {
		for origin, want := range map[string]int{
			"http://192.0.2.7:8080": 422, "http://sms.example.com": 422, "https://sms.example.com": 303,
			"http://127.0.0.1:8080": 303, "http://localhost:8080": 303, "http://[::1]:8080": 303,
		} {
			b.Header.Set("Origin", origin)
			got := b.Posts("/console/sign-in", url.Values{"password": {consoletest.Password}})
			if got.Status != want {
				t.Errorf("from %s: got %d, want %d", origin, got.Status, want)
			}
			if want == 422 {
				got.Has(t, 422, "Open https://sms.example.com/console instead")
			}
			<-time.After(time.Minute)
		}
	})
}

func TestASessionIsAnotherOneAfterSigningInAndEndsWithThePasswordOrWithTime(t *testing.T) {
	consoletest.Served(t, consoletest.Password, func(t *testing.T, s *app.Server, b *consoletest.Browser) {
		signIn := url.Values{"password": {consoletest.Password}}
		b.Posts("/console/sign-in", signIn)
		first := b.Cookies["repli_session"].Value
		b.Posts("/console/sign-in", signIn)
		if again := b.Cookies["repli_session"].Value; again == first {
			t.Error("signing in again keeps the token")
		}
		b.Opens("/console/bins").Has(t, 200, "Sign out")
		<-time.After(15 * 24 * time.Hour)
		b.Opens("/console/bins").Has(t, 200, `type="password"`)
		b.Posts("/console/sign-in", signIn)
		err := s.DB.Configure(t.Context(), func(tx *store.Tx) error {
			return tx.SetConsolePassword(t.Context(), "$argon2id$another", time.Now())
		})
		if err != nil {
			t.Fatal(err)
		}
		b.Opens("/console/bins").Has(t, 200, `type="password"`)
	})
}

func TestWhoTriesPasswordsHasToWait(t *testing.T) {
	consoletest.Served(t, consoletest.Password, func(t *testing.T, _ *app.Server, b *consoletest.Browser) {
		for range 5 {
			b.Posts("/console/sign-in", url.Values{"password": {"wrong"}}).Has(t, 422)
		}
		b.Posts("/console/sign-in", url.Values{"password": {consoletest.Password}}).Has(t, 429, "Too many attempts")
		<-time.After(16 * time.Second)
		if got := b.Posts("/console/sign-in", url.Values{"password": {consoletest.Password}}); got.Status != http.StatusSeeOther {
			t.Errorf("the status is %d after the wait, want 303", got.Status)
		}
	})
}

func TestAPasswordThatIsConfiguredIsKept(t *testing.T) {
	consoletest.Served(t, consoletest.Password, func(t *testing.T, s *app.Server, _ *consoletest.Browser) {
		hash, err := s.DB.ConsolePassword(t.Context())
		if err != nil || !strings.HasPrefix(hash, "$argon2id$") || strings.Contains(hash, consoletest.Password) {
			t.Errorf("kept %q, %v", hash, err)
		}
	})
}
