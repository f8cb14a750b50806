package e2e

import (
	"net/http"
	"strings"
	"testing"
)

func TestTwiliosValidatorAcceptsWhatSubscribersAreTold(t *testing.T) {
	s := dev(t)
	right, wrong := expressHandler(t, s.token), expressHandler(t, "fedcba9876543210fedcba9876543210")
	for _, path := range []string{"told", "told?tenant=7&q=caf%C3%A9", "debugger", "debugger?tenant=7"} {
		for handler, want := range map[string]bool{right: true, wrong: false} {
			to := handler + "/" + path
			if strings.HasPrefix(path, "debugger") {
				to = "debugger:" + to
			}
			var subscription struct{ SID string }
			s.call(t, http.MethodPost, "/subscriptions", map[string]any{"to": to, "events": []string{"alert"}}, &subscription)
			var test struct {
				Told  bool
				Error string
			}
			s.call(t, http.MethodPost, "/subscriptions/"+subscription.SID+"/test", nil, &test)
			if test.Told != want || (!want && !strings.Contains(test.Error, "403")) {
				t.Errorf("%s: told %t (%s), want %t", to, test.Told, test.Error, want)
			}
		}
	}
}
