package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/console"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/native"
	"github.com/repli-sms/repli/privacy"
	"github.com/repli-sms/repli/rest"
)

// handler returns the handler of the port.
func (s *Server) handler() http.Handler {
	s.metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		s.Inbound, s.out, s.tell, s.notify, s.refusals)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.welcome)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok\n") })
	mux.HandleFunc("GET /readyz", s.ready)
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.metrics, promhttp.HandlerOpts{}))
	rest.New(rest.Config{DB: s.DB, BaseURL: s.cfg.BaseURL, Log: s.cfg.Log, Outbound: s.out, Refusals: s.refusals, Test: s.cfg.test()}).Register(mux)
	native.New(native.Config{
		DB:         s.DB,
		Phones:     s.Phones,
		Notify:     s.notify,
		Carriers:   s.carrierNames(),
		Inbound:    s.Inbound,
		Tally:      s.Tally,
		BaseURL:    s.cfg.BaseURL,
		Proxy:      s.proxyForClients(),
		AllowReset: s.cfg.Dev,
		SignedBins: !s.cfg.Dev,
		Refusals:   s.refusals,
		Fetch:      s.web.Fetch,
		Drills:     s.Drills,
		Privacy:    &privacy.Engine{DB: s.DB, Outbound: s.out, Phones: s.Phones},
		Log:        s.cfg.Log,
	}).Register(mux)
	s.console.Register(mux)
	return endpoint.Mux(mux, s.cfg.Log)
}

// welcome redirects a browser to the console, and tells other clients what this server is and how
// to use it.
func (s *Server) welcome(w http.ResponseWriter, r *http.Request) {
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		http.Redirect(w, r, console.Root, http.StatusSeeOther)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintf(w, `Repli %s

This server answers text messages. %[3]s
The console is at %[2]s/console
The API is described by %[2]s/repli/v1/openapi.json
`, s.cfg.Version, s.cfg.BaseURL, s.howToText())
}

// howToText explains how to text a number of this server.
func (s *Server) howToText() string {
	if s.Phones == nil {
		return "Text one of its numbers with any phone.\n"
	}
	return fmt.Sprintf(`Its phones are simulated; text a number as one of them:

  repli text --server %s %s NUMBER "hello"

"repli text --help" says how to give the account and the token.
`, s.cfg.BaseURL, devPhone)
}

// ready answers 200 if a text would be accepted and answered now, or 503 with the reason. It logs
// nothing, because the store logs its own failures.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	err := s.DB.Writable(ctx)
	if err == nil && s.Phones != nil {
		err = s.Phones.Writable()
	}
	if err == nil {
		err = s.web.Starving()
	}
	if err != nil {
		sentence := "The store cannot be written to"
		if known := (*repli.Error)(nil); errors.As(err, &known) {
			sentence = known.Sentence()
		}
		w.Header().Set("Retry-After", "1")
		http.Error(w, sentence, http.StatusServiceUnavailable)
		return
	}
	io.WriteString(w, "ready\n")
}
