package e2e

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/twilio/twilio-go/client"
	"github.com/twilio/twilio-go/twiml"
)

// goHandler starts a handler as a customer would write it, behind twilio-go's
// RequestValidator, and returns its address. It does what express.js does.
func goHandler(t *testing.T, token string) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/sms", func(w http.ResponseWriter, r *http.Request) {
		message := twiml.MessagingMessage{Body: "[" + r.Form.Get("Body") + "]", Action: "/status", Method: r.Method}
		answer, err := twiml.Messages([]twiml.Element{&message})
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/xml")
		_, _ = w.Write([]byte(answer))
	})
	mux.HandleFunc("/status", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	server := httptest.NewServer(validated(token, mux))
	t.Cleanup(server.Close)
	return server.URL
}

// validated refuses (403) what twilio-go's RequestValidator refuses.
func validated(token string, next http.Handler) http.Handler {
	validator := client.NewRequestValidator(token)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		posted := make(map[string]string)
		for name := range r.PostForm {
			posted[name] = r.PostForm.Get(name)
		}
		url := "http://" + r.Host + r.URL.RequestURI()
		if !validator.Validate(url, posted, r.Header.Get("X-Twilio-Signature")) {
			http.Error(w, "not signed by Twilio", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}
