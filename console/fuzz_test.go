package console_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/repli-sms/repli/app/apptest"
)

// FuzzRequests looks for forms and addresses that the console answers with a fault of ours.
func FuzzRequests(f *testing.F) {
	const form, sid = "application/x-www-form-urlencoded", "00000000000000000000000000000001"
	for _, seed := range []struct{ method, target, kind, body string }{
		{"GET", "/console/messages?number=%2B15550001000&phone=x&answer=silent&from=2026-01-01&page=UEFOTw", "", ""},
		{"GET", "/console/debugger?code=11200&level=error&page=PA&after=x", "", ""},
		{"GET", "/console/sign-in?to=//evil.example", "", ""},
		{"GET", "/console/phone/+15557770001/+15550001000", "", ""},
		{"GET", "/console/drills/DR" + sid + "/timeout", "", ""},
		{"POST", "/console/preferences", form, "theme=dark&language=fr&back=/console/bins%3Fx=1"},
		{"POST", "/console/bins", form, "name=a&twiml=%3CResponse%3E%7B%7B%7Ba%7D%7D%7D%3C/Response%3E&confirm=1&back=/console/numbers"},
		{"POST", "/console/bins/check", form, "twiml=%3CResponse%3E%26%3C/Response%3E"},
		{"POST", "/console/bins/EH" + sid + "/restore", form, "version=1"},
		{"POST", "/console/numbers", form, "number=%2B15550001007"},
		{"POST", "/console/numbers/+15550001000", form, "name=x&kind-0=webhook&url-0=https://shop.example/%23rc=9&method-0=GET&kind-1=bin&bin-1=EH1&answer_by=30&last_resort=%00&language=fr&more=1&slow_after=x&repeat_after=9"},
		{"POST", "/console/numbers/+15550001000/faults", form, "kind=timeout&count=1&unit=minutes"},
		{"POST", "/console/numbers/+15550001000/maintenance", form, "count=5&unit=hours&text_en=a&text_fr=b"},
		{"POST", "/console/numbers/+15550001000/rehearse", form, "body=Hi"},
		{"POST", "/console/drills/schedule", form, "every=24h0m0s&at=25:00&who=some&numbers=%2B15550001000"},
		{"POST", "/console/drills", form, "number=%2B15550001000"},
		{"POST", "/console/phone", form, "number=%2B15557770001"},
		{"POST", "/console/phone/+15557770001/+15550001000", "multipart/form-data; boundary=b",
			"--b\r\nContent-Disposition: form-data; name=\"body\"\r\n\r\nHi\r\n--b\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n--b--\r\n"},
		{"POST", "/console/phone/+15557770001/+15550001000", "multipart/form-data", "--b--"},
		{"POST", "/console/settings/keys", form, "name=k"},
		{"POST", "/console/settings/password", form, "old=a&new=b"},
		{"POST", "/console/settings/subscriptions", form, "to=https://shop.example/events&event=alert"},
	} {
		f.Add(seed.method, seed.target, seed.kind, seed.body)
	}
	ask := apptest.Asked(f)
	f.Fuzz(func(t *testing.T, method, target, kind, body string) {
		u, err := url.ParseRequestURI(target)
		if err != nil || !strings.HasPrefix(u.Path, "/console") || strings.HasPrefix(u.Path, "/console/live") { // it would wait
			return
		}
		w := ask(method, target, body, http.Header{"Content-Type": {kind}, "Sec-Fetch-Site": {"same-origin"}})
		if w != nil && w.Code >= 500 {
			t.Errorf("%s %q as %q %q is answered with %d %s", method, target, kind, body, w.Code, w.Body)
		}
	})
}
