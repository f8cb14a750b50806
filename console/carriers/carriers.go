// Package carriers has the page of the links to the phone network.
package carriers

import (
	"embed"
	"log/slog"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/carrier"
	"github.com/repli-sms/repli/console/frame"
)

// A Server shows the pages.
type Server struct {
	Carriers []*carrier.Link
	Log      *slog.Logger
}

//go:embed *.html *.json *.css
var files embed.FS

// Folder returns the pages.
func (s *Server) Folder() frame.Folder {
	return frame.Folder{
		Name: "carriers", Files: files, Routes: s.routes,
		Pages:   []frame.Page{page{}},
		Section: frame.Section{Address: frame.Root + "/carriers", Key: "layout.carriers", Icon: "radio-tower"},
		// The whole page, while there is traffic and once more when it has ceased.
		Topics: []frame.Topic{{Name: "carriers", Of: passing, Pace: 2 * time.Second, Settles: carrier.Window + time.Second}},
	}
}

func (s *Server) routes(r *frame.Routes) {
	r.Get("/carriers", s.listCarriers)
	r.Form("/carriers", "/{carrier}/pause", s.pauseCarrier)
	r.Form("/carriers", "/{carrier}/resume", s.resumeCarrier)
}

// A page shows how each link to the phone network does.
type page struct{ Rows []carrier.Status }

func (page) File() string { return "carriers/list" }

func (s *Server) listCarriers(*frame.Visit) (frame.Answer, error) {
	var p page
	for _, link := range s.Carriers {
		p.Rows = append(p.Rows, link.Status())
	}
	return frame.Show(p), nil
}

// link returns the link a form is about, or error 20404.
func (s *Server) link(v *frame.Visit) (*carrier.Link, error) {
	name := v.PathValue("carrier")
	for _, link := range s.Carriers {
		if link.Status().Name == name {
			return link, nil
		}
	}
	return nil, repli.Errorf(20404, "There is no carrier %.64q", name)
}

func (s *Server) pauseCarrier(v *frame.Visit) (frame.Answer, error) {
	link, err := s.link(v)
	if err != nil {
		return frame.Answer{}, err
	}
	link.Pause()
	s.Log.Warn("a carrier was paused by hand", "carrier", link.Status().Name)
	v.Refresh("carriers")
	return frame.GoTo(frame.Root+"/carriers", "carriers.now_paused"), nil
}

func (s *Server) resumeCarrier(v *frame.Visit) (frame.Answer, error) {
	link, err := s.link(v)
	if err != nil {
		return frame.Answer{}, err
	}
	link.Resume()
	s.Log.Info("a carrier was resumed by hand", "carrier", link.Status().Name)
	v.Refresh("carriers")
	return frame.GoTo(frame.Root+"/carriers", "carriers.now_resumed"), nil
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
