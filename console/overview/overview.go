// Package overview has the page that answers what an operator asks first.
package overview

import (
	"cmp"
	"context"
	"embed"
	"slices"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/console/coverage"
	"github.com/repli-sms/repli/console/frame"
	"github.com/repli-sms/repli/console/standing"
	"github.com/repli-sms/repli/store"
	"github.com/repli-sms/repli/tally"
)

// A Server shows the pages.
type Server struct {
	DB        *store.DB
	Account   repli.SID
	Tally     *tally.Tally // nil shows no count
	Standings standing.Teller
	Coverage  *coverage.Cache
}

//go:embed *.html *.json *.css
var files embed.FS

// Folder returns the pages.
func (s *Server) Folder() frame.Folder {
	return frame.Folder{
		Name: "overview", Files: files, Routes: s.routes,
		Pages:   []frame.Page{page{}},
		Section: frame.Section{Address: frame.Root, Key: "layout.overview", Icon: "gauge"},
		Topics:  []frame.Topic{{Name: "overview", Of: newOnOverview, Configured: true, Pace: 3 * time.Second}}, // most of what happens changes a card
	}
}

func (s *Server) routes(r *frame.Routes) {
	r.Get("", s.overview)
}

// A page answers what an operator asks first, a card for each question.
type page struct {
	Chart    *chart // nil when nobody counts
	Fallback onFallback
	Unproven unproven
	Errors   []repli.Alert
}

func (page) File() string { return "overview/overview" }

func (s *Server) overview(v *frame.Visit) (frame.Answer, error) {
	var p page
	if s.Tally != nil {
		c := drawn(s.Tally.LastHour())
		p.Chart = &c
	}
	var err error
	if p.Fallback, err = s.onFallback(v.Context()); err != nil {
		return frame.Answer{}, err
	}
	if p.Unproven, err = s.unproven(v.Context()); err != nil {
		return frame.Answer{}, err
	}
	p.Errors, err = s.newestErrors(v.Context())
	return frame.Show(p), err
}

// onFallback is the card of numbers whose texts are answered by a step other than the primary.
type onFallback struct {
	Rows []standing.Living // those that have been for longest
	More int
}

func (s *Server) onFallback(ctx context.Context) (onFallback, error) {
	all, err := s.Standings.All(ctx)
	var p onFallback
	for _, one := range all.OnFallback() {
		if !one.Since.IsZero() {
			p.Rows = append(p.Rows, one)
		}
	}
	slices.SortFunc(p.Rows, func(a, b standing.Living) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Number, b.Number))
	})
	p.More = max(0, len(p.Rows)-recent)
	p.Rows = p.Rows[:min(len(p.Rows), recent)]
	return p, err
}

// recent is how many of the newest, or worst, there are of something on a card.
const recent = 5

// newestErrors returns the errors that happened last.
func (s *Server) newestErrors(ctx context.Context) ([]repli.Alert, error) {
	found, err := s.DB.Alerts(ctx, s.Account, store.AlertFilter{Level: repli.LevelError, Real: true}, store.Page{Limit: recent})
	for i := range found {
		found[i].Detail = frame.Brief(found[i].Detail) // all of it stands on the alert's own page
	}
	return found, err
}

// unproven is the overview's card of numbers that cannot rely on their fallback.
type unproven struct {
	Rows []coverage.Row // the worst
	More int
	None bool // there is no number
}

func (s *Server) unproven(ctx context.Context) (unproven, error) {
	var p unproven
	all, err := s.Coverage.All(ctx)
	p.None = len(all) == 0
	for _, c := range all {
		switch {
		case c.Grade == repli.GradeProven:
		case len(p.Rows) == recent:
			p.More++
		default:
			p.Rows = append(p.Rows, coverage.Row{Coverage: c, State: coverage.StateOf(c.Grade)})
		}
	}
	return p, err
}

// newOnOverview returns the texts that were dealt with, and the alerts.
func newOnOverview(c repli.Change) []repli.SID {
	var all []repli.SID
	for _, a := range c.Alerts {
		all = append(all, a.SID)
	}
	for _, m := range c.Moves {
		if m.From == repli.Pending {
			all = append(all, m.Message)
		}
	}
	return all
}
