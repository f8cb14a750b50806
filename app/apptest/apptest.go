// Package apptest runs a whole server with simulated phones inside a test. Time is fake (see
// testing/synctest) and customers are handlers in memory, so that an hour's wait takes a
// millisecond; the store is a real SQLite file.
package apptest

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app"
	"github.com/repli-sms/repli/rest/resttest"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/webhook"
)

// Credentials of every server this package starts.
const (
	Account = repli.SID("AC00000000000000000000000000000001")
	Token   = "00000000000000000000000000000001"
	BaseURL = "http://127.0.0.1:8080"
)

// A Server is a running Repli for a test.
type Server struct {
	*app.Server
	t         testing.TB
	customers *Customers
	stop      func() error
}

// Run runs a test with a server in fake time. The server must stop without error after it.
func Run(t *testing.T, test func(t *testing.T, s *Server)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "repli.db")
	synctest.Test(t, func(t *testing.T) {
		s := Start(t, path, &Customers{})
		defer s.Stop() // also when the test fails fatally, or the remaining goroutines would hide the reason
		test(t, s)
	})
}

// Restarted runs a test whose server can be stopped and started again on the same store: start
// returns a new server with the same customers.
func Restarted(t *testing.T, test func(t *testing.T, start func() *Server)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "repli.db")
	synctest.Test(t, func(t *testing.T) {
		c := &Customers{}
		test(t, func() *Server { return Start(t, path, c) })
	})
}

// Start starts a server on the store at path. [Server.Stop] must be called.
func Start(t testing.TB, path string, c *Customers) *Server {
	t.Helper()
	return StartWith(t, app.ServerConfig{Store: path, Reminders: 15 * time.Minute, Webhooks: webhook.Config{Transport: c}}, c)
}

// StartWith starts a server with other settings than usual.
func StartWith(t testing.TB, cfg app.ServerConfig, c *Customers) *Server {
	t.Helper()
	cfg.Dev, cfg.Listen, cfg.BaseURL = true, "127.0.0.1:8080", BaseURL
	cfg.Account, cfg.Token = Account, Token
	cfg.Log = slog.New(slog.NewTextHandler(logWriter{t}, nil))
	srv, err := app.NewServer(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	srv.Handler = resttest.Checked(t, srv.Handler)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- srv.Run(ctx) }()
	stop := func() error { cancel(); return <-done }
	return &Server{Server: srv, t: t, customers: c, stop: stop}
}

// Stop stops the server and waits until its work is finished.
func (s *Server) Stop() {
	s.t.Helper()
	if err := s.stop(); err != nil {
		s.t.Errorf("the server did not stop cleanly: %v", err)
	}
}

// Kill stops the server without waiting: unfinished work is left for the next start.
func (s *Server) Kill() {
	s.t.Helper()
	s.Hurry()
	if err := s.stop(); err != nil {
		s.t.Logf("stopped in a hurry: %v", err)
	}
}

// Context returns the test's context.
func (s *Server) Context() context.Context { return s.t.Context() }

// Number adds a number whose chain consists of these handlers, and returns it.
func (s *Server) Number(address string, handlers ...Handler) string {
	s.t.Helper()
	return s.Chain(address, repli.Chain{}, handlers...)
}

// Chain is Number with the last resort or time limit of chain.
func (s *Server) Chain(address string, chain repli.Chain, handlers ...Handler) string {
	s.t.Helper()
	if chain.AnswerBy == 0 {
		chain.AnswerBy = repli.DefaultAnswerBy
	}
	now := time.Now()
	ctx := s.t.Context()
	for _, h := range handlers {
		chain.Steps = append(chain.Steps, h(s))
	}
	err := s.DB.Configure(ctx, func(tx *store.Tx) error {
		return tx.AddNumber(ctx, repli.Number{
			SID: repli.NewSID(repli.NumberPrefix), Account: Account, Address: address, FriendlyName: address,
			Chain: chain, Created: now, Updated: now,
		})
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return address
}

// Alerts returns the codes of all alerts, oldest first.
func (s *Server) Alerts() []int {
	s.t.Helper()
	alerts, err := s.DB.Alerts(s.t.Context(), Account, store.AlertFilter{}, store.Page{Limit: 1000})
	if err != nil {
		s.t.Fatal(err)
	}
	var codes []int
	for i := range alerts {
		codes = append(codes, alerts[len(alerts)-1-i].Code)
	}
	return codes
}

// ExpectsAlert fails the test unless there is an alert with this code.
func (s *Server) ExpectsAlert(code int) {
	s.t.Helper()
	codes := s.Alerts()
	for _, c := range codes {
		if c == code {
			return
		}
	}
	s.t.Errorf("no alert %d; the alerts are %v", code, codes)
}

// Attempts returns "step verdict code" of each attempt made to answer a message.
func (s *Server) Attempts(message repli.SID) []string {
	s.t.Helper()
	attempts, err := s.DB.Attempts(s.t.Context(), message, store.Page{Limit: 1000})
	if err != nil {
		s.t.Fatal(err)
	}
	var all []string
	for _, a := range attempts {
		all = append(all, fmt.Sprintf("%s %s %d", a.Step, a.Verdict, a.ErrorCode))
	}
	return all
}

// Message returns a message from the store.
func (s *Server) Message(sid repli.SID) repli.Message {
	s.t.Helper()
	m, err := s.DB.Message(s.t.Context(), sid)
	if err != nil {
		s.t.Fatal(err)
	}
	return m
}

// A logWriter writes the server's log to the test's log.
type logWriter struct{ t testing.TB }

func (w logWriter) Write(b []byte) (int, error) {
	w.t.Log(strings.TrimSpace(string(b)))
	return len(b), nil
}

var _ http.RoundTripper = (*Customers)(nil)
