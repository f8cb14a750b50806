package console

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/repli-sms/repli"
)

func (s *Server) drillRoutes(mux *http.ServeMux) {
	s.get(mux, "/drills", s.listDrills)
	s.post(mux, "/drills", s.startDrill)
	s.form(mux, "/drills", "/schedule", s.setSchedule)
	s.get(mux, "/drills/{drill}", s.showDrill)
	s.get(mux, "/drills/{drill}/{fault}", s.drillAttempts)
	mux.HandleFunc("GET "+Root+"/drills/{drill}/junit.xml", s.drillJUnit)
	mux.HandleFunc("GET "+Root+"/drills/{drill}/drill.json", s.drillJSON)
	mux.HandleFunc("GET "+Root+"/drills/coverage.json", s.coverageJSON)
}

// A drillsPage has a field for a number and a button, and shows what came of it before.
type drillsPage struct {
	Typed    string
	Problems problems
	Numbers  []string // to choose from
	Schedule scheduleForm
	Coverage []coverRow
	More     int // numbers that are not shown
	Rows     []drillRow
	Pager    pager
}

func (drillsPage) file() string { return "drills/list" }

// A drillRow is a drill in the list.
type drillRow struct {
	repli.Drill
	Passed, Of int
	State      drillState
}

// A drillState says what came of a drill: the key of its name, and how bad it is.
type drillState struct{ Key, Level string }

func drillStateOf(s repli.DrillStatus) drillState {
	switch s {
	case repli.DrillPassed:
		return drillState{"drills.passed", "good"}
	case repli.DrillDegraded:
		return drillState{"drills.degraded", "warn"}
	case repli.DrillBad:
		return drillState{"drills.failed", "bad"}
	case repli.DrillInterrupted:
		return drillState{"drills.interrupted", "dull"}
	}
	return drillState{"drills.running", "dull"}
}

func showDrillRow(d repli.Drill) drillRow {
	row := drillRow{Drill: d, Of: len(d.Results), State: drillStateOf(d.Status)}
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

func (s *Server) listDrills(v *visit) (answer, error) {
	return s.drillsAgain(v, func(*drillsPage) {}, http.StatusOK)
}

// drillsAgain returns the page with what was typed into one of its forms.
func (s *Server) drillsAgain(v *visit, typed func(*drillsPage), status int) (answer, error) {
	p := drillsPage{Typed: v.URL.Query().Get("number")}
	covered, err := s.coverage(v.Context())
	if err != nil {
		return answer{}, err
	}
	for _, c := range covered {
		if len(p.Numbers) < mostOffered {
			p.Numbers = append(p.Numbers, c.Number)
		}
		if len(p.Coverage) < mostCovered {
			p.Coverage = append(p.Coverage, coverRow{c, gradeStateOf(c.Grade)})
		}
	}
	p.More = len(covered) - len(p.Coverage)
	kept, err := s.DB.Schedule(v.Context(), s.Account)
	if err != nil {
		return answer{}, err
	}
	p.Schedule = scheduleFormOf(kept)
	found, err := s.DB.Drills(v.Context(), s.Account, v.part())
	if err != nil {
		return answer{}, err
	}
	found, p.Pager = paged(v, found, func(d repli.Drill) repli.SID { return d.SID })
	for _, d := range found {
		p.Rows = append(p.Rows, showDrillRow(d))
	}
	typed(&p)
	return answer{page: p, status: status}, nil
}

// startDrill drills the number that was typed, with every fault.
func (s *Server) startDrill(v *visit) (answer, error) {
	typed := v.field("number")
	n, err := s.edit.TypedNumber(v.Context(), v.account, typed)
	if repli.IsNotFound(err) {
		return s.drillsAgain(v, func(p *drillsPage) {
			p.Typed, p.Problems = typed, problems{"number": sentence(err)}
		}, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return answer{}, err
	}
	d, err := s.Drills.Start(v.Context(), n, nil)
	return goTo(Root+"/drills/"+string(d.SID), ""), err
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

// drillTopics are the list, and one drill while it runs.
func (s *Server) drillTopics() []topic {
	return []topic{
		{name: "drills", of: drillsOf, configured: true, pace: 2 * time.Second},
		{
			name: "drill", of: drillsOf, load: s.touchedDrills, page: "drills/drill", row: "drill", like: drillPage{},
			filter: func(q url.Values) func(any) bool {
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
