// Package app assembles Repli. It is the only package that imports all others.
package app

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/auth"
	"github.com/repli-sms/repli/callback"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/carrier/simulator"
	"github.com/repli-sms/repli/console"
	"github.com/repli-sms/repli/console/frame"
	"github.com/repli-sms/repli/drill"
	"github.com/repli-sms/repli/gate"
	"github.com/repli-sms/repli/inbound"
	"github.com/repli-sms/repli/notify"
	"github.com/repli-sms/repli/outbound"
	"github.com/repli-sms/repli/proxy"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/tally"
	"github.com/repli-sms/repli/webhook"
	"github.com/repli-sms/repli/work"
)

// A ServerConfig configures a server.
type ServerConfig struct {
	Listen  string   // host:port
	Store   string   // a file or store.Memory
	Fresh   bool     // starts with an empty store in place of a lost one
	NoStore bool     // keeps no messages; for measuring only, see store.Config.Off
	BaseURL string   // the public URL; if empty, [localURL] of Listen
	Dev     bool     // the emulator: a simulated carrier with open phones, fixed credentials, private addresses
	Hosts   []string // further host names the server answers to
	Proxy   string   // where the proxy listens: host:port, config.ProxyAuto or config.ProxyOff; "" is off

	// Carriers make the links to the phone network. If there are none, phones are simulated.
	Carriers []MakeCarrier

	Account repli.SID // generated on first start if empty
	Token   string

	Password string // the console's new password; "" keeps the current one

	TrustedProxies []netip.Prefix // whose forwarding headers are trusted
	Limits         gate.Limits    // limits for strangers; if zero, the defaults of package config

	Webhooks  webhook.Config
	Retention time.Duration // how long messages are kept; 0 is for ever
	// ContentRetention is how long their content is kept; 0 is as long as the message. A number may
	// say otherwise.
	ContentRetention time.Duration
	RetentionNow     bool          // retention deletes at once, without the safeguard
	Reminders        time.Duration // interval between reminders that a number is on its fallback; 0 is never
	Stale            time.Duration // how long a passed drill is valid
	Drain            time.Duration // how long a stopping server may take to finish its work
	Log              *slog.Logger
	Out              io.Writer // output for a person
	Version          string
}

// A Server is a running Repli. It exports its parts for tests that use phones.
type Server struct {
	cfg      ServerConfig
	DB       *store.DB
	Phones   *simulator.Carrier       // nil if phones are not simulated
	links    map[string]*carrier.Link // the link of each carrier, by name
	routes   []outbound.Route
	Inbound  *inbound.Engine
	account  repli.Account
	web      *webhook.Client
	notify   *notify.Engine
	tell     *callback.Engine
	out      *outbound.Engine
	Tally    *tally.Tally
	Drills   *drill.Engine
	proxy    *proxy.Server    // nil if it is off
	ca       *proxy.Authority // the proxy's
	console  *frame.Frame
	metrics  *prometheus.Registry
	refusals *auth.Refusals
	Handler  http.Handler
	Hurry    context.CancelFunc // cancels the work in progress, which is left for the next start
}

// NewServer opens the store and assembles the parts. [Server.Run] starts them.
func NewServer(ctx context.Context, cfg ServerConfig) (_ *Server, err error) {
	cfg = cfg.withDefaults()
	s := &Server{cfg: cfg, metrics: prometheus.NewRegistry(), refusals: auth.NewRefusals(cfg.Log)}
	if s.DB, err = store.Open(ctx, cfg.store()); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.DB.Close())
		}
	}()
	s.Tally = tally.New(s.DB, cfg.Log)
	if s.account, err = s.setUp(ctx); err != nil {
		return nil, err
	}
	if cfg.Password != "" {
		if err = keepPassword(ctx, s.DB, cfg.Password); err != nil {
			return nil, err
		}
	}
	if err = s.connect(); err != nil {
		return nil, err
	}
	if err = s.finishReset(ctx); err != nil {
		return nil, err
	}
	if err = s.openProxy(); err != nil {
		return nil, err
	}
	var hurry context.Context
	hurry, s.Hurry = context.WithCancel(context.Background())
	lane := work.Config{Work: hurry, Node: node(), Log: cfg.Log}
	cfg.Webhooks.Self, cfg.Webhooks.Log = s.self(), cfg.Log
	s.web = webhook.New(cfg.Webhooks)
	s.notify = notify.New(notify.Config{DB: s.DB, Web: s.web, Work: hurry, Log: cfg.Log})
	s.tell = callback.New(callback.Config{DB: s.DB, Web: s.web, Lane: lane, Log: cfg.Log})
	s.out = outbound.New(outbound.Config{DB: s.DB, Routes: s.routes, Callback: s.tell, Fetch: s.web.Fetch, Lane: lane, Log: cfg.Log})
	for _, link := range s.links {
		link.Resumed = s.out.Hasten
	}
	s.Inbound = inbound.New(inbound.Config{
		DB: s.DB, Web: s.web, Outbound: s.out, BaseURL: cfg.BaseURL, Lane: lane, Log: cfg.Log, Reminders: cfg.Reminders,
	})
	s.Drills = drill.New(drill.Config{
		DB: s.DB, Inbound: s.Inbound, BaseURL: strings.TrimSuffix(cfg.BaseURL, "/"), LookUp: s.web.LookUp, Certificate: s.web.Certificate, Stale: cfg.Stale, Log: cfg.Log,
	})
	s.console, err = console.New(console.Config{
		DB: s.DB, Account: s.account.SID, BaseURL: cfg.BaseURL, Dev: cfg.Dev, Log: cfg.Log,
		Tally: s.Tally, Inbound: s.Inbound, Drills: s.Drills, Notify: s.notify, Carriers: s.carrierLinks(), Retention: cfg.Retention,
		Outbound: s.out, Phones: s.Phones, Fetch: s.web.Fetch, Refusals: s.refusals,
	})
	if err != nil {
		return nil, err
	}
	s.Handler = s.handler()
	return s, nil
}

