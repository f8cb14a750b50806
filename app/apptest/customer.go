package apptest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// A Handler is a customer's handler or a bin. It returns the step of a chain that calls it.
type Handler func(s *Server) repli.Step

// Customers are the programs that can be called, by host.
type Customers struct {
	mu     sync.Mutex
	byHost map[string]http.HandlerFunc
}

// Answers is a program given by the test.
func Answers(h http.HandlerFunc) Handler {
	return func(s *Server) repli.Step { return repli.Step{URL: s.customers.add(h), Method: "POST"} }
}

// Says answers each text with a fixed reply.
func Says(text string) Handler {
	return TwiML("<Response><Message>" + text + "</Message></Response>")
}

// TwiML answers with a fixed document.
func TwiML(doc string) Handler {
	return Answers(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprint(w, doc)
	})
}

// Hangs never answers.
func Hangs() Handler {
	return Answers(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
}

// Fails answers with a status.
func Fails(status int) Handler {
	return Answers(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
}

// After answers as h does, after a delay.
func After(d time.Duration, h http.HandlerFunc) Handler {
	return Answers(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(d):
			h(w, r)
		case <-r.Context().Done():
		}
	})
}

// At is a program that was added elsewhere, or any URL.
func At(url string) Handler {
	return func(*Server) repli.Step { return repli.Step{URL: url, Method: "POST"} }
}

// Bin is a bin with a document.
func Bin(doc string) Handler {
	return func(s *Server) repli.Step {
		s.t.Helper()
		ctx, now := s.t.Context(), time.Now()
		b := repli.Bin{
			SID: repli.NewSecretSID(repli.BinPrefix), Account: Account, FriendlyName: "A bin", TwiML: doc,
			Version: 1, Created: now, Updated: now,
		}
		if err := s.DB.Configure(ctx, func(tx *store.Tx) error { return tx.AddBin(ctx, b) }); err != nil {
			s.t.Fatal(err)
		}
		return repli.Step{Bin: b.SID}
	}
}

// URL adds a program and returns its URL.
func (s *Server) URL(h http.HandlerFunc) string { return s.customers.add(h) }

// add makes a program reachable and returns its URL.
func (c *Customers) add(h http.HandlerFunc) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byHost == nil {
		c.byHost = map[string]http.HandlerFunc{}
	}
	host := fmt.Sprintf("customer%d.example", len(c.byHost)+1)
	c.byHost[host] = h
	return "https://" + host + "/sms"
}

// RoundTrip calls the program at the request's host. The answer arrives whole or not at all.
func (c *Customers) RoundTrip(r *http.Request) (*http.Response, error) {
	c.mu.Lock()
	h := c.byHost[r.URL.Host]
	c.mu.Unlock()
	if h == nil {
		return nil, fmt.Errorf("nobody is at %s", r.URL.Host)
	}
	answer := make(chan *http.Response, 1)
	go func() {
		rec := httptest.NewRecorder()
		h(rec, r)
		answer <- rec.Result()
	}()
	select {
	case a := <-answer:
		a.Request = r
		return a, nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}
