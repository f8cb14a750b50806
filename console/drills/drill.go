package drills

import (
	"encoding/json"
	"slices"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/console/faults"
	"github.com/repli-sms/repli/console/frame"
	"github.com/repli-sms/repli/console/timeline"
	"github.com/repli-sms/repli/drill"
	"github.com/repli-sms/repli/native"
)

// A drillPage shows what came of one drill, fault by fault, while it runs as well.
type drillPage struct {
	drillRow
	Results []drillResult // those there are, and those that are awaited
}

func (drillPage) File() string { return "drills/drill" }

// A drillResult is a row of a drill: what came of one fault.
type drillResult struct {
	repli.DrillResult
	Name       string // key
	Why        string // key of a sentence on the fault, "" for a check that is none
	Awaited    bool
	NotCovered bool // the number's settings do not defend against it
}

func drillPageOf(d repli.Drill) drillPage {
	p := drillPage{drillRow: showDrillRow(d)}
	for _, kind := range repli.DrillKinds() {
		row := drillResult{Name: "faults.twilioquest"}
		for _, k := range faults.Kinds() {
			if k.Kind == kind {
				row.Name, row.Why = k.Name, k.Why
			}
		}
		i := slices.IndexFunc(d.Results, func(r repli.DrillResult) bool { return r.Fault == kind })
		switch {
		case i >= 0:
			row.DrillResult = d.Results[i]
		case slices.Contains(d.Uncovered, kind):
			row.Fault, row.NotCovered = kind, true
		case d.Status == repli.DrillRuns && d.Whole:
			row.Fault, row.Awaited = kind, true
		default:
			continue
		}
		p.Results = append(p.Results, row)
	}
	return p
}

func (s *Server) showDrill(v *frame.Visit) (frame.Answer, error) {
	d, err := s.drill(v.Context(), v.PathValue("drill"))
	return frame.Show(drillPageOf(d)), err
}

// An attemptsPage shows how a text of a drill was answered.
type attemptsPage struct {
	Drill    repli.Drill
	Result   drillResult
	Timeline timeline.Timeline
}

func (attemptsPage) File() string { return "drills/attempts" }

func (s *Server) drillAttempts(v *frame.Visit) (frame.Answer, error) {
	d, err := s.drill(v.Context(), v.PathValue("drill"))
	if err != nil {
		return frame.Answer{}, err
	}
	p := attemptsPage{Drill: d}
	all := drillPageOf(d).Results
	i := slices.IndexFunc(all, func(r drillResult) bool {
		return string(r.Fault) == v.PathValue("fault") && !r.Awaited && !r.NotCovered
	})
	if i < 0 {
		return frame.Answer{}, repli.Errorf(20404, "The drill %s has no result for %.64q", d.SID, v.PathValue("fault"))
	}
	p.Result = all[i]
	p.Timeline, err = timeline.Load(v, s.DB, p.Result.Message, p.Result.Message.Made())
	return frame.Show(p), err
}

// drillJUnit and drillJSON are a drill as other programs read it.
func (s *Server) drillJUnit(v *frame.Visit) (frame.Answer, error) {
	d, err := s.drill(v.Context(), v.PathValue("drill"))
	if err != nil {
		return frame.Answer{}, err
	}
	b, err := drill.JUnit([]repli.Drill{d})
	return frame.Send(frame.File{Type: "application/xml", Name: "junit.xml", Data: b}), err
}

func (s *Server) drillJSON(v *frame.Visit) (frame.Answer, error) {
	d, err := s.drill(v.Context(), v.PathValue("drill"))
	if err != nil {
		return frame.Answer{}, err
	}
	b, err := json.MarshalIndent(native.ShownDrill(d), "", "  ")
	return frame.Send(frame.File{Type: "application/json", Name: "drill.json", Data: b}), err
}

func (s *Server) coverageJSON(v *frame.Visit) (frame.Answer, error) {
	all, err := s.Drills.Coverage(v.Context(), s.Account)
	if err != nil {
		return frame.Answer{}, err
	}
	b, err := json.MarshalIndent(native.ShownCoverage(all), "", "  ")
	return frame.Send(frame.File{Type: "application/json", Name: "coverage.json", Data: b}), err
}
