package frame_test

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
	"github.com/repli-sms/repli/console/consoletest"
)

func TestAFormThatCannotBeReadDoesNothing(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		s.Number("+15550002000", apptest.Says("Hello"))
		b.Posts("/console/numbers/+15550002000/faults", url.Values{"kind": {"status_500"}, "count": {"3"}, "unit": {"messages"}}).Has(t, 303)
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
			if got := b.Ask(r); got.Status != test.want {
				t.Errorf("%s: got %d, want %d", name, got.Status, test.want)
			}
			b.Opens("/console/bins").Has(t, 200, "fails on purpose")
		}
	})
}

func TestAStrangerSeesNothingOfTheAccount(t *testing.T) {
	consoletest.Served(t, consoletest.Password, func(t *testing.T, s *app.Server, b *consoletest.Browser) {
		ctx, end := context.WithCancel(t.Context())
		defer synctest.Wait()
		defer end()
		go s.DB.Run(ctx)
		b.Posts("/console/sign-in", url.Values{"password": {consoletest.Password}})
		b.Posts("/console/numbers", url.Values{"number": {"+15550001000"}})
		b.Posts("/console/numbers/+15550001000", url.Values{
			"seen": {b.Opens("/console/numbers/+15550001000").Seen(t)}, "name": {"Shop"}, "language": {"en"}, "answer_by": {"30"},
			"kind-0": {"webhook"}, "url-0": {"https://shop.example/sms"}, "method-0": {"POST"},
		}).Has(t, 303)
		b.Posts("/console/numbers/+15550001000/faults", url.Values{"kind": {"status_500"}, "count": {"3"}, "unit": {"messages"}}).Has(t, 303)
		b.Opens("/console/bins").Has(t, 200, "+15550001000 fails on purpose")

		stranger := consoletest.NewBrowser(t, s.Handler)
		for _, path := range []string{"/console", "/console/sign-in", "/console/live?topic=bins"} {
			stranger.Opens(path).Lacks(t, "15550001000")
		}
		stranger.Posts("/console/bins", nil).Lacks(t, "15550001000")
		stranger.Posts("/console/sign-in", url.Values{"password": {"wrong"}}).Lacks(t, "15550001000")
	})
}

func TestABrowserThatOnlyAsksForHeadersIsTreatedLikeAnyOther(t *testing.T) {
	consoletest.Served(t, consoletest.Password, func(t *testing.T, _ *app.Server, b *consoletest.Browser) {
		head := func(path string) consoletest.Shown {
			return b.Ask(httptest.NewRequestWithContext(t.Context(), http.MethodHead, path, nil))
		}
		if got := head("/console/bins"); got.Header.Get("Location") != "/console/sign-in?to=%2Fconsole%2Fbins" {
			t.Errorf("got %d %q, want the way to sign in", got.Status, got.Header.Get("Location"))
		}
		b.Posts("/console/sign-in", url.Values{"password": {consoletest.Password}})
		head("/console/bins").Has(t, 200)
		head("/console/live?topic=bins").Has(t, 200) // and it ends
	})
}

// A page that a form leads to is at the form's address, where a browser comes back to when the
// language is chosen there.
func TestNoAddressOfAFormIsADeadEnd(t *testing.T) {
	consoletest.Visited(t, func(t *testing.T, s *apptest.Server, b *consoletest.Browser) {
		n := s.Number("+15550002000", apptest.Says("Hello"))
		for path, want := range map[string]string{
			"/console/settings/token":                        "/console/settings",
			"/console/settings/keys":                         "/console/settings",
			"/console/settings/keys/SK1/revoke":              "/console/settings",
			"/console/settings/password":                     "/console/settings",
			"/console/settings/subscriptions":                "/console/settings",
			"/console/settings/subscriptions/NS1/test":       "/console/settings",
			"/console/numbers/" + n + "/faults":              "/console/numbers/" + n,
			"/console/numbers/" + n + "/faults/end":          "/console/numbers/" + n,
			"/console/numbers/" + n + "/maintenance":         "/console/numbers/" + n,
			"/console/bins/" + consoletest.Hello + "/delete": "/console/bins/" + consoletest.Hello,
			"/console/messages/SM1/resend":                   "/console/messages/SM1",
			"/console/drills/schedule":                       "/console/drills",
			"/console/carriers/simulator/pause":              "/console/carriers",
		} {
			got := b.Ask(httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
			if to := got.Header.Get("Location"); to != want {
				t.Errorf("%s leads to %d %q, want %s", path, got.Status, to, want)
			}
		}
		b.Posts("/console/settings/token", nil).Has(t, 200, apptest.Token, `name="back" value="/console/settings/token"`)
		b.Sends("/console/preferences", url.Values{"language": {"fr"}, "back": {"/console/settings/token"}}).Has(t, 200, `<html lang="fr"`, "Réglages")
	})
}
