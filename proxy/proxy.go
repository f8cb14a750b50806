// Package proxy lets code that was written for Twilio reach Repli by environment variables
// alone. It is an HTTP proxy, the kind that HTTPS_PROXY names.
//
// What a program asks of api.twilio.com, messaging.twilio.com or monitor.twilio.com, also by
// the names of an edge or a region, ends here: the proxy shows a certificate of its own
// [Authority] and Repli's handler answers, as if it were Twilio. A request to another product
// of Twilio is answered with a sentence and goes nowhere. Every other host is tunnelled: the
// bytes pass as they are, and the program sees that host's own certificate.
//
//	CONNECT api.twilio.com:443     ─▶ TLS ends here ─▶ Repli's handler
//	CONNECT verify.twilio.com:443  ─▶ TLS ends here ─▶ 404, 20404, a sentence
//	CONNECT example.com:443        ─▶ a tunnel, untouched
//	GET http://example.com/        ─▶ passed on
//
// The proxy is a tool of a developer's own machine. It goes wherever its caller asks, private
// addresses included, and asks nobody for a password. So it listens on a loopback address and
// nowhere else, and any program of this machine may use it to reach what this machine can.
// The handler sees the host as the program addressed it: Host is messaging.twilio.com, and the
// links it makes of that lead through the proxy again. The proxy itself goes through no other:
// it does not read HTTPS_PROXY, so it cannot go round in circles.
package proxy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"time"

	"github.com/repli-sms/repli"
)

// A Config says what a [Server] serves, and to whom.
type Config struct {
	// Listener takes the connections; see [Listen]. Required.
	Listener net.Listener

	// Authority signs the certificates shown for Twilio's names. Required.
	Authority *Authority

	// Handler answers in Twilio's place. Required.
	Handler http.Handler

	// Dial connects to the other hosts. nil is a net.Dialer with a limit of 15 s.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	// Idle is how long a tunnel may be silent; 0 is ten minutes.
	Idle time.Duration

	// Limit is how many connections and requests there may be at a time; 0 is 1,000.
	Limit int

	// Log gets each connection at debug. nil logs nothing.
	Log *slog.Logger
}

// A Server is the proxy.
type Server struct {
	cfg     Config
	slots   chan struct{} // one is held by each tunnel, each connection that ends here, each request passed on
	ended   *handOver     // connections to Twilio's names
	refusal http.Handler
	forward *httputil.ReverseProxy
}

// New returns a Server. It starts nothing.
func New(cfg Config) *Server {
	if cfg.Dial == nil {
		cfg.Dial = (&net.Dialer{Timeout: 15 * time.Second}).DialContext
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	cfg.Idle, cfg.Limit = cmp.Or(cfg.Idle, 10*time.Minute), cmp.Or(cfg.Limit, 1000)
	return &Server{
		cfg:     cfg,
		slots:   make(chan struct{}, cfg.Limit),
		ended:   newHandOver(cfg.Listener.Addr()),
		refusal: refusal(cfg.Log),
		forward: forward(cfg),
	}
}

// Listen listens on host:port, which must be a loopback address.
func Listen(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	if tcp, ok := l.Addr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
		return nil, errors.Join(fmt.Errorf("the proxy is for this machine only, and %s can be reached from others; 127.0.0.1 cannot", address), l.Close())
	}
	return l, nil
}

// Address returns the host:port the proxy listens on.
func (s *Server) Address() string { return s.cfg.Listener.Addr().String() }

// URL returns the address for HTTPS_PROXY.
func (s *Server) URL() string { return "http://" + s.Address() }

// patience is how long requests may take to end when the proxy stops.
const patience = 5 * time.Second

// Run serves until ctx ends, and then ends every tunnel at once and every request within 5 s.
func (s *Server) Run(ctx context.Context) error {
	requests, cut := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cut(nil)
	outer, inner := s.server(requests, s.take), s.server(requests, s.answer)
	failed := make(chan error, 2)
	go func() { failed <- outer.Serve(s.cfg.Listener) }()
	go func() { failed <- inner.Serve(s.ended) }()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	cut(&repli.Error{Code: 20503, Detail: "The server is stopping; ask again when it is back", Temporary: true})
	patient, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	for _, srv := range []*http.Server{outer, inner} {
		if srv.Shutdown(patient) != nil {
			s.cfg.Log.Warn("connections to the proxy were cut off")
			srv.Close()
		}
	}
	for range cap(s.slots) { // whoever still has one is leaving
		s.slots <- struct{}{}
	}
	return err
}

// server returns an HTTP server whose requests end with the context.
func (s *Server) server(requests context.Context, handler http.HandlerFunc) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.cfg.Log.Handler(), slog.LevelWarn),
		BaseContext:       func(net.Listener) context.Context { return requests },
	}
}

// take serves one request to the proxy, if there is room for it.
func (s *Server) take(w http.ResponseWriter, r *http.Request) {
	select {
	case s.slots <- struct{}{}:
	default:
		http.Error(w, fmt.Sprintf("Repli's proxy has %d connections, which is all it takes at a time", s.cfg.Limit), http.StatusServiceUnavailable)
		return
	}
	leave := func() { <-s.slots }
	switch {
	case r.Method == http.MethodConnect:
		s.connect(w, r, leave)
	case r.URL.Scheme == "http" || r.URL.Scheme == "https":
		defer leave()
		s.pass(w, r)
	default:
		defer leave()
		http.Error(w, `This is the proxy of Repli, for HTTPS_PROXY; "repli env" says how to use it.`, http.StatusBadRequest)
	}
}
