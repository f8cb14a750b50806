package app

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/native"
	"github.com/repli-sms/repli/rest"
)

// routes returns everything that is served on the one port.
func (s *Server) routes() http.Handler {
	s.metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), s.in, s.out, s.tell)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok\n") })
	mux.HandleFunc("GET /readyz", s.ready)
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.metrics, promhttp.HandlerOpts{}))
	rest.New(rest.Config{DB: s.DB, Log: s.cfg.Log}).Register(mux)
	native.New(native.Config{
		DB:         s.DB,
		Phones:     s.Phones,
		BaseURL:    s.cfg.BaseURL,
		AllowReset: s.cfg.Dev,
		SignedBins: !s.cfg.Dev,
		Fetch:      s.web.Fetch,
		Log:        s.cfg.Log,
	}).Register(mux)
	return endpoint.Mux(mux, s.cfg.Log)
}

// ready answers 200 when a text would be taken right now, and 503 with the reason otherwise.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	if err := s.DB.Writable(ctx); err != nil {
		s.cfg.Log.Error("the store cannot be written to", "error", err)
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
