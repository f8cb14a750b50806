package callback_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
)

// A customer is a server that listens to status callbacks.
type customer struct {
	url    string
	answer http.HandlerFunc
	slots  int // how many requests are made at a time; 0 for many

	mu   sync.Mutex
	seen []request
}

// A request is one status callback as the customer's server saw it.
type request struct {
	method, url, body string
	params            repli.Params // of the body
	status            string
	header            http.Header
	at                time.Time
}

// listens returns a customer of the server who answers each callback so.
func listens(s *apptest.Server, answer http.HandlerFunc) *customer {
	c := &customer{answer: answer}
	c.url = s.URL(c.ServeHTTP)
	return c
}

func (c *customer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	q := request{method: r.Method, url: r.URL.String(), body: string(body), header: r.Header, at: time.Now()}
	q.params = parse(q.body)
	q.status = slices.Concat(q.params, parse(r.URL.RawQuery)).Get("MessageStatus")
	c.mu.Lock()
	c.seen = append(c.seen, q)
	c.mu.Unlock()
	c.answer(w, r)
}

// parse reads parameters in form encoding.
func parse(form string) repli.Params {
	var all repli.Params
	for pair := range strings.SplitSeq(form, "&") {
		name, value, _ := strings.Cut(pair, "=")
		name, _ = url.QueryUnescape(name)
		value, _ = url.QueryUnescape(value)
		all = all.With(name, value)
	}
	return all
}

// requests returns what the customer has seen so far.
func (c *customer) requests() []request {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.seen)
}

// one returns the request that told of this status, and fails the test unless there is
// exactly one.
func (c *customer) one(t *testing.T, status string) request {
	t.Helper()
	var found []request
	for _, r := range c.requests() {
		if r.status == status {
			found = append(found, r)
		}
	}
	if len(found) != 1 {
		t.Fatalf("the customer was told of %q %d times, want once; all: %v", status, len(found), c.statuses())
	}
	return found[0]
}

// statuses returns the statuses the customer was told of so far.
func (c *customer) statuses() []string {
	var all []string
	for _, r := range c.requests() {
		all = append(all, r.status)
	}
	return all
}

func listening(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }

func failing(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) }

func hanging(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// reply answers a text with one message that has these attributes.
func reply(attributes string) apptest.Handler {
	return apptest.TwiML(`<Response><Message ` + attributes + `>We are open.</Message></Response>`)
}

// metrics returns the server's metrics of callbacks.
func metrics(s *apptest.Server) string {
	answer := httptest.NewRecorder()
	s.Handler.ServeHTTP(answer, httptest.NewRequest("GET", "/metrics", nil))
	var ours strings.Builder
	for line := range strings.Lines(answer.Body.String()) {
		if strings.HasPrefix(line, "repli_callback_") {
			ours.WriteString(line)
		}
	}
	return ours.String()
}

// after lets d pass.
func after(d time.Duration) { <-time.After(d) }
