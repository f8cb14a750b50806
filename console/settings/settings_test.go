package settings_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli/app"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/console/consoletest"
	"github.com/repli-sms/repli/store"
)

func TestTheTokenIsShownToWhoeverAsksAndToNobodyElse(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, _ *apptest.Server, b *consoletest.Browser) {
		page := b.Opens("/console/settings")
		page.Has(t, 200, string(apptest.Account), "kept forever")
		page.Lacks(t, "<code>"+apptest.Token)
		b.Posts("/console/settings/token", nil).Has(t, 200, "<code>"+apptest.Token)
		b.Opens("/console/settings").Lacks(t, "<code>"+apptest.Token)
	})
}

func TestAKeysSecretIsShownOnceAndOpensTheAPIsUntilItIsRevoked(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		b.Posts("/console/settings/keys", url.Values{"name": {strings.Repeat("x", 65)}}).Has(t, 422, `role="alert"`, strings.Repeat("x", 65))
		made := b.Posts("/console/settings/keys", url.Values{"name": {"CI <1>"}})
		made.Has(t, 200, "CI &lt;1&gt;", "shown only once")
		secret := regexp.MustCompile(`<code>([0-9a-f]{32})</code>`).FindStringSubmatch(made.Body)
		keys, err := s.DB.APIKeys(t.Context(), apptest.Account, store.Page{Limit: 2})
		if err != nil || len(keys) != 1 || len(secret) != 2 {
			t.Fatalf("got the keys %v, the secret %v and error %v", keys, secret, err)
		}
		b.Opens("/console/settings").Lacks(t, secret[1])
		b.Sends("/console/settings/keys/"+string(keys[0].SID)+"/revoke", nil).Has(t, 200, "was revoked", "No keys yet")
		b.Posts("/console/settings/keys/"+string(keys[0].SID)+"/revoke", nil).Has(t, 404)
		b.Posts("/console/settings/keys/nonsense/revoke", nil).Has(t, 404)
	})
}

func TestSomebodyIsToldTriedAndToldNoMore(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		b.Opens("/console/settings").Has(t, 200, "No notifications yet")
		for _, row := range []struct {
			shows string
			form  url.Values
		}{
			{"no address", url.Values{"to": {"sulk://<b>"}, "event": {"fallback.entered"}}},
			{"no event", url.Values{"to": {"https://customer.example/told"}}},
			{"an event there is not", url.Values{"to": {"https://customer.example/told"}, "event": {"moon.rose"}}},
		} {
			t.Logf("%s:", row.shows)
			b.Posts("/console/settings/subscriptions", row.form).Has(t, 422, `id="to-problem"><p class="problem" role="alert">`)
		}
		b.Sends("/console/settings/subscriptions", url.Values{"to": {"https://nobody.example/told?token=secret"}, "event": {"fallback.entered", "alert"}}).
			Has(t, 200, "Notification added", "https://nobody.example/told", "A number switches to its fallback; An alert is raised")
		b.Opens("/console/settings").Lacks(t, "secret\"", "token=secret")
		subs, err := s.DB.Subscriptions(t.Context(), apptest.Account, store.Page{Limit: 2})
		if err != nil || len(subs) != 1 {
			t.Fatalf("got %v and error %v, want one subscription", subs, err)
		}
		at := "/console/settings/subscriptions/" + string(subs[0].SID)
		b.Sends(at+"/test", nil).Has(t, 200, "The test notification failed: ")
		b.Sends(at+"/remove", nil).Has(t, 200, "Notification removed", "No notifications yet")
		b.Posts(at+"/remove", nil).Has(t, 404)
	})
}