func (c ServerConfig) withDefaults() ServerConfig {
	if c.BaseURL == "" {
		c.BaseURL = localURL(c.Listen)
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Drain == 0 {
		c.Drain = 20 * time.Second
	}
	if c.Out == nil {
		c.Out = io.Discard
	}
	return c
}

// An inbox passes events of carriers to the engines.
type inbox struct{ s *Server }

func (i inbox) Message(ctx context.Context, in carrier.Inbound) error {
	return i.s.Inbound.Receive(ctx, in)
}
func (i inbox) Receipt(ctx context.Context, r carrier.Receipt) error { return i.s.out.Receipt(ctx, r) }

// Run runs all parts. It blocks until ctx has ended and all work is finished, or until a part
// fails. Parts stop in the order in which a message passes through them, so that each still
// accepts the work of the one before.
func (s *Server) Run(ctx context.Context) error {
	defer s.Hurry()
	parts := []part{
		{"store", s.DB.Run},
		{"notify", s.notify.Run},
		{"callback", s.tell.Run},
	}
	parts = append(parts, s.carrierParts()...)
	parts = append(parts, []part{
		{"outbound", s.out.Run},
		{"inbound", s.Inbound.Run},
		{"drills", s.Drills.Run},
		{"retention", s.retain},
		{"tally", s.Tally.Run},
		{"console", s.console.Run},
	}...)
	if s.proxy != nil {
		parts = append(parts, part{"proxy", s.proxy.Run})
	}
	err := runInOrder(ctx, func() { time.AfterFunc(s.cfg.Drain, s.Hurry) }, parts)
	s.web.CloseIdle()
	return errors.Join(err, s.closeProxy(), s.DB.Close())
}

// Serve runs a server on its address until ctx ends. It returns nil if the server stopped after
// finishing its work or leaving it for the next start, and also if ctx ended before the server
// was ready.
func Serve(ctx context.Context, cfg ServerConfig) error {
	l, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return err
	}
	cfg.Listen = l.Addr().String() // resolves port 0
	s, err := NewServer(ctx, cfg)
	if err != nil && ctx.Err() != nil {
		cfg.withDefaults().Log.Info("stopped while it started", "unfinished", err)
		return l.Close()
	}
	if err != nil {
		return errors.Join(err, l.Close())
	}
	if cfg.BaseURL == "" && listensEverywhere(cfg.Listen) {
		s.cfg.Log.Warn("other machines cannot use the base URL; say with --base-url how they reach this server", "base_url", s.cfg.BaseURL)
	}
	return s.Serve(ctx, l)
}

// Serve is [Server.Run] and also serves HTTP on l, which it closes. The address of l must be
// cfg.Listen.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	parts, stopParts := context.WithCancel(context.WithoutCancel(ctx))
	defer stopParts()
	done := make(chan error, 1)
	go func() { done <- s.Run(parts) }()
	s.greet(ctx)
	select {
	case err := <-done: // a part has failed
		return errors.Join(err, l.Close())
	default:
	}
	err := s.listen(ctx, s.gated(l), done)
	stopParts()
	return errors.Join(err, <-done)
}

// listen serves HTTP until ctx ends or failed reports that a part has stopped. It cancels the
// requests that are waiting for something.
func (s *Server) listen(ctx context.Context, l net.Listener, failed chan error) error {
	requests, cut := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cut(nil)
	srv := &http.Server{
		Handler:           s.front(),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.cfg.Log.Handler(), slog.LevelWarn),
		BaseContext:       func(net.Listener) context.Context { return requests },
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	var err error
	select {
	case err = <-served:
		return err
	case err = <-failed:
		failed <- nil
	case <-ctx.Done():
	}
	time.AfterFunc(s.cfg.Drain, s.Hurry) // also cancels the requests that still run
	cut(&repli.Error{Code: 20503, Detail: "The server is stopping; ask again when it is back", Temporary: true})
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), min(5*time.Second, s.cfg.Drain))
	defer cancel()
	if down := srv.Shutdown(patience); down != nil {
		s.cfg.Log.Warn("connections to the API were cut off", "error", down)
		srv.Close()
	}
	return err
}
