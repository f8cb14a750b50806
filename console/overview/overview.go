package console

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/repli-sms/repli"
)

func (s *Server) overviewRoutes(mux *http.ServeMux) {
	s.get(mux, "", s.overview)
}

// An overviewPage answers what an operator asks first, a card for each question.
type overviewPage struct {
	Chart    *chart // nil when nobody counts
	Fallback onFallback
	Unproven unproven
	Errors   []alertRow
}

func (overviewPage) file() string { return "overview/overview" }

func (s *Server) overview(v *visit) (answer, error) {
	var p overviewPage
	if s.Tally != nil {
		c := drawn(s.Tally.LastHour())
		p.Chart = &c
	}
	var err error
	if p.Fallback, err = s.onFallback(v.Context()); err != nil {
		return answer{}, err
	}
	if p.Unproven, err = s.unproven(v.Context()); err != nil {
		return answer{}, err
	}
	p.Errors, err = s.newestErrors(v.Context())
	return show(p), err
}

// onFallback is the card of numbers whose texts somebody else than the primary answers.
type onFallback struct {
	Rows []livingRow // those that have been for longest
	More int
}

// A livingRow is a number that lives on its fallback.
type livingRow struct {
	Number string
	standing
}

func (s *Server) onFallback(ctx context.Context) (onFallback, error) {
	all, err := s.standings(ctx)
	var p onFallback
	for number, one := range all {
		if !one.Since.IsZero() {
			p.Rows = append(p.Rows, livingRow{number, one})
		}
	}
	slices.SortFunc(p.Rows, func(a, b livingRow) int { return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Number, b.Number)) })
	p.More = max(0, len(p.Rows)-recent)
	p.Rows = p.Rows[:min(len(p.Rows), recent)]
	return p, err
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