func TestACarrierIsPausedAndResumed(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		number := s.Number("+15550002000", apptest.Says("Hello."))
		ann := s.Phone("+15557770001")
		ann.Texts(number, "Hi")
		ann.Expects("Hello.")
		b.Opens("/console/carriers").Has(t, 200, "simulator", "Running", "0.1 per second · 1 since the start")
		b.Header.Set("Accept-Language", "fr")
		b.Opens("/console/carriers").Has(t, 200, "0,1 par seconde")
		b.Header.Del("Accept-Language")
		b.Sends("/console/carriers/simulator/pause", nil).Has(t, 200, "The carrier is paused", "Resume")
		_, err := s.Phones.Send(t.Context(), carrier.Inbound{From: "+15557770001", To: number, Body: "Hi"})
		if err == nil || !strings.Contains(err.Error(), "The carrier simulator is paused") {
			t.Errorf("a text to a paused carrier: got error %v, want one that says so", err)
		}
		b.Sends("/console/carriers/simulator/resume", nil).Has(t, 200, "running again", "Pause")
		ann.Texts(number, "Hi")
		ann.Expects("Hello.")
		b.Sends("/console/carriers/simulator/pause", nil)
		s.Twilio().Must(201, "POST", "/2010-04-01/Accounts/"+string(apptest.Account)+"/Messages.json", "From", number, "To", "+15557770001", "Body", "Still there?")
		ann.ExpectsNothing(time.Hour)
		b.Sends("/console/carriers/simulator/resume", nil)
		resumed := time.Now()
		if ann.Expects("Still there?"); time.Since(resumed) > 2*time.Second {
			t.Errorf("what waited for the carrier came %v after the pause, want 2s at most", time.Since(resumed))
		}
		b.Posts("/console/carriers/moon/pause", nil).Has(t, 404, "There is no carrier")
	})
}

func TestCarriersAreFetchedAgainOnceMoreWhenTrafficHasCeased(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, _ *consoletest.Browser) {
		number := s.Number("+15550002000", apptest.Says("Hello."))
		events, stop := consoletest.Looks(t, s.Handler, "topic=carriers")
		defer stop()
		<-events
		ann := s.Phone("+15557770001")
		ann.Texts(number, "Hi")
		ann.Expects("Hello.")
		<-time.After(time.Minute)
		synctest.Wait()
		stop()
		var lines []string
		for line := range events {
			if line == "event: refresh" {
				lines = append(lines, line)
			}
		}
		if len(lines) < 2 || len(lines) > 3 {
			t.Errorf("the page was fetched %d times, want at the text, and once more at the end", len(lines))
		}
	})
}

func TestThePasswordIsChangedByWhoKnowsItAndOthersSignInAgain(t *testing.T) {
	consoletest.Served(t, consoletest.Password, func(t *testing.T, s *app.Server, b *consoletest.Browser) {
		other := consoletest.NewBrowser(t, s.Handler)
		for _, one := range []*consoletest.Browser{b, other} {
			one.Posts("/console/sign-in", url.Values{"password": {consoletest.Password}})
		}
		b.Opens("/console/settings").Has(t, 200, `name="old"`)
		const next = "another horse battery"
		b.Posts("/console/settings/password", url.Values{"old": {"wrong"}, "new": {next}}).Has(t, 422, `id="old-problem"><p class="problem"`)
		b.Posts("/console/settings/password", url.Values{"old": {consoletest.Password}, "new": {"short"}}).Has(t, 422, `id="new-problem"><p class="problem"`)
		b.Sends("/console/settings/password", url.Values{"old": {consoletest.Password}, "new": {next}}).Has(t, 200, "Password changed")
		other.Opens("/console/settings").Has(t, 200, `type="password"`, `name="to" value="/console/settings"`)
		<-time.After(time.Hour) // so many tries have been made from here
		other.Sends("/console/sign-in", url.Values{"password": {consoletest.Password}}).Has(t, 422)
		other.Sends("/console/sign-in", url.Values{"password": {next}, "to": {"/console/settings"}}).Has(t, 200, `name="old"`)
	})
}

func TestNothingOfTheseIsDoneBeforeSomebodySignsIn(t *testing.T) {
	consoletest.Served(t, consoletest.Password, func(t *testing.T, _ *app.Server, b *consoletest.Browser) {
		for _, path := range []string{
			"/console/settings/token", "/console/settings/keys", "/console/settings/password", "/console/settings/subscriptions",
			"/console/carriers/simulator/pause", "/console/drills", "/console/drills/schedule", "/console/numbers/x/faults",
		} {
			b.Posts(path, nil).Has(t, 403, "Sign in first")
		}
		for _, path := range []string{"/console/drills/coverage.json", "/console/settings", "/console/debugger"} {
			b.Opens(path).Has(t, 200, `type="password"`)
		}
	})
}

func TestADevConsoleHasNoPasswordToChange(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, _ *apptest.Server, b *consoletest.Browser) {
		b.Opens("/console/settings").Lacks(t, `type="password"`)
		b.Posts("/console/settings/password", url.Values{"old": {""}, "new": {"another horse battery"}}).Has(t, 403)
	})
}
