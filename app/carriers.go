package app

import (
	"fmt"

	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/carrier/simulator"
	"github.com/repli-sms/repli/outbound"
)

// A MakeCarrier makes a carrier that delivers to an inbox, and its route.
type MakeCarrier func(inbox carrier.Inbox) (outbound.Route, error)

// connect makes the server's carriers and a link for each. If none is configured, it makes the
// simulated network.
func (s *Server) connect() error {
	all := s.cfg.Carriers
	if len(all) == 0 {
		all = []MakeCarrier{s.simulate}
	}
	s.links = map[string]*carrier.Link{}
	for _, build := range all {
		link := &carrier.Link{}
		r, err := build(link.From(inbox{s}))
		if err != nil {
			return err
		}
		name := r.Carrier.Name()
		if err := carrier.CheckName(name); err != nil {
			return err
		}
		if s.links[name] != nil {
			return fmt.Errorf("two carriers are called %s", name)
		}
		r.Carrier = link.To(r.Carrier)
		s.links[name] = link
		s.routes = append(s.routes, r)
	}
	return nil
}

// simulate makes the simulated network.
func (s *Server) simulate(inbox carrier.Inbox) (r outbound.Route, err error) {
	s.Phones, err = simulator.New(simulator.Config{Inbox: inbox, Path: journalPath(s.cfg.Store), Log: s.cfg.Log})
	return outbound.Route{Carrier: s.Phones}, err
}

// carrierParts are the carriers as parts of the server.
func (s *Server) carrierParts() []part {
	var parts []part
	for _, r := range s.routes {
		parts = append(parts, part{"carrier " + r.Carrier.Name(), r.Carrier.Run})
	}
	return parts
}

// carrierLinks returns the links in the order of the configuration.
func (s *Server) carrierLinks() []*carrier.Link {
	var links []*carrier.Link
	for _, r := range s.routes {
		links = append(links, s.links[r.Carrier.Name()])
	}
	return links
}

// carrierNames returns the names of the carriers in the order of the configuration.
func (s *Server) carrierNames() []string {
	var names []string
	for _, r := range s.routes {
		names = append(names, r.Carrier.Name())
	}
	return names
}
