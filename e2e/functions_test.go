package e2e

import (
	"net/http"
	"os/exec"
	"strconv"
	"testing"
)

// twilioFunctions has npm twilio-run serve the functions of the folder functions, and returns
// their address.
func twilioFunctions(t *testing.T) string {
	t.Helper()
	installed(t, "functions")
	port := strconv.Itoa(freePort(t))
	cmd := exec.CommandContext(t.Context(), "node_modules/.bin/twilio-run", "start", "--port", port)
	cmd.Dir = "functions"
	says(t, cmd, "/hello-messaging")
	return "http://127.0.0.1:" + port
}

func TestATwilioFunctionAnswersTexts(t *testing.T) {
	s, functions := dev(t), twilioFunctions(t)
	for _, method := range []string{http.MethodPost, http.MethodGet} {
		number, phone := s.adds(t, at(functions+"/hello-messaging", method))
		sent := s.texts(t, phone, number, "Is it & <open>?")
		if got, want := s.reads(t, phone, sent).Body, "Hello "+phone+", you wrote: Is it & <open>?"; got != want {
			t.Errorf("%s: the phone read %q, want %q", method, got, want)
		}
	}
}
