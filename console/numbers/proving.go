package numbers

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/console/faults"
	"github.com/repli-sms/repli/console/frame"
	"github.com/repli-sms/repli/console/reasons"
)

// Proving is the part of a number's page where its primary is broken on purpose, kept from
// being asked, and proven to be repaired.
type proving struct {
	SID         repli.SID
	Address     string
	Kinds       []faults.Kind
	Faults      []activeFault
	Fault       faultForm
	Standing    repli.Standing
	Breaker     repli.CircuitState
	Maintenance *repli.Maintenance // nil when it is in none
	Rest        maintenanceForm
	Problems    frame.Problems
}

// An activeFault is a fault that strikes texts now.
type activeFault struct {
	repli.Fault
	Name string // key
}

// A faultForm holds the fields of the form that breaks a primary.
type faultForm struct {
	Kind  repli.FaultKind
	Count string
	Unit  string // messages or minutes
}

// A maintenanceForm holds the fields of the form that begins a maintenance.
type maintenanceForm struct {
	Count           string
	Unit            string // minutes, hours or days
	English, French string
}

// proving returns the part for a number, with nothing typed.
func (s *Server) proving(ctx context.Context, n repli.Number) (proving, error) {
	p := proving{
		SID: n.SID, Address: n.Address, Kinds: faults.Kinds(),
		Fault: faultForm{Kind: repli.FaultStatus500, Count: "1", Unit: "messages"},
		Rest:  maintenanceForm{Count: "1", Unit: "hours"},
	}
	active, err := s.Edit.ActiveFaults(ctx, n)
	if err != nil {
		return p, err
	}
	for _, f := range active {
		p.Faults = append(p.Faults, activeFault{f, faults.NameOf(f.Kind)})
	}
	if p.Standing, p.Breaker, err = s.Inbound.State(ctx, n); err != nil {
		return p, err
	}
	m, err := s.DB.Maintenance(ctx, n.SID)
	if m.IsOn(time.Now()) {
		p.Maintenance = &m
		p.Rest.English, p.Rest.French = m.English, m.French
	}
	return p, err
}

// provingAgain returns a number's page after a form of this part could not be taken.
func (s *Server) provingAgain(v *frame.Visit, typed func(*proving), status int) (frame.Answer, error) {
	n, err := s.Edit.Number(v.Context(), v.Account, v.PathValue("number"))
	if err != nil {
		return frame.Answer{}, err
	}
	a, err := s.numberAgain(v, n, numberFormOf(n), nil, status)
	if p, ok := a.Page.(numberPage); ok {
		typed(&p.Proving)
		a.Page = p
	}
	return a, err
}

// refused returns the status of a form that could not be taken because of this error, 0 when
// the error is about something else.
func refused(err error) int {
	switch repli.CodeOf(err) {
	case repli.CodeConflict:
		return http.StatusConflict
	case repli.CodeInvalid, 21617:
		return http.StatusUnprocessableEntity
	}
	return 0
}

func (s *Server) beginFault(v *frame.Visit) (frame.Answer, error) {
	f := faultForm{repli.FaultKind(v.Field("kind")), v.Field("count"), v.Field("unit")}
	n, err := s.Edit.Number(v.Context(), v.Account, v.PathValue("number"))
	if err != nil {
		return frame.Answer{}, err
	}
	count, err := v.Count("count")
	if err == nil {
		messages, minutes := int64(count), int64(0)
		if f.Unit == "minutes" {
			messages, minutes = 0, messages
		}
		_, err = s.Edit.BeginFault(v.Context(), v.Account, string(n.SID), f.Kind, messages, minutes)
	}
	if status := refused(err); status != 0 {
		return s.provingAgain(v, func(p *proving) { p.Fault, p.Problems = f, frame.Problems{"fault": frame.Sentence(err)} }, status)
	}
	return frame.GoTo(numberAt(n.SID)+"#prove", "faults.began"), err
}

