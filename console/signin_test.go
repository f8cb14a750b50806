package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli/app"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/store"
)

const password = "correct horse battery"

// served runs a test with a browser at a server that is no dev server.
func served(t *testing.T, password string, test func(t *testing.T, s *app.Server, b *browser)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s, err := app.NewServer(t.Context(), app.ServerConfig{
			Store: store.Memory, Listen: "127.0.0.1:8080", BaseURL: "https://sms.example.com",
			Account: apptest.Account, Token: apptest.Token, Password: password,
		})
		if err != nil {
			t.Fatal(err)
		}
		defer s.DB.Close()
		test(t, s, newBrowser(t, s.Handler))
	})
}

func TestWithoutAPasswordTheConsoleSaysHowOneIsSet(t *testing.T) {
	served(t, "", func(t *testing.T, _ *app.Server, b *browser) {
		b.opens("/console").has(t, 200, "repli serve --set-password", "REPLI_PASSWORD")
		b.posts("/console/sign-in", url.Values{"password": {""}}).has(t, 422, "repli serve --set-password")
	})
}

func TestNothingIsShownOrDoneBeforeSomebodySignsIn(t *testing.T) {
	served(t, password, func(t *testing.T, _ *app.Server, b *browser) {
		for _, path := range []string{"/console", "/console/", "/console/bins", "/console/bins/new", "/console/nowhere", "/console/numbers"} {
			got := b.opens(path)
			got.has(t, 200, `type="password"`)
			got.lacks(t, "Sections")
		}
		b.opens("/console/live?topic=bins").has(t, 403, "Sign in first")
		for _, path := range []string{"/console/bins", "/console/bins/check", "/console/bins/choice", "/console/bins/" + hello + "/delete"} {
			b.posts(path, url.Values{"name": {"x"}, "twiml": {"<Response/>"}}).has(t, 403, "Sign in first")
		}
	})
}

func TestWhoKnowsThePasswordComesToWhatTheyWanted(t *testing.T) {
	served(t, password, func(t *testing.T, s *app.Server, b *browser) {
		b.opens("/console/bins?x=1").has(t, 200, `name="to" value="/console/bins?x=1"`)
		b.sends("/console/sign-in", url.Values{"password": {"wrong"}}).has(t, 422, "not the password")
		got := b.posts("/console/sign-in", url.Values{"password": {password}, "to": {"/console/bins?x=1"}})
		if to := got.header.Get("Location"); got.status != http.StatusSeeOther || to != "/console/bins?x=1" {
			t.Fatalf("signing in leads to %d %s", got.status, to)
		}
		c := b.cookies["repli_session"]
		if c == nil || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode {
			t.Fatalf("the cookie is %v", c)
		}
		b.opens("/console/bins").has(t, 200, "TwiML Bins", "Sign out")
		b.sends("/console/sign-out", nil).has(t, 200, "You are signed out", `type="password"`)
		b.cookies["repli_session"] = c
		b.opens("/console/bins").has(t, 200, `type="password"`)
	})
}

func TestWhoseBrowserWouldNotKeepTheSessionIsToldWhereToSignIn(t *testing.T) {
	served(t, password, func(t *testing.T, _ *app.Server, b *browser) {
		for origin, want := range map[string]int{
			"http://192.0.2.7:8080": 422, "http://sms.example.com": 422, "https://sms.example.com": 303,
			"http://127.0.0.1:8080": 303, "http://localhost:8080": 303, "http://[::1]:8080": 303,
		} {
			b.header.Set("Origin", origin)
			got := b.posts("/console/sign-in", url.Values{"password": {password}})
			if got.status != want {
				t.Errorf("from %s: got %d, want %d", origin, got.status, want)
			}
			if want == 422 {
				got.has(t, 422, "Open https://sms.example.com/console instead")
			}
			<-time.After(time.Minute)
		}
	})
}

func TestASessionIsAnotherOneAfterSigningInAndEndsWithThePasswordOrWithTime(t *testing.T) {
	served(t, password, func(t *testing.T, s *app.Server, b *browser) {
		signIn := url.Values{"password": {password}}
		b.posts("/console/sign-in", signIn)
		first := b.cookies["repli_session"].Value
		b.posts("/console/sign-in", signIn)
		if again := b.cookies["repli_session"].Value; again == first {
			t.Error("signing in again keeps the token")
		}
		b.opens("/console/bins").has(t, 200, "Sign out")
		<-time.After(15 * 24 * time.Hour)
		b.opens("/console/bins").has(t, 200, `type="password"`)
		b.posts("/console/sign-in", signIn)
		err := s.DB.Configure(t.Context(), func(tx *store.Tx) error {
			return tx.SetConsolePassword(t.Context(), "$argon2id$another", time.Now())
		})
		if err != nil {
			t.Fatal(err)
		}
		b.opens("/console/bins").has(t, 200, `type="password"`)
	})
}

func TestWhoTriesPasswordsHasToWait(t *testing.T) {
	served(t, password, func(t *testing.T, _ *app.Server, b *browser) {
		for range 5 {
			b.posts("/console/sign-in", url.Values{"password": {"wrong"}}).has(t, 422)
		}
		b.posts("/console/sign-in", url.Values{"password": {password}}).has(t, 429, "Too many tries")
		<-time.After(16 * time.Second)
		if got := b.posts("/console/sign-in", url.Values{"password": {password}}); got.status != http.StatusSeeOther {
			t.Errorf("the status is %d after the wait, want 303", got.status)
		}
	})
}

func TestAPasswordThatIsConfiguredIsKept(t *testing.T) {
	served(t, password, func(t *testing.T, s *app.Server, _ *browser) {
		hash, err := s.DB.ConsolePassword(t.Context())
		if err != nil || !strings.HasPrefix(hash, "$argon2id$") || strings.Contains(hash, password) {
			t.Errorf("kept %q, %v", hash, err)
		}
	})
}
