package e2e

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/twilio/twilio-go/client"
	"github.com/twilio/twilio-go/twiml"
)

// goHandler starts a handler as a customer would write it, behind twilio-go's
// RequestValidator, and returns the address of its /sms. It answers as express.js does.
func goHandler(t *testing.T, token string) string {
	t.Helper()
	validator := client.NewRequestValidator(token)
	mux := http.NewServeMux()
	mux.HandleFunc("/sms", func(w http.ResponseWriter, r *http.Request) {
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
			http.Error(w, "not signed by us", http.StatusForbidden)
			return
		}
		answer, err := twiml.Messages([]twiml.Element{&twiml.MessagingMessage{Body: r.Form.Get("Body")}})
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/xml")
		_, _ = w.Write([]byte(answer))
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL + "/sms"
}