// endFaults ends one fault of a number, or all of them.
func (s *Server) endFaults(v *frame.Visit) (frame.Answer, error) {
	n, err := s.Edit.Number(v.Context(), v.Account, v.PathValue("number"))
	if err != nil {
		return frame.Answer{}, err
	}
	one := repli.SID(v.Field("fault"))
	_, err = s.Edit.EndFaults(v.Context(), v.Account, string(n.SID), func(f repli.Fault) bool { return one == "" || f.SID == one })
	if repli.CodeOf(err) == repli.CodeConflict {
		err = nil // it has ended by itself meanwhile
	}
	return frame.GoTo(backOr(v, numberAt(n.SID)+"#prove"), "faults.ended"), err
}

// backOr returns the page a banner's button was pressed on, or else to.
func backOr(v *frame.Visit, to string) string {
	if back := v.Field("back"); back != "" {
		return frame.LocalPath(back)
	}
	return to
}

// durations are what a maintenance is measured in.
func durations() map[string]time.Duration {
	return map[string]time.Duration{"minutes": time.Minute, "hours": time.Hour, "days": 24 * time.Hour}
}

// until returns when a maintenance that begins now is to end.
func (f maintenanceForm) until(now time.Time) (time.Time, error) {
	n, err := strconv.ParseFloat(f.Count, 64)
	unit := durations()[f.Unit]
	if err != nil || unit == 0 || math.IsNaN(n) || n > float64(repli.MaxMaintenance/unit)+1 || n < 0 {
		return now, repli.Errorf(20422, "A maintenance lasts between a minute and %d days, not %.64q %.16s", repli.MaxMaintenance/(24*time.Hour), f.Count, f.Unit)
	}
	return now.Add(time.Duration(n * float64(unit))), nil
}

func (s *Server) beginMaintenance(v *frame.Visit) (frame.Answer, error) {
	f := maintenanceForm{v.Field("count"), v.Field("unit"), v.Field("text_en"), v.Field("text_fr")}
	n, err := s.Edit.Number(v.Context(), v.Account, v.PathValue("number"))
	if err != nil {
		return frame.Answer{}, err
	}
	until, err := f.until(time.Now())
	if err == nil {
		_, err = s.Edit.BeginMaintenance(v.Context(), v.Account, string(n.SID), until, f.English, f.French)
	}
	if status := refused(err); status != 0 {
		return s.provingAgain(v, func(p *proving) { p.Rest, p.Problems = f, frame.Problems{"maintenance": frame.Sentence(err)} }, status)
	}
	return frame.GoTo(numberAt(n.SID)+"#prove", "faults.maintenance_began"), err
}

func (s *Server) endMaintenance(v *frame.Visit) (frame.Answer, error) {
	n, err := s.Edit.Number(v.Context(), v.Account, v.PathValue("number"))
	if err != nil {
		return frame.Answer{}, err
	}
	err = s.Edit.EndMaintenance(v.Context(), v.Account, string(n.SID))
	if repli.IsNotFound(err) {
		err = nil // it has ended by itself meanwhile
	}
	return frame.GoTo(backOr(v, numberAt(n.SID)+"#prove"), "faults.maintenance_ended"), err
}

// rehearse asks a number's primary once and says what it said.
func (s *Server) rehearse(v *frame.Visit) (frame.Answer, error) {
	n, err := s.Edit.Number(v.Context(), v.Account, v.PathValue("number"))
	if err != nil {
		return frame.Answer{}, err
	}
	r, err := s.Drills.Rehearse(v.Context(), n, repli.OnDemand)
	if repli.CodeOf(err) == repli.CodeConflict || repli.CodeOf(err) == repli.CodeInvalid { // there is nobody to ask
		return frame.GoTo(numberAt(n.SID)+"#prove", "faults.rehearsed_badly", "Reason", frame.Brief(frame.Sentence(err))), nil
	}
	if err != nil {
		return frame.Answer{}, err
	}
	key := "faults.rehearsed_badly"
	if r.Passed {
		key = "faults.rehearsed_well"
	}
	said, err := reasons.Rehearsal(v.Lang, r)
	return frame.GoTo(numberAt(n.SID)+"#prove", key, "Reason", frame.Brief(said)), err
}
