package proxy

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/quote"
)

// pass serves a request with an absolute URL, as clients send without TLS. A request to Twilio is
// answered here even though it was not encrypted.
func (s *Server) pass(w http.ResponseWriter, r *http.Request) {
	_, place := where(r.URL.Host)
	s.cfg.Log.Debug("pass", "host", quote.Place(r.URL.Host), "on", place == elsewhere)
	if place == elsewhere {
		s.forward.ServeHTTP(w, r)
		return
	}
	inside := r.Clone(r.Context())
	inside.URL.Scheme, inside.URL.Host = "", ""
	inside.RequestURI = inside.URL.RequestURI()
	s.answer(w, inside)
}

// answer serves a request to one of Twilio's names.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	if _, place := where(r.Host); place == here {
		s.cfg.Handler.ServeHTTP(w, r)
		return
	}
	s.refusal.ServeHTTP(w, r)
}

// refusal answers requests to parts of Twilio that Repli does not support.
func refusal(log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", endpoint.Open(endpoint.Face{Log: log}, func(r *http.Request) (endpoint.None, error) {
		return endpoint.None{}, repli.Errorf(20404, "Repli has no %.100s, only api.twilio.com, messaging.twilio.com and monitor.twilio.com; "+
			"nothing was sent to Twilio. docs/compatibility.md says what there is", r.Host)
	}))
	return endpoint.Mux(mux, log)
}

// forward returns a handler that forwards a request unchanged to the host it names, except for
// hop-by-hop headers.
func forward(cfg Config) *httputil.ReverseProxy {
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.RawQuery = r.In.URL.RawQuery
			for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {
				if values, there := r.In.Header[name]; there {
					r.Out.Header[name] = values
				}
			}
		},
		Transport: &http.Transport{
			DialContext:         cfg.Dial, // directly, not through another proxy
			DisableCompression:  true,
			MaxIdleConnsPerHost: 10,
			IdleConnTimeout:     30 * time.Second,
		},
		FlushInterval: -1, // flush at once
		ErrorLog:      slog.NewLogLogger(cfg.Log.Handler(), slog.LevelDebug),
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			http.Error(w, fmt.Sprintf("Repli's proxy cannot reach %s: %v", r.URL.Host, err), http.StatusBadGateway)
		},
	}
}
