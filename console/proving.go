package console

import (
	"context"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/repli-sms/repli"
)

func (s *Server) provingRoutes(mux *http.ServeMux) {
	s.form(mux, "/numbers/{number}", "/faults", s.beginFault)
	s.form(mux, "/numbers/{number}", "/faults/end", s.endFaults)
	s.form(mux, "/numbers/{number}", "/rehearse", s.rehearse)
	s.form(mux, "/numbers/{number}", "/maintenance", s.beginMaintenance)
	s.form(mux, "/numbers/{number}", "/maintenance/end", s.endMaintenance)
}

// Proving is the part of a number's page where its primary is broken on purpose, kept from
// being asked, and proven to be repaired.
type proving struct {
	SID         repli.SID
	Address     string
	Kinds       []faultKind
	Faults      []activeFault
	Fault       faultForm
	Standing    repli.Standing
	Breaker     repli.CircuitState
	Maintenance *repli.Maintenance // nil when it is in none
	Rest        maintenanceForm
	Problems    problems
}

// An activeFault is a fault that strikes texts now.
type activeFault struct {
	repli.Fault
	Name string // key
}

// A faultForm is what somebody types to break a primary.
type faultForm struct {
	Kind  repli.FaultKind
	Count string
	Unit  string // messages or minutes
}

// A maintenanceForm is what somebody types to begin a maintenance.
type maintenanceForm struct {
	Count           string
	Unit            string // minutes, hours or days
	English, French string
}

// proving returns the part for a number, with nothing typed.
func (s *Server) proving(ctx context.Context, n repli.Number) (proving, error) {
	p := proving{
		SID: n.SID, Address: n.Address, Kinds: faultKinds(),
		Fault: faultForm{Kind: repli.FaultStatus500, Count: "1", Unit: "messages"},
		Rest:  maintenanceForm{Count: "1", Unit: "hours"},
	}
	active, err := s.edit.ActiveFaults(ctx, n)
	if err != nil {
		return p, err
	}
	for _, f := range active {
		p.Faults = append(p.Faults, activeFault{f, faultName(f.Kind)})
	}
	if p.Standing, p.Breaker, err = s.Inbound.State(ctx, n); err != nil {
		return p, err
	}
	m, err := s.DB.Maintenance(ctx, n.Address)
	if m.IsOn(time.Now()) {
		p.Maintenance = &m
		p.Rest.English, p.Rest.French = m.English, m.French
	}
	return p, err
}

// provingAgain returns a number's page after a form of this part could not be taken.
func (s *Server) provingAgain(v *visit, typed func(*proving), status int) (answer, error) {
	n, err := s.edit.Number(v.Context(), v.account, v.PathValue("number"))
	if err != nil {
		return answer{}, err
	}
	a, err := s.numberAgain(v, n, numberFormOf(n), nil, status)
	if p, ok := a.page.(numberPage); ok {
		typed(&p.Proving)
		a.page = p
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

func (s *Server) beginFault(v *visit) (answer, error) {
	f := faultForm{repli.FaultKind(v.field("kind")), v.field("count"), v.field("unit")}
	n, err := s.edit.Number(v.Context(), v.account, v.PathValue("number"))
	if err != nil {
		return answer{}, err
	}
	count, err := v.count("count")
	if err == nil {
		messages, minutes := int64(count), int64(0)
		if f.Unit == "minutes" {
			messages, minutes = 0, messages
		}
		_, err = s.edit.BeginFault(v.Context(), v.account, string(n.SID), f.Kind, messages, minutes)
	}
	if status := refused(err); status != 0 {
		return s.provingAgain(v, func(p *proving) { p.Fault, p.Problems = f, problems{"fault": sentence(err)} }, status)
	}
	return goTo(numberAt(n.SID)+"#prove", "faults.began"), err
}

// endFaults ends one fault of a number, or all of them.
func (s *Server) endFaults(v *visit) (answer, error) {
	n, err := s.edit.Number(v.Context(), v.account, v.PathValue("number"))
	if err != nil {
		return answer{}, err
	}
	one := repli.SID(v.field("fault"))
	_, err = s.edit.EndFaults(v.Context(), v.account, string(n.SID), func(f repli.Fault) bool { return one == "" || f.SID == one })
	if repli.CodeOf(err) == repli.CodeConflict {
		err = nil // it has ended by itself meanwhile
	}
	return goTo(backOr(v, numberAt(n.SID)+"#prove"), "faults.ended"), err
}

// backOr returns the page a banner's button was pressed on, or else to.
func backOr(v *visit, to string) string {
	if back := v.field("back"); back != "" {
		return localPath(back)
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

func (s *Server) beginMaintenance(v *visit) (answer, error) {
	f := maintenanceForm{v.field("count"), v.field("unit"), v.field("text_en"), v.field("text_fr")}
	n, err := s.edit.Number(v.Context(), v.account, v.PathValue("number"))
	if err != nil {
		return answer{}, err
	}
	until, err := f.until(time.Now())
	if err == nil {
		_, err = s.edit.BeginMaintenance(v.Context(), v.account, string(n.SID), until, f.English, f.French)
	}
	if status := refused(err); status != 0 {
		return s.provingAgain(v, func(p *proving) { p.Rest, p.Problems = f, problems{"maintenance": sentence(err)} }, status)
	}
	return goTo(numberAt(n.SID)+"#prove", "faults.maintenance_began"), err
}

func (s *Server) endMaintenance(v *visit) (answer, error) {
	n, err := s.edit.Number(v.Context(), v.account, v.PathValue("number"))
	if err != nil {
		return answer{}, err
	}
	err = s.edit.EndMaintenance(v.Context(), v.account, string(n.SID))
	if repli.IsNotFound(err) {
		err = nil // it has ended by itself meanwhile
	}
	return goTo(backOr(v, numberAt(n.SID)+"#prove"), "faults.maintenance_ended"), err
}

// rehearse asks a number's primary once and says what it said.
func (s *Server) rehearse(v *visit) (answer, error) {
	n, err := s.edit.Number(v.Context(), v.account, v.PathValue("number"))
	if err != nil {
		return answer{}, err
	}
	r, err := s.Drills.Rehearse(v.Context(), n, repli.OnDemand)
	if repli.CodeOf(err) == repli.CodeConflict || repli.CodeOf(err) == repli.CodeInvalid { // there is nobody to ask
		return goTo(numberAt(n.SID)+"#prove", "faults.rehearsed_badly", "Reason", brief(sentence(err))), nil
	}
	if err != nil {
		return answer{}, err
	}
	key := "faults.rehearsed_badly"
	if r.Passed {
		key = "faults.rehearsed_well"
	}
	said, err := v.lang.rehearsalReason(r)
	return goTo(numberAt(n.SID)+"#prove", key, "Reason", brief(said)), err
}

// breaking reports whether a Change makes a banner come or go, or say something else.
func breaking(c repli.Change) []repli.SID {
	var all []repli.SID
	for _, f := range c.Faults {
		all = append(all, f.SID)
	}
	for _, one := range c.Strikes {
		all = append(all, one.Fault)
	}
	all = slices.Concat(all, c.FaultEnds)
	for _, m := range slices.Concat(c.Maintenances, c.MaintenanceEnds) {
		all = append(all, repli.SID(m.Number))
	}
	return all
}
