package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
)

// A message is the part of a message resource that the tests look at.
type message struct {
	SID        string
	Direction  string
	Body       string
	Answer     string
	AnsweredBy string `json:"answered_by"`
}

// An alert is the part of an alert that the tests look at.
type alert struct {
	Code    int    `json:"error_code"`
	Message string `json:"message_sid"`
	Detail  string
}

// A step is a step of a number's chain.
type step map[string]string

func at(url, method string) step { return step{"url": url, "method": method} }
func bin(sid string) step        { return step{"bin": sid} }

// call asks the native API for something and reads the answer into out, if it is not nil.
func (s *server) call(t *testing.T, method, path string, in, out any) {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, s.url+"/repli/v1"+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth(s.account, s.token)
	request.Header.Set("Content-Type", "application/json")
	status, text := do(t, request)
	if status >= 300 {
		t.Fatalf("%s %s: %d %s", method, path, status, text)
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal([]byte(text), out); err != nil {
		t.Fatalf("%s %s: %v in %s", method, path, err, text)
	}
}

// do makes a request and returns the status and the body of the answer.
func do(t *testing.T, request *http.Request) (status int, body string) {
	t.Helper()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

// get asks for a page of the server, and for nothing more than that.
func (s *server) get(t *testing.T, path string) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return do(t, request)
}

// adds adds a number with a chain, and returns it with a phone that has not texted yet.
func (s *server) adds(t *testing.T, chain ...step) (number, phone string) {
	t.Helper()
	s.numbers++
	number, phone = fmt.Sprintf("+1555300%04d", s.numbers), fmt.Sprintf("+1555777%04d", s.numbers)
	s.call(t, http.MethodPost, "/numbers", map[string]any{"number": number, "steps": chain}, nil)
	return number, phone
}

// addsBin adds a bin that says a text, and returns its SID.
func (s *server) addsBin(t *testing.T, text string) string {
	t.Helper()
	var bin struct{ SID string }
	s.call(t, http.MethodPost, "/bins", map[string]string{
		"friendly_name": "Backup", "twiml": "<Response><Message>" + text + "</Message></Response>",
	}, &bin)
	return bin.SID
}

// texts sends a text from a simulated phone, with media if there are any, and returns its SID.
func (s *server) texts(t *testing.T, phone, number, body string, media ...string) string {
	t.Helper()
	var sent message
	s.call(t, http.MethodPost, "/phones/"+phone+"/messages", map[string]any{"to": number, "body": body, "media_urls": media}, &sent)
	return sent.SID
}

// reads returns the next message that reaches a phone after the one it sent.
func (s *server) reads(t *testing.T, phone, sent string) message {
	t.Helper()
	var page struct{ Messages []message }
	s.call(t, http.MethodGet, "/phones/"+phone+"/messages?wait_ms=10000&after="+sent, nil, &page)
	if len(page.Messages) == 0 {
		t.Fatalf("the phone %s read nothing in 10 s", phone)
	}
	return page.Messages[0]
}

// conversation returns what a phone sent and read so far.
func (s *server) conversation(t *testing.T, phone string) []message {
	t.Helper()
	var page struct{ Messages []message }
	s.call(t, http.MethodGet, "/phones/"+phone+"/messages", nil, &page)
	return page.Messages
}

// message returns what became of a message.
func (s *server) message(t *testing.T, sid string) message {
	t.Helper()
	var m message
	s.call(t, http.MethodGet, "/messages/"+sid, nil, &m)
	return m
}

// alerts returns the alerts of a message, newest first.
func (s *server) alerts(t *testing.T, sid string) []alert {
	t.Helper()
	var page struct{ Alerts []alert }
	s.call(t, http.MethodGet, "/alerts?message="+sid, nil, &page)
	return page.Alerts
}
