package e2e

import (
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/repli-sms/repli"
)

// nginx starts Debian's nginx with nginx.conf, in which it replaces texts by others, before an
// app, and returns its address and the file with the certificate that whoever asks must trust.
func nginx(t *testing.T, app string, oldnew ...string) (address, root string) {
	t.Helper()
	own, port := selfSigned(t, net.IPv4(127, 0, 0, 1)), strconv.Itoa(freePort(t))
	conf, err := os.ReadFile("nginx.conf")
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Dir(own.certFile)
	text := strings.NewReplacer(append(oldnew, "PORT", port, "APP", app)...).Replace(string(conf))
	if err := os.WriteFile(filepath.Join(folder, "nginx.conf"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	says(t, exec.CommandContext(t.Context(), "nginx", "-e", "stderr", "-p", folder, "-c", filepath.Join(folder, "nginx.conf")), "event method")
	return "https://127.0.0.1:" + port, own.certFile
}

func TestAnAppBehindNginxThatEndsTLSAnswersTexts(t *testing.T) {
	for _, row := range []struct {
		shows, token, without, want string
		code                        int // of the alert, if there is one
	}{
		{shows: "an app that checks signatures", token: devToken, want: "[hello]"},
		{shows: "another token", token: "fedcba9876543210fedcba9876543210", want: "Back soon.", code: 11217},
		{shows: "an app that is not told of TLS", token: devToken, without: "proxy_set_header X-Forwarded-Proto $scheme;", want: "Back soon.", code: 11217},
	} {
		t.Run(row.shows, func(t *testing.T) {
			address, root := nginx(t, expressHandler(t, row.token), row.without, "")
			s := devTrusting(t, root)
			number, phone := s.adds(t, at(address+"/sms?tenant=7", "POST"), bin(s.addsBin(t, "Back soon.")))
			sent := s.texts(t, phone, number, "hello")
			if got := s.reads(t, phone, sent).Body; got != row.want {
				t.Errorf("the phone read %q, want %q", got, row.want)
			}
			var code int
			if alerts := s.alerts(t, sent); len(alerts) == 1 {
				code = alerts[0].Code
			}
			if code != row.code {
				t.Errorf("got alerts %+v, want one of code %d, or none", s.alerts(t, sent), row.code)
			}
		})
	}
}

func TestAnAppBehindNginxRefusesAWrongSignature(t *testing.T) {
	address, root := nginx(t, expressHandler(t, devToken))
	client := trusting(t, root)
	for _, row := range []struct {
		shows, signature string
		status           int
	}{
		{"that of the URL as the world sees it", repli.Signature(devToken, address+"/sms?Body=hello", nil), http.StatusOK},
		{"that of the URL as the app is asked", repli.Signature(devToken, strings.Replace(address, "https", "http", 1)+"/sms?Body=hello", nil), http.StatusForbidden},
		{"that of another URL", repli.Signature(devToken, address+"/sms?Body=hallo", nil), http.StatusForbidden},
		{"none", "", http.StatusBadRequest},
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"/sms?Body=hello", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Twilio-Signature", row.signature)
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != row.status {
			t.Errorf("%s: got %s, want %d", row.shows, response.Status, row.status)
		}
	}
}

func TestTheFallbackAnswersWhenTheCertificateOfNginxIsNotTrusted(t *testing.T) {
	address, _ := nginx(t, expressHandler(t, devToken))
	s := dev(t)
	number, phone := s.adds(t, at(address+"/sms", "POST"), bin(s.addsBin(t, "Back soon.")))
	sent := s.texts(t, phone, number, "hello")
	if got := s.reads(t, phone, sent).Body; got != "Back soon." {
		t.Errorf("the phone read %q, want the fallback's answer", got)
	}
	if alerts := s.alerts(t, sent); len(alerts) != 1 || alerts[0].Code != 11237 {
		t.Errorf("got alerts %+v, want one of code 11237", alerts)
	}
}
