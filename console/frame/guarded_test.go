package console_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/repli-sms/repli/app"
	"github.com/repli-sms/repli/app/apptest"
)

func TestAFormThatCannotBeReadDoesNothing(t *testing.T) {
	visited(t, func(t *testing.T, s *apptest.Server, b *browser) {
		s.Number("+15550002000", apptest.Says("Hello"))
		b.posts("/console/numbers/+15550002000/faults", url.Values{"kind": {"status_500"}, "count": {"3"}, "unit": {"messages"}}).has(t, 303)
		for name, test := range map[string]struct {
			form, typ string
			want      int
		}{
			"too large":         {"fault=x&rest=" + strings.Repeat("x", 1<<20), "application/x-www-form-urlencoded", 413},
			"too large, parted": {"--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n" + strings.Repeat("x", 1<<20), "multipart/form-data; boundary=b", 413},
			"a broken escape":   {"fault=%zz", "application/x-www-form-urlencoded", 400},
			"cut off":           {"--b\r\nContent-Dis", "multipart/form-data; boundary=b", 400},
		} {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/console/numbers/+15550002000/faults/end", strings.NewReader(test.form))
			r.Header.Set("Content-Type", test.typ)
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			if got := b.ask(r); got.status != test.want {
				t.Errorf("%s: got %d, want %d", name, got.status, test.want)
			}
			b.opens("/console/bins").has(t, 200, "fails on purpose")
		}
	})
}

func TestAStrangerSeesNothingOfTheAccount(t *testing.T) {
	served(t, password, func(t *testing.T, s *app.Server, b *browser) {
		ctx, end := context.WithCancel(t.Context())
		defer synctest.Wait()
		defer end()
		go s.DB.Run(ctx)
		b.posts("/console/sign-in", url.Values{"password": {password}})
		b.posts("/console/numbers", url.Values{"number": {"+15550001000"}})
		b.posts("/console/numbers/+15550001000", url.Values{
			"seen": {b.opens("/console/numbers/+15550001000").seen(t)}, "name": {"Shop"}, "language": {"en"}, "answer_by": {"30"},
			"kind-0": {"webhook"}, "url-0": {"https://shop.example/sms"}, "method-0": {"POST"},
		}).has(t, 303)
		b.posts("/console/numbers/+15550001000/faults", url.Values{"kind": {"status_500"}, "count": {"3"}, "unit": {"messages"}}).has(t, 303)
		b.opens("/console/bins").has(t, 200, "+15550001000 fails on purpose")

		stranger := newBrowser(t, s.Handler)
		for _, path := range []string{"/console", "/console/sign-in", "/console/live?topic=bins"} {
			stranger.opens(path).lacks(t, "15550001000")
		}
		stranger.posts("/console/bins", nil).lacks(t, "15550001000")
		stranger.posts("/console/sign-in", url.Values{"password": {"wrong"}}).lacks(t, "15550001000")
	})
}

func TestABrowserThatOnlyAsksForHeadersIsTreatedLikeAnyOther(t *testing.T) {
	served(t, password, func(t *testing.T, _ *app.Server, b *browser) {
		head := func(path string) shown {
			return b.ask(httptest.NewRequestWithContext(t.Context(), http.MethodHead, path, nil))
		}
		if got := head("/console/bins"); got.header.Get("Location") != "/console/sign-in?to=%2Fconsole%2Fbins" {
			t.Errorf("got %d %q, want the way to sign in", got.status, got.header.Get("Location"))
		}
		b.posts("/console/sign-in", url.Values{"password": {password}})
		head("/console/bins").has(t, 200)
		head("/console/live?topic=bins").has(t, 200) // and it ends
	})
}

// A page that a form leads to is at the form's address, where a browser comes back to when the
// language is chosen there.
func TestNoAddressOfAFormIsADeadEnd(t *testing.T) {
	visited(t, func(t *testing.T, s *apptest.Server, b *browser) {
		n := s.Number("+15550002000", apptest.Says("Hello"))
		for path, want := range map[string]string{
			"/console/settings/token":                  "/console/settings",
			"/console/settings/keys":                   "/console/settings",
			"/console/settings/keys/SK1/revoke":        "/console/settings",
			"/console/settings/password":               "/console/settings",
			"/console/settings/subscriptions":          "/console/settings",
			"/console/settings/subscriptions/NS1/test": "/console/settings",
			"/console/numbers/" + n + "/faults":        "/console/numbers/" + n,
			"/console/numbers/" + n + "/faults/end":    "/console/numbers/" + n,
			"/console/numbers/" + n + "/maintenance":   "/console/numbers/" + n,
			"/console/bins/" + hello + "/delete":       "/console/bins/" + hello,
			"/console/messages/SM1/resend":             "/console/messages/SM1",
			"/console/drills/schedule":                 "/console/drills",
			"/console/carriers/simulator/pause":        "/console/carriers",
		} {
			got := b.ask(httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
			if to := got.header.Get("Location"); to != want {
				t.Errorf("%s leads to %d %q, want %s", path, got.status, to, want)
			}
		}
		b.posts("/console/settings/token", nil).has(t, 200, apptest.Token, `name="back" value="/console/settings/token"`)
		b.sends("/console/preferences", url.Values{"language": {"fr"}, "back": {"/console/settings/token"}}).has(t, 200, `<html lang="fr"`, "Réglages")
	})
}
