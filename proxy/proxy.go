// Package proxy lets code written for Twilio reach Repli by environment variables alone. It is an
// HTTP proxy, to be named by HTTPS_PROXY.
//
// Requests to api.twilio.com, messaging.twilio.com or monitor.twilio.com, also by their edge and
// region names, end here: the proxy presents a certificate signed by its own [Authority] and
// Repli's handler answers in Twilio's place. A request to another product of Twilio gets an error
// and goes nowhere. Every other host is tunnelled: the bytes pass unchanged, and the program sees
// that host's own certificate.
//
//	CONNECT api.twilio.com:443     ─▶ TLS ends here ─▶ Repli's handler
//	CONNECT verify.twilio.com:443  ─▶ TLS ends here ─▶ 404, 20404, a sentence
//	CONNECT example.com:443        ─▶ a tunnel, untouched
//	GET http://example.com/        ─▶ passed on
//
// The proxy is a tool for a developer's own machine. It connects to any host its client names,
// including private addresses, and requires no password. Therefore it listens on a loopback
// address only; any program on this machine can use it to reach what this machine can reach. The
// handler sees the host as the program addressed it: Host is messaging.twilio.com, and links it
// makes of that lead through the proxy again. The proxy ignores HTTPS_PROXY, so that it never
// uses itself.
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

// A Config configures a [Server].
type Config struct {
	// Listener accepts the connections; see [Listen]. Required.
	Listener net.Listener

	// Authority signs the certificates presented for Twilio's names. Required.
	Authority *Authority

	// Handler answers in Twilio's place. Required.
	Handler http.Handler

	// Dial connects to other hosts. nil is a net.Dialer with a timeout of 15 s.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	// Idle is how long a tunnel may be idle; 0 is ten minutes.
	Idle time.Duration

	// Limit is the maximum number of concurrent connections and requests; 0 is 1,000.
	Limit int

	// Log logs each connection at level debug. nil logs nothing.
	Log *slog.Logger
}

// A Server is the proxy.
type Server struct {
	cfg     Config
	slots   chan struct{} // one is held by each tunnel, each connection that ends here, each forwarded request
	ended   *handOver     // connections to Twilio's names
	refusal http.Handler
	forward *httputil.ReverseProxy
}

// New returns a Server. [Server.Run] starts it.
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

// patience is how long requests may take to finish when the proxy stops.
const patience = 5 * time.Second

// Run serves until ctx ends; it then closes all tunnels at once, and gives requests 5 s to
// finish.
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
	for range cap(s.slots) { // all remaining holders are leaving
		s.slots <- struct{}{}
	}
	return err
}

// server returns an HTTP server whose requests are canceled with the context.
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

// take serves one request to the proxy, or refuses it at the limit.
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
