package app

import (
	"net"
	"net/http"
	"slices"

	"github.com/repli-sms/repli/gate"
	"github.com/repli-sms/repli/webhook"
)

// front returns the handler of the port. It checks that the request is for one of the server's
// names and determines the client's address. The proxy for Twilio's names bypasses it. In dev the
// port answers to Twilio's names as well: a client whose transport connects here keeps them in
// its Host header, and only Twilio could point such a name at this machine.
func (s *Server) front() http.Handler {
	names := s.cfg.Hosts
	if s.cfg.Dev {
		names = append(slices.Clone(names), "*.twilio.com")
	}
	hosts := gate.NewHosts(s.cfg.BaseURL, names)
	return hosts.Handler(gate.Proxies(s.cfg.TrustedProxies).Handler(s.Handler), s.cfg.Log)
}

// gated returns the listener with the limits for strangers, whose refusals /metrics counts.
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

// self returns the addresses of this server, which its own client must recognise.
func (s *Server) self() webhook.Self {
	self := webhook.Self{BaseURL: s.cfg.BaseURL, Names: s.cfg.Hosts, Listen: []string{s.cfg.Listen}}
	if s.proxy != nil {
		self.Listen = append(self.Listen, s.proxy.Address())
	}
	return self
}
