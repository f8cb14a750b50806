package console

import (
	"net/http"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
)

func (s *Server) carrierRoutes(mux *http.ServeMux) {
	s.get(mux, "/carriers", s.listCarriers)
	s.form(mux, "/carriers", "/{carrier}/pause", s.pauseCarrier)
	s.form(mux, "/carriers", "/{carrier}/resume", s.resumeCarrier)
}

// A carriersPage shows how each link to the phone network does.
type carriersPage struct{ Rows []carrier.Status }

func (carriersPage) file() string { return "carriers/list" }

func (s *Server) listCarriers(*visit) (answer, error) {
	var p carriersPage
	for _, link := range s.Carriers {
		p.Rows = append(p.Rows, link.Status())
	}
	return show(p), nil
}

// link returns the link a form is about, or error 20404.
func (s *Server) link(v *visit) (*carrier.Link, error) {
	name := v.PathValue("carrier")
	for _, link := range s.Carriers {
		if link.Status().Name == name {
			return link, nil
		}
	}
	return nil, repli.Errorf(20404, "There is no carrier %.64q", name)
}

func (s *Server) pauseCarrier(v *visit) (answer, error) {
	link, err := s.link(v)
	if err != nil {
		return answer{}, err
	}
	link.Pause()
	s.Log.Warn("a carrier was paused by hand", "carrier", link.Status().Name)
	s.live.refresh("carriers")
	return goTo(Root+"/carriers", "carriers.now_paused"), nil
}

func (s *Server) resumeCarrier(v *visit) (answer, error) {
	link, err := s.link(v)
	if err != nil {
		return answer{}, err
	}
	link.Resume()
	s.Log.Info("a carrier was resumed by hand", "carrier", link.Status().Name)
	s.live.refresh("carriers")
	return goTo(Root+"/carriers", "carriers.now_resumed"), nil
}

// carrierTopics are the whole page, while there is traffic and once more when it has ceased.
func (s *Server) carrierTopics() []topic {
	return []topic{{name: "carriers", of: passing, pace: 2 * time.Second, settles: carrier.Window + time.Second}}
}

// passing returns the messages that have come from a phone, and what a carrier was asked to
// take.
func passing(c repli.Change) []repli.SID {
	var all []repli.SID
	for _, m := range c.New {
		if m.IsInbound() {
			all = append(all, m.SID)
		}
	}
	for _, m := range c.Moves {
		if m.From == repli.Queued || m.From == repli.Submitting {
			all = append(all, m.Message)
		}
	}
	return all
}
