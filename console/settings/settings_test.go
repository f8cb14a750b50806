package console_test

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
	"github.com/repli-sms/repli/store"
)

func TestTheTokenIsShownToWhoeverAsksAndToNobodyElse(t *testing.T) {
	visited(t, func(t *testing.T, _ *apptest.Server, b *browser) {
		page := b.opens("/console/settings")
		page.has(t, 200, string(apptest.Account), "kept for ever")
		page.lacks(t, "<code>"+apptest.Token)
		b.posts("/console/settings/token", nil).has(t, 200, "<code>"+apptest.Token)
		b.opens("/console/settings").lacks(t, "<code>"+apptest.Token)
	})
}

func TestAKeysSecretIsShownOnceAndOpensTheAPIsUntilItIsRevoked(t *testing.T) {
	visited(t, func(t *testing.T, s *apptest.Server, b *browser) {
		b.posts("/console/settings/keys", url.Values{"name": {strings.Repeat("x", 65)}}).has(t, 422, `role="alert"`, strings.Repeat("x", 65))
		made := b.posts("/console/settings/keys", url.Values{"name": {"CI <1>"}})
		made.has(t, 200, "CI &lt;1&gt;", "shown this once")
		secret := regexp.MustCompile(`<code>([0-9a-f]{32})</code>`).FindStringSubmatch(made.body)
		keys, err := s.DB.APIKeys(t.Context(), apptest.Account, store.Page{Limit: 2})
		if err != nil || len(keys) != 1 || len(secret) != 2 {
			t.Fatalf("got the keys %v, the secret %v and error %v", keys, secret, err)
		}
		b.opens("/console/settings").lacks(t, secret[1])
		b.sends("/console/settings/keys/"+string(keys[0].SID)+"/revoke", nil).has(t, 200, "is revoked", "No key yet")
		b.posts("/console/settings/keys/"+string(keys[0].SID)+"/revoke", nil).has(t, 404)
		b.posts("/console/settings/keys/nonsense/revoke", nil).has(t, 404)
	})
}

func TestSomebodyIsToldTriedAndToldNoMore(t *testing.T) {
	visited(t, func(t *testing.T, s *apptest.Server, b *browser) {
		b.opens("/console/settings").has(t, 200, "Nobody is told yet")
		for _, row := range []struct {
			shows string
			form  url.Values
		}{
			{"no address", url.Values{"to": {"sulk://<b>"}, "event": {"fallback.entered"}}},
			{"no event", url.Values{"to": {"https://customer.example/told"}}},
			{"an event there is not", url.Values{"to": {"https://customer.example/told"}, "event": {"moon.rose"}}},
		} {
			t.Logf("%s:", row.shows)
			b.posts("/console/settings/subscriptions", row.form).has(t, 422, `id="to-problem"><p class="problem" role="alert">`)
		}
		b.sends("/console/settings/subscriptions", url.Values{"to": {"https://nobody.example/told?token=secret"}, "event": {"fallback.entered", "alert"}}).
			has(t, 200, "They will be told", "https://nobody.example/told", "A number comes to its fallback; An alert is raised")
		b.opens("/console/settings").lacks(t, "secret\"", "token=secret")
		subs, err := s.DB.Subscriptions(t.Context(), apptest.Account, store.Page{Limit: 2})
		if err != nil || len(subs) != 1 {
			t.Fatalf("got %v and error %v, want one subscription", subs, err)
		}
		at := "/console/settings/subscriptions/" + string(subs[0].SID)
		b.sends(at+"/test", nil).has(t, 200, "The test did not arrive: ")
		b.sends(at+"/remove", nil).has(t, 200, "Nobody is told there any more", "Nobody is told yet")
		b.posts(at+"/remove", nil).has(t, 404)
	})
}

