package crash

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"
)

// slowest is the customer's longest response time.
const slowest = 300 * time.Millisecond

// A customer answers texts after a random delay, and records the requests it gets. It runs in the
// test's process and outlives the servers that call it.
type customer struct {
	url string

	mu     sync.Mutex // guards the fields below
	asked  map[string]*question
	told   map[notice]*question
	traps  map[string]*trap
	wrongs []string // violations that the customer has seen
}

// A question is a request that the customer got, once or repeatedly.
type question struct {
	message, token string
	times          int
}

// A notice is one status of one message.
type notice struct{ message, status string }

// A trap calls a function at the n-th request of a path.
type trap struct {
	n      int
	spring func()
}

func newCustomer(t *testing.T) *customer {
	t.Helper()
	c := &customer{asked: map[string]*question{}, told: map[notice]*question{}, traps: map[string]*trap{}}
	mux := http.NewServeMux()
	mux.HandleFunc("/text", c.text)
	mux.HandleFunc("/status", c.status)
	mux.HandleFunc("/down", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	srv := httptest.NewServer(mux)
	t.Cleanup(func() {
		srv.CloseClientConnections()
		srv.Close()
	})
	c.url = srv.URL
	return c
}

// text answers a text after a delay. With ?tracked it requests status callbacks for its answer.
func (c *customer) text(w http.ResponseWriter, r *http.Request) {
	from, q := r.PostFormValue("From"), question{r.PostFormValue("MessageSid"), r.Header.Get("I-Twilio-Idempotency-Token"), 1}
	c.mu.Lock()
	c.note(fmt.Sprintf("the text of %s", from), c.asked[from], &q)
	c.asked[from] = &q
	c.step("/text")
	c.mu.Unlock()
	select {
	case <-time.After(rand.N(slowest)):
	case <-r.Context().Done():
		return
	}
	attribute := ""
	if r.URL.Query().Has("tracked") {
		attribute = fmt.Sprintf(" statusCallback=%q", c.url+"/status")
	}
	w.Header().Set("Content-Type", "text/xml")
	fmt.Fprintf(w, "<Response><Message%s>%s</Message></Response>", attribute, answerTo(r.PostFormValue("Body")))
}

// status receives a status callback.
func (c *customer) status(_ http.ResponseWriter, r *http.Request) {
	n := notice{r.PostFormValue("MessageSid"), r.PostFormValue("MessageStatus")}
	q := question{n.message, r.Header.Get("I-Twilio-Idempotency-Token"), 1}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.note(fmt.Sprintf("that %s is %s", n.message, n.status), c.told[n], &q)
	c.told[n] = &q
	c.step("/status")
}

// note counts a request, and records a violation if a repeated request differs. The caller holds
// c.mu.
func (c *customer) note(what string, before, q *question) {
	if q.message == "" || q.token == "" {
		c.wrongs = append(c.wrongs, fmt.Sprintf("asked about %s without MessageSid or idempotency token", what))
	}
	if before == nil {
		return
	}
	q.times += before.times
	if before.message != q.message || before.token != q.token {
		c.wrongs = append(c.wrongs, fmt.Sprintf("asked about %s again as %s with token %s; it was %s with token %s",
			what, q.message, q.token, before.message, before.token))
	}
}

// step springs the trap if it is set for this request of path. The caller holds c.mu.
func (c *customer) step(path string) {
	if t := c.traps[path]; t != nil {
		if t.n--; t.n == 0 {
			t.spring()
		}
	}
}

// setTrap replaces the trap; n = 0 removes it.
func (c *customer) setTrap(path string, n int, spring func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.traps)
	if n > 0 {
		c.traps[path] = &trap{n, spring}
	}
}

// wasTold reports whether the customer got the callbacks that a message was sent and delivered.
func (c *customer) wasTold(message string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.told[notice{message, "sent"}] != nil && c.told[notice{message, "delivered"}] != nil
}

// knows returns the SID under which the customer was asked about a phone's text, or "".
func (c *customer) knows(phone string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if q := c.asked[phone]; q != nil {
		return q.message
	}
	return ""
}

// report returns how many requests and callbacks were repeated, and the violations.
func (c *customer) report() (askedAgain, toldAgain int, wrongs []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, q := range c.asked {
		if q.times > 1 {
			askedAgain++
		}
	}
	for _, q := range c.told {
		if q.times > 1 {
			toldAgain++
		}
	}
	return askedAgain, toldAgain, slices.Clone(c.wrongs)
}

// answerTo returns the customer's answer to a text.
func answerTo(body string) string { return "Thank you for: " + body }
