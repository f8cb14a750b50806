package console

import (
	"net/http"
	"time"

	"github.com/repli-sms/repli"
)

func (s *Server) overviewRoutes(mux *http.ServeMux) {
	s.get(mux, "", s.overview)
}

// An overviewPage answers what an operator asks first, a card for each question.
type overviewPage struct {
	Chart  *chart // nil when nobody counts
	Errors []alertRow
}

func (overviewPage) file() string { return "overview/overview" }

func (s *Server) overview(v *visit) (answer, error) {
	var p overviewPage
	if s.Tally != nil {
		c := drawn(s.Tally.LastHour())
		p.Chart = &c
	}
	var err error
	p.Errors, err = s.newestErrors(v.Context())
	return show(p), err
}

// overviewTopics are the whole page: what happens changes most of its cards.
func (s *Server) overviewTopics() []topic {
	return []topic{{name: "overview", of: newOnOverview, configured: true, pace: 3 * time.Second}}
}

// newOnOverview returns the texts that were dealt with, and the alerts.
func newOnOverview(c repli.Change) []repli.SID {
	all := alertsOf(c)
	for _, m := range c.Moves {
		if m.From == repli.Pending {
			all = append(all, m.Message)
		}
	}
	return all
}
