package replitest

import (
	"errors"
	"net"
	"net/http"
	"time"
)

// An Option says who answers the texts to a number, or how long that may take.
type Option func(*Server, *number) error

// A number as the API takes it.
type number struct {
	Number     string `json:"number"`
	Steps      []step `json:"steps"`
	LastResort string `json:"last_resort,omitempty"`
	AnswerByMS *int64 `json:"answer_by_ms,omitempty"`
}

type step struct {
	URL    string `json:"url,omitempty"`
	Method string `json:"method,omitempty"`
	Bin    string `json:"bin,omitempty"`
}

// Number gives the server a phone number in E.164 form, such as +15550002000, and returns it.
// Its handlers are asked in the order in which they are given, each when the one before it has
// failed: the first is the primary, those after it are fallbacks. A number the server has
// already is answered by these handlers from now on. What the server refuses fails the test at
// once.
func (s *Server) Number(address string, options ...Option) string {
	s.t.Helper()
	n := number{Number: address, Steps: []step{}}
	for _, option := range options {
		if err := option(s, &n); err != nil {
			s.t.Fatalf("replitest: the number %s: %v", address, err)
		}
	}
	err := s.call("PUT", "/repli/v1/numbers/"+address, n, nil)
	var refused *refusal
	if errors.As(err, &refused) && refused.Status == http.StatusNotFound {
		err = s.call("POST", "/repli/v1/numbers", n, nil)
	}
	if err != nil {
		s.t.Fatalf("replitest: the number %s: %v", address, err)
	}
	return address
}

// Primary is a program at a URL, which is asked first. It must come before the others.
func Primary(url string) Option {
	return func(_ *Server, n *number) error {
		if len(n.Steps) > 0 {
			return errors.New("Primary must come before the handlers that are asked when it fails")
		}
		return n.add(step{URL: url, Method: "POST"})
	}
}

// Fallback is a program at a URL, which is asked when all handlers before it have failed.
func Fallback(url string) Option {
	return func(_ *Server, n *number) error {
		if len(n.Steps) == 0 {
			return errors.New("Fallback must come after the handler for which it stands in")
		}
		return n.add(step{URL: url, Method: "POST"})
	}
}

// Handler is a program in the test itself, at the path / of a server of its own. One that needs
// another path is run by [net/http/httptest.NewServer], and given by its URL.
func Handler(h http.Handler) Option {
	return func(s *Server, n *number) error {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
		s.mu.Lock()
		s.handlers = append(s.handlers, server)
		s.mu.Unlock()
		go func() { _ = server.Serve(l) }() // until it is closed
		return n.add(step{URL: "http://" + l.Addr().String() + "/", Method: "POST"})
	}
}

// Bin is a TwiML document, which Repli answers with by itself. It may be invalid: then this
// handler fails, as Twilio's would.
func Bin(twiml string) Option {
	return func(s *Server, n *number) error {
		var made struct {
			SID string `json:"sid"`
		}
		err := s.call("POST", "/repli/v1/bins", map[string]string{"friendly_name": "A bin", "twiml": twiml}, &made)
		if err != nil {
			return err
		}
		return n.add(step{Bin: made.SID})
	}
}

// LastResort is the text that is sent when all handlers have failed, or take too long together.
func LastResort(text string) Option {
	return func(_ *Server, n *number) error {
		n.LastResort = text
		return nil
	}
}

// AnswerBy is how long all handlers may take together, one second at least. It is 30 seconds
// otherwise.
func AnswerBy(d time.Duration) Option {
	return func(_ *Server, n *number) error {
		ms := d.Milliseconds()
		n.AnswerByMS = &ms
		return nil
	}
}

func (n *number) add(s step) error {
	n.Steps = append(n.Steps, s)
	return nil
}
