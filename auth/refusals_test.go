package auth_test

import (
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/repli-sms/repli/auth"
)

func TestAFloodOfWrongTokensLeavesATraceButFillsNoDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		refusals := auth.NewRefusals(slog.New(slog.NewTextHandler(&log, nil)))
		basic := auth.Basic{Accounts: accounts{}, Refusals: refusals}
		call := func(user, password string) {
			r := httptest.NewRequest("GET", "/", nil)
			r.SetBasicAuth(user, password)
			_, _ = basic.Authenticate(r)
		}
		for range 500 {
			call(string(ann), "a-wrong-secret")
			<-time.After(4 * time.Millisecond)
		}
		call(token, "in-the-wrong-field")
		call(string(ann), token)                                        // right
		call(string(sub), token)                                        // right, and suspended
		_, _ = basic.Authenticate(httptest.NewRequest("GET", "/", nil)) // asks how
		<-time.After(time.Minute)
		synctest.Wait()
		text := log.String()
		if lines := strings.Count(text, "\n"); lines < 2 || lines > 5 || !strings.Contains(text, "from=192.0.2.1:1234") ||
			!strings.Contains(text, "as="+string(ann)) || !strings.Contains(text, "times=500") {
			t.Errorf("the log does not tell of 501 tries in a few lines:\n%s", text)
		}
		for _, secret := range []string{token, "a-wrong-secret", "in-the-wrong-field"} {
			if strings.Contains(text, secret) {
				t.Errorf("the log has the secret %q:\n%s", secret, text)
			}
		}
		registry := prometheus.NewRegistry()
		registry.MustRegister(refusals)
		families, err := registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range families[0].GetMetric() {
			at, got := m.GetLabel()[0].GetValue(), m.GetCounter().GetValue()
			if want := map[string]float64{"api": 501, "console": 0}[at]; got != want {
				t.Errorf("%s at %s: got %v, want %v", families[0].GetName(), at, got, want)
			}
		}
	})
}
