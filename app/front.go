package app

import (
	"net"
	"net/http"
	"slices"

	"github.com/repli-sms/repli/gate"
	"github.com/repli-sms/repli/webhook"
)

// front returns what is served on the port: requests to one of the server's names, each with the
// sender's address. The proxy in Twilio's place comes in behind it, because its requests are to
// Twilio's names. In dev the port answers to those too: a client whose transport is made to connect
// here keeps them in its Host header, and nobody but Twilio can point one of them here.
func (s *Server) front() http.Handler {
	names := s.cfg.Hosts
	if s.cfg.Dev {
		names = append(slices.Clone(names), "*.twilio.com")
	}
	hosts := gate.NewHosts(s.cfg.BaseURL, names)
	return hosts.Handler(gate.Proxies(s.cfg.TrustedProxies).Handler(s.Handler), s.cfg.Log)
}

// gated returns the listener with the limits for strangers, and counts for /metrics what it
// refuses.
func (s *Server) gated(l net.Listener) net.Listener {
	limits := s.cfg.Limits
	if limits.Connections == 0 {
		limits.Connections = 2000
	}
	if limits.PerAddress == 0 {
		limits.PerAddress = 200
	}
	if files := openFiles(); files > 0 {
		limits.Connections = min(limits.Connections, max(files/2, 1))
	}
	guarded := gate.NewListener(l, limits, s.cfg.TrustedProxies, s.cfg.Log)
	s.metrics.MustRegister(guarded)
	return guarded
}

// self returns where this server listens, for its client to know.
func (s *Server) self() webhook.Self {
	self := webhook.Self{BaseURL: s.cfg.BaseURL, Names: s.cfg.Hosts, Listen: []string{s.cfg.Listen}}
	if s.proxy != nil {
		self.Listen = append(self.Listen, s.proxy.Address())
	}
	return self
}
