package console

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/drill"
	"github.com/repli-sms/repli/native"
)

// A drillPage shows what came of one drill, fault by fault, while it runs as well.
type drillPage struct {
	drillRow
	Results []drillResult // those there are, and those that are awaited
}

func (drillPage) file() string { return "drills/drill" }

// A drillResult is a row of a drill: what came of one fault.
type drillResult struct {
	repli.DrillResult
	Name    string // key
	Why     string // key of a sentence on the fault, "" for a check that is none
	Awaited bool
}

func drillPageOf(d repli.Drill) drillPage {
	p := drillPage{drillRow: showDrillRow(d)}
	for _, kind := range repli.DrillKinds() {
		row := drillResult{Name: "faults.twilioquest"}
		for _, k := range faultKinds() {
			if k.Kind == kind {
				row.Name, row.Why = k.Name, k.Why
			}
		}
		i := slices.IndexFunc(d.Results, func(r repli.DrillResult) bool { return r.Fault == kind })
		switch {
		case i >= 0:
			row.DrillResult = d.Results[i]
		case d.Status == repli.DrillRuns && d.Whole:
			row.Fault, row.Awaited = kind, true
		default:
			continue
		}
		p.Results = append(p.Results, row)
	}
	return p
}

func (s *Server) showDrill(v *visit) (answer, error) {
	d, err := s.drill(v.Context(), v.PathValue("drill"))
	return show(drillPageOf(d)), err
}

// An attemptsPage shows how a text of a drill was answered.
type attemptsPage struct {
	Drill    repli.Drill
	Result   drillResult
	Timeline timeline
}

func (attemptsPage) file() string { return "drills/attempts" }

func (s *Server) drillAttempts(v *visit) (answer, error) {
	d, err := s.drill(v.Context(), v.PathValue("drill"))
	if err != nil {
		return answer{}, err
	}
	p := attemptsPage{Drill: d}
	all := drillPageOf(d).Results
	i := slices.IndexFunc(all, func(r drillResult) bool { return string(r.Fault) == v.PathValue("fault") && !r.Awaited })
	if i < 0 {
		return answer{}, repli.Errorf(20404, "The drill %s has no result for %.64q", d.SID, v.PathValue("fault"))
	}
	p.Result = all[i]
	attempts, err := s.DB.Attempts(v.Context(), p.Result.Message)
	p.Timeline = newTimeline(p.Result.Message.Made(), attempts)
	return show(p), err
}

// drillJUnit and drillJSON are a drill as other programs read it.
func (s *Server) drillJUnit(w http.ResponseWriter, r *http.Request) {
	s.download(w, r, "application/xml", "junit.xml", func() ([]byte, error) {
		d, err := s.drill(r.Context(), r.PathValue("drill"))
		if err != nil {
			return nil, err
		}
		return drill.JUnit([]repli.Drill{d})
	})
}

func (s *Server) drillJSON(w http.ResponseWriter, r *http.Request) {
	s.download(w, r, "application/json", "drill.json", func() ([]byte, error) {
		d, err := s.drill(r.Context(), r.PathValue("drill"))
		if err != nil {
			return nil, err
		}
		return json.MarshalIndent(native.ShownDrill(d), "", "  ")
	})
}

func (s *Server) coverageJSON(w http.ResponseWriter, r *http.Request) {
	s.download(w, r, "application/json", "coverage.json", func() ([]byte, error) {
		all, err := s.Drills.Coverage(r.Context(), s.Account)
		if err != nil {
			return nil, err
		}
		return json.MarshalIndent(native.ShownCoverage(all), "", "  ")
	})
}

// download answers with a file to keep, or with a page that says why there is none.
func (s *Server) download(w http.ResponseWriter, r *http.Request, typ, name string, read func() ([]byte, error)) {
	b, err := read()
	if err != nil {
		s.handle(func(*visit) (answer, error) { return answer{}, err }).ServeHTTP(w, r)
		return
	}
	w.Header().Set("Content-Type", typ)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Write(b)
}
