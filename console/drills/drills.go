// Package drills has the pages of drills, which prove fallbacks.
package drills

import (
	"context"
	"embed"
	"net/http"
	"net/url"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/console/coverage"
	"github.com/repli-sms/repli/console/frame"
	"github.com/repli-sms/repli/drill"
	"github.com/repli-sms/repli/store"
)

// A Server shows the pages.
type Server struct {
	DB       *store.DB
	Account  repli.SID
	Edit     configure.Editor
	Drills   *drill.Engine
	Coverage *coverage.Cache
	Dev      bool // shows the button of the lesson
}

//go:embed *.html *.json *.css
var files embed.FS

// Folder returns the pages.
func (s *Server) Folder() frame.Folder {
	return frame.Folder{
		Name: "drills", Files: files, Routes: s.routes, Topics: s.topics(),
		Pages:   []frame.Page{listPage{}, drillPage{}, attemptsPage{}},
		Section: frame.Section{Address: frame.Root + "/drills", Key: "layout.drills", Icon: "flask-conical"},
	}
}

func (s *Server) routes(r *frame.Routes) {
	r.Get("/drills", s.listDrills)
	r.Post("/drills", s.startDrill)
	r.Form("/drills", "/schedule", s.setSchedule)
	r.Get("/drills/{drill}", s.showDrill)
	r.Get("/drills/{drill}/{fault}", s.drillAttempts)
	r.Get("/drills/{drill}/junit.xml", s.drillJUnit)
	r.Get("/drills/{drill}/drill.json", s.drillJSON)
	r.Get("/drills/coverage.json", s.coverageJSON)
}

// A listPage has a field for a number and a button, and shows the results of earlier drills.
type listPage struct {
	Typed    string
	Problems frame.Problems
	Numbers  []string // to choose from
	Schedule scheduleForm
	Coverage []coverage.Row
	More     int // numbers that are not shown
	Rows     []drillRow
	Pager    frame.Pager
	Hack     bool // the button HACK stands beside that of the drill
}

func (listPage) File() string { return "drills/list" }

// A drillRow is a drill in the list.
type drillRow struct {
	repli.Drill
	Passed, Of int
	State      frame.Label
}

func stateOf(s repli.DrillStatus) frame.Label {
	switch s {
	case repli.DrillPassed:
		return frame.Label{Level: "good", Key: "drills.passed"}
	case repli.DrillDegraded:
		return frame.Label{Level: "warn", Key: "drills.degraded"}
	case repli.DrillBad:
		return frame.Label{Level: "bad", Key: "drills.failed"}
	case repli.DrillInterrupted:
		return frame.Label{Level: "dull", Key: "drills.interrupted"}
	}
	return frame.Label{Level: "dull", Key: "drills.running"}
}

func showDrillRow(d repli.Drill) drillRow {
	row := drillRow{Drill: d, Of: len(d.Results), State: stateOf(d.Status)}
	for _, r := range d.Results {
		if r.Passed {
			row.Passed++
		}
	}
	return row
}

// mostOffered is how many numbers a field offers, and mostCovered how many grades are shown.
const (
	mostOffered = 200
	mostCovered = 200
)

func (s *Server) listDrills(v *frame.Visit) (frame.Answer, error) {
	return s.drillsAgain(v, func(*listPage) {}, http.StatusOK)
}

// drillsAgain returns the page with what was typed into one of its forms.
func (s *Server) drillsAgain(v *frame.Visit, typed func(*listPage), status int) (frame.Answer, error) {
	p := listPage{Typed: v.URL.Query().Get("number"), Hack: s.Dev}
	covered, err := s.Coverage.All(v.Context())
	if err != nil {
		return frame.Answer{}, err
	}
	for _, c := range covered {
		if len(p.Numbers) < mostOffered {
			p.Numbers = append(p.Numbers, c.Ref())
		}
		if len(p.Coverage) < mostCovered {
			p.Coverage = append(p.Coverage, coverage.Row{Coverage: c, State: coverage.StateOf(c.Grade)})
		}
	}
	p.More = len(covered) - len(p.Coverage)
	kept, err := s.DB.Schedule(v.Context(), s.Account)
	if err != nil {
		return frame.Answer{}, err
	}
	p.Schedule = scheduleFormOf(kept)
	found, err := s.DB.Drills(v.Context(), s.Account, v.Part())
	if err != nil {
		return frame.Answer{}, err
	}
	found, p.Pager = frame.Paged(v, found, func(d repli.Drill) repli.SID { return d.SID })
	for _, d := range found {
		p.Rows = append(p.Rows, showDrillRow(d))
	}
	typed(&p)
	return frame.Answer{Page: p, Status: status}, nil
}

// startDrill drills the number that was typed, with every fault, or makes the lesson's check alone.
func (s *Server) startDrill(v *frame.Visit) (frame.Answer, error) {
	typed := v.Field("number")
	n, err := s.Edit.TypedNumber(v.Context(), v.Account, typed)
	if repli.IsNotFound(err) {
		return s.drillsAgain(v, func(p *listPage) {
			p.Typed, p.Problems = typed, frame.Problems{"number": frame.Sentence(err)}
		}, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return frame.Answer{}, err
	}
	var kinds []repli.FaultKind
	if v.Field("hack") != "" {
		kinds = []repli.FaultKind{repli.DrillQuest}
	}
	d, err := s.Drills.Start(v.Context(), n, kinds)
	return frame.GoTo(frame.Root+"/drills/"+string(d.SID), ""), err
}

// drill returns a drill of the account, or error 20404.
func (s *Server) drill(ctx context.Context, name string) (repli.Drill, error) {
	missing := repli.Errorf(20404, "There is no drill %.64q", name)
	sid, err := repli.ParseSID(name, repli.DrillPrefix)
	if err != nil {
		return repli.Drill{}, missing
	}
	d, err := s.DB.Drill(ctx, sid)
	if repli.IsNotFound(err) || err == nil && d.Account != s.Account {
		return repli.Drill{}, missing
	}
	return d, err
}

// topics are the list, and one drill while it runs.
func (s *Server) topics() []frame.Topic {
	return []frame.Topic{
		{Name: "drills", Of: drillsOf, Configured: true, Pace: 2 * time.Second},
		{
			Name: "drill", Of: drillsOf, Load: s.touchedDrills, Page: "drills/drill", Row: "drill", Like: drillPage{},
			Filter: func(q url.Values) func(any) bool {
				return func(row any) bool {
					p, ok := row.(drillPage)
					return ok && string(p.SID) == q.Get("drill")
				}
			},
		},
	}
}

func drillsOf(c repli.Change) []repli.SID {
	var all []repli.SID
	for _, d := range c.Drills {
		all = append(all, d.SID)
	}
	return all
}

func (s *Server) touchedDrills(ctx context.Context, sids []repli.SID) ([]any, error) {
	var rows []any
	for _, sid := range sids {
		d, err := s.drill(ctx, string(sid))
		if repli.IsNotFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, drillPageOf(d))
	}
	return rows, nil
}
