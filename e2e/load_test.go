package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// A gate is a handler that keeps everybody waiting until it is opened, and then answers each
// text by repeating it. It counts how often it was asked about each.
type gate struct {
	url    string
	opened chan struct{}
	open   func()
	most   int // requests at a time

	mu    sync.Mutex
	now   int            // requests
	asked map[string]int // by MessageSid
}

func newGate(t *testing.T) *gate {
	t.Helper()
	g := &gate{opened: make(chan struct{}), asked: map[string]int{}}
	g.open = sync.OnceFunc(func() { close(g.opened) })
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	t.Cleanup(g.open)
	g.url = server.URL
	return g
}

// ServeHTTP answers once the gate is open.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	sid, body := r.PostFormValue("MessageSid"), r.PostFormValue("Body")
	g.mu.Lock()
	g.asked[sid]++
	g.now++
	g.most = max(g.most, g.now)
	g.mu.Unlock()
	defer func() {
		g.mu.Lock()
		g.now--
		g.mu.Unlock()
	}()
	select {
	case <-g.opened:
		w.Header().Set("Content-Type", "text/plain")
		fmt.Fprintf(w, "answer to %s", body)
	case <-r.Context().Done():
	}
}

// times returns how often the handler was asked about a text.
func (g *gate) times(sid string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.asked[sid]
}

// texts returns how many texts the handler was asked about.
func (g *gate) texts() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.asked)
}

// eventually waits until something is so.
func eventually(t *testing.T, what string, within time.Duration, is func() bool) {
	t.Helper()
	end := time.After(within)
	for again := time.Tick(20 * time.Millisecond); !is(); {
		select {
		case <-again:
		case <-end:
			t.Fatalf("not within %v: %s", within, what)
		}
	}
}

// A receipt is what the API says to a text.
type receipt struct {
	sent       message
	status     int
	code       int
	why        string
	retryAfter string
}

// tries sends a text that the server may refuse.
func (s *server) tries(client *http.Client, phone, number, body string) (r receipt, err error) {
	in, err := json.Marshal(map[string]string{"to": number, "body": body})
	if err != nil {
		return r, err
	}
	request, err := http.NewRequest(http.MethodPost, s.url+"/repli/v1/phones/"+phone+"/messages", bytes.NewReader(in))
	if err != nil {
		return r, err
	}
	request.SetBasicAuth(s.account, s.token)
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return r, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return r, err
	}
	r.status, r.retryAfter = response.StatusCode, response.Header.Get("Retry-After")
	if r.status == http.StatusCreated {
		return r, json.Unmarshal(text, &r.sent)
	}
	var refusal struct {
		Code    int
		Message string
	}
	err = json.Unmarshal(text, &refusal)
	r.code, r.why = refusal.Code, refusal.Message
	return r, err
}