func TestACarrierIsPausedAndResumed(t *testing.T) {
	visited(t, func(t *testing.T, s *apptest.Server, b *browser) {
		number := s.Number("+15550002000", apptest.Says("Hello."))
		ann := s.Phone("+15557770001")
		ann.Texts(number, "Hi")
		ann.Expects("Hello.")
		b.opens("/console/carriers").has(t, 200, "simulator", "Running", "0.1 per second · 1 since the start")
		b.header.Set("Accept-Language", "fr")
		b.opens("/console/carriers").has(t, 200, "0,1 par seconde")
		b.header.Del("Accept-Language")
		b.sends("/console/carriers/simulator/pause", nil).has(t, 200, "The carrier is paused", "Resume")
		_, err := s.Phones.Send(t.Context(), carrier.Inbound{From: "+15557770001", To: number, Body: "Hi"})
		if err == nil || !strings.Contains(err.Error(), "The carrier simulator is paused") {
			t.Errorf("a text to a paused carrier: got error %v, want one that says so", err)
		}
		b.sends("/console/carriers/simulator/resume", nil).has(t, 200, "running again", "Pause")
		ann.Texts(number, "Hi")
		ann.Expects("Hello.")
		b.sends("/console/carriers/simulator/pause", nil)
		s.Twilio().Must(201, "POST", "/2010-04-01/Accounts/"+string(apptest.Account)+"/Messages.json", "From", number, "To", "+15557770001", "Body", "Still there?")
		ann.ExpectsNothing(time.Hour)
		b.sends("/console/carriers/simulator/resume", nil)
		resumed := time.Now()
		if ann.Expects("Still there?"); time.Since(resumed) > 2*time.Second {
			t.Errorf("what waited for the carrier came %v after the pause, want 2s at most", time.Since(resumed))
		}
		b.posts("/console/carriers/moon/pause", nil).has(t, 404, "There is no carrier")
	})
}

func TestCarriersAreFetchedAgainOnceMoreWhenTrafficHasCeased(t *testing.T) {
	visited(t, func(t *testing.T, s *apptest.Server, _ *browser) {
		number := s.Number("+15550002000", apptest.Says("Hello."))
		events, stop := looks(t, s.Handler, "topic=carriers")
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
	served(t, password, func(t *testing.T, s *app.Server, b *browser) {
		other := newBrowser(t, s.Handler)
		for _, one := range []*browser{b, other} {
			one.posts("/console/sign-in", url.Values{"password": {password}})
		}
		b.opens("/console/settings").has(t, 200, `name="old"`)
		const next = "another horse battery"
		b.posts("/console/settings/password", url.Values{"old": {"wrong"}, "new": {next}}).has(t, 422, `id="old-problem"><p class="problem"`)
		b.posts("/console/settings/password", url.Values{"old": {password}, "new": {"short"}}).has(t, 422, `id="new-problem"><p class="problem"`)
		b.sends("/console/settings/password", url.Values{"old": {password}, "new": {next}}).has(t, 200, "The password is changed")
		other.opens("/console/settings").has(t, 200, `type="password"`, `name="to" value="/console/settings"`)
		<-time.After(time.Hour) // so many tries have been made from here
		other.sends("/console/sign-in", url.Values{"password": {password}}).has(t, 422)
		other.sends("/console/sign-in", url.Values{"password": {next}, "to": {"/console/settings"}}).has(t, 200, `name="old"`)
	})
}

func TestNothingOfTheseIsDoneBeforeSomebodySignsIn(t *testing.T) {
	served(t, password, func(t *testing.T, _ *app.Server, b *browser) {
		for _, path := range []string{
			"/console/settings/token", "/console/settings/keys", "/console/settings/password", "/console/settings/subscriptions",
			"/console/carriers/simulator/pause", "/console/drills", "/console/drills/schedule", "/console/numbers/x/faults",
		} {
			b.posts(path, nil).has(t, 403, "Sign in first")
		}
		for _, path := range []string{"/console/drills/coverage.json", "/console/settings", "/console/debugger"} {
			b.opens(path).has(t, 200, `type="password"`)
		}
	})
}

func TestADevConsoleHasNoPasswordToChange(t *testing.T) {
	visited(t, func(t *testing.T, _ *apptest.Server, b *browser) {
		b.opens("/console/settings").lacks(t, `type="password"`)
		b.posts("/console/settings/password", url.Values{"old": {""}, "new": {"another horse battery"}}).has(t, 403)
	})
}
