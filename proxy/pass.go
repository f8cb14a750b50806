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

// pass serves a request that names its host in full, as clients of a proxy do without TLS. One
// to Twilio never leaves this machine, though it was not kept secret.
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

// refusal answers what is asked of a part of Twilio that Repli does not have.
func refusal(log *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", endpoint.Open(endpoint.Face{Log: log}, func(r *http.Request) (endpoint.None, error) {
		return endpoint.None{}, repli.Errorf(20404, "Repli has no %.100s, only api.twilio.com, messaging.twilio.com and monitor.twilio.com; "+
			"nothing was sent to Twilio. docs/compatibility.md says what there is", r.Host)
	}))
	return endpoint.Mux(mux, log)
}

// forward returns what passes a request on to the host it names, as it is but for the headers
// that are between a client and its proxy.
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
			DialContext:         cfg.Dial, // and no proxy: not this one, not another
			DisableCompression:  true,
			MaxIdleConnsPerHost: 10,
			IdleConnTimeout:     30 * time.Second,
		},
		FlushInterval: -1, // at once
		ErrorLog:      slog.NewLogLogger(cfg.Log.Handler(), slog.LevelDebug),
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			http.Error(w, fmt.Sprintf("Repli's proxy cannot reach %s: %v", r.URL.Host, err), http.StatusBadGateway)
		},
	}
}
