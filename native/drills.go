package native

import (
	"cmp"
	"context"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/sms"
)

// drillShown is a drill as the API shows it.
type drillShown struct {
	SID        repli.SID         `json:"sid"`
	Number     string            `json:"number"`
	Status     repli.DrillStatus `json:"status"`
	Reason     string            `json:"reason"` // empty while it runs
	Cut        *repli.Cut        `json:"interrupted_by"`
	Started    time.Time         `json:"started"`
	Ended      *time.Time        `json:"ended"`
	Results    []drillResult     `json:"results"` // those there are so far
	NotCovered []repli.FaultKind `json:"not_covered"`
}

func showDrill(d repli.Drill) drillShown {
	return drillShown{d.SID, d.Number, d.Status, d.Reason, endpoint.Maybe(d.Cut), d.Started, endpoint.Maybe(d.Ended), endpoint.Each(d.Results, showResult), append([]repli.FaultKind{}, d.Uncovered...)}
}

// ShownDrill returns a drill as the API shows it, to be written as JSON.
func ShownDrill(d repli.Drill) any { return showDrill(d) }

// drillResult is what came of one fault.
type drillResult struct {
	Fault         repli.FaultKind `json:"fault"`
	Passed        bool            `json:"passed"`
	ErrorCode     *int            `json:"error_code"`
	AnsweredBy    string          `json:"answered_by"`
	Text          string          `json:"text"`
	Encoding      *sms.Encoding   `json:"encoding"`
	Segments      int             `json:"segments"`
	TexterWaitsMS int64           `json:"texter_waits_ms"`
	Reason        string          `json:"reason"`
	Fix           string          `json:"fix"`
}

func showResult(r repli.DrillResult) drillResult {
	return drillResult{
		Fault: r.Fault, Passed: r.Passed, ErrorCode: endpoint.Maybe(r.ErrorCode), AnsweredBy: cmp.Or(string(r.AnsweredBy), "nobody"),
		Text: r.Text, Encoding: endpoint.Maybe(r.Encoding), Segments: r.Segments, TexterWaitsMS: r.Waits.Milliseconds(), Reason: r.Reason, Fix: r.Fix,
	}
}

type drillList struct {
	Drills []drillShown `json:"drills"`
	Next   *string      `json:"next"`
}

type aDrill struct {
	SID string `path:"drill"`
}

// startDrill begins a drill. The number may be typed as people do.
func (s *Server) startDrill(ctx context.Context, acct repli.Account, in struct {
	Body struct {
		Number string        `json:"number"`
		Faults endpoint.Some `json:"faults"` // all when missing
	} `body:"json"`
}) (drillShown, error) {
	num, err := s.edit.TypedNumber(ctx, acct, in.Body.Number)
	if err != nil {
		return drillShown{}, err
	}
	var kinds []repli.FaultKind
	for _, name := range in.Body.Faults.Names() {
		kinds = append(kinds, repli.FaultKind(name))
	}
	if in.Body.Faults != nil && !in.Body.Faults.All() && len(kinds) == 0 {
		return drillShown{}, repli.Errorf(20422, `faults is empty; name some, or write "all"`)
	}
	d, err := s.Drills.Start(ctx, num, kinds)
	return showDrill(d), err
}

func (s *Server) listDrills(ctx context.Context, acct repli.Account, in paging) (drillList, error) {
	page, err := in.read(repli.DrillPrefix)
	if err != nil {
		return drillList{}, err
	}
	found, err := s.DB.Drills(ctx, acct.SID, page)
	if err != nil {
		return drillList{}, err
	}
	found, next := cut(s, page, found, "/drills", nil, func(d repli.Drill) string { return string(d.SID) })
	return drillList{endpoint.Each(found, showDrill), next}, nil
}

func (s *Server) getDrill(ctx context.Context, acct repli.Account, in aDrill) (drillShown, error) {
	d, err := s.drill(ctx, acct, in.SID)
	if err != nil {
		return drillShown{}, err
	}
	return showDrill(d), nil
}

// drillAttempts returns the tries of a drill's text.
func (s *Server) drillAttempts(ctx context.Context, acct repli.Account, in struct {
	aDrill
	paging
	Fault string `path:"fault"`
}) (attemptList, error) {
	d, err := s.drill(ctx, acct, in.SID)
	if err != nil {
		return attemptList{}, err
	}
	for _, r := range d.Results {
		if string(r.Fault) == in.Fault {
			return s.attempts(ctx, r.Message, in.paging, "/drills/"+string(d.SID)+"/results/"+in.Fault+"/attempts")
		}
	}
	return attemptList{}, repli.Errorf(20404, "The drill %s has no result for %.64q", d.SID, in.Fault)
}

// drill finds a drill of the account.
func (s *Server) drill(ctx context.Context, acct repli.Account, name string) (repli.Drill, error) {
	missing := repli.Errorf(20404, "There is no drill %.64q", name)
	sid, err := repli.ParseSID(name, repli.DrillPrefix)
	if err != nil {
		return repli.Drill{}, missing
	}
	d, err := s.DB.Drill(ctx, sid)
	if repli.IsNotFound(err) || err == nil && d.Account != acct.SID {
		return repli.Drill{}, missing
	}
	return d, err
}
