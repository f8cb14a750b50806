package apptest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
)

// A Twilio is a client of Twilio's REST API with the credentials of an account or API key.
type Twilio struct {
	s              *Server
	User, Password string
	Origin         string // the origin it sends requests to; [BaseURL] if ""
}

// An Answer is a response of the API; Body is its JSON, if it is JSON.
type Answer struct {
	Status int
	Header http.Header
	Raw    string
	Body   map[string]any
}

// Twilio returns a client with the credentials of the server's own account.
func (s *Server) Twilio() Twilio { return s.TwilioAs(string(Account), Token) }

// TwilioAs returns a client with the credentials of another account or an API key.
func (s *Server) TwilioAs(user, password string) Twilio {
	return Twilio{s: s, User: user, Password: password}
}

// Do sends a request with these parameters, names and values alternating: in the query of a GET,
// otherwise in the body. A path without a version or host is relative to the account, such as
// "/Messages.json"; an absolute URL, such as a link in an answer, is used as it is.
func (p Twilio) Do(method, path string, parameters ...string) Answer {
	p.s.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(parameters); i += 2 {
		form.Add(parameters[i], parameters[i+1])
	}
	origin := p.Origin
	if origin == "" {
		origin = BaseURL
	}
	if !strings.HasPrefix(path, "/2010-04-01") && !strings.HasPrefix(path, "/v") && !strings.HasPrefix(path, "/repli") && !strings.HasPrefix(path, "http") {
		path = "/2010-04-01/Accounts/" + p.User + path
	}
	if strings.HasPrefix(path, "/") {
		path = origin + path
	}
	body := ""
	if method == "GET" && len(form) > 0 {
		path += "?" + form.Encode()
	} else {
		body = form.Encode()
	}
	r := httptest.NewRequestWithContext(p.s.t.Context(), method, path, strings.NewReader(body))
	r.SetBasicAuth(p.User, p.Password)
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	w := httptest.NewRecorder()
	p.s.Handler.ServeHTTP(w, r)
	a := Answer{Status: w.Code, Header: w.Header(), Raw: w.Body.String()}
	if w.Header().Get("Content-Type") == "application/json" {
		if err := json.Unmarshal(w.Body.Bytes(), &a.Body); err != nil {
			p.s.t.Errorf("%s %s: %v in %s", method, path, err, a.Raw)
		}
	}
	return a
}

// Must is Do with a check of the status. It returns the body.
func (p Twilio) Must(status int, method, path string, parameters ...string) map[string]any {
	p.s.t.Helper()
	a := p.Do(method, path, parameters...)
	if a.Status != status {
		p.s.t.Fatalf("%s %s %q: got %d %s, want %d", method, path, parameters, a.Status, a.Raw, status)
	}
	return a.Body
}

// Refuses is Do with a check that the request is refused with this status and code. It returns
// the message.
func (p Twilio) Refuses(status, code int, method, path string, parameters ...string) string {
	p.s.t.Helper()
	a := p.Do(method, path, parameters...)
	if got, _ := a.Body["code"].(float64); a.Status != status || int(got) != code {
		p.s.t.Errorf("%s %s %q: got %d %s, want %d and code %d", method, path, parameters, a.Status, a.Raw, status, code)
	}
	message, _ := a.Body["message"].(string)
	return message
}
