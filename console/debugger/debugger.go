// Package debugger has the pages of what went wrong.
package debugger

import (
	"context"
	"embed"
	"net/url"
	"slices"
	"strconv"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/console/frame"
	"github.com/repli-sms/repli/store"
)

// A Server shows the pages.
type Server struct {
	DB      *store.DB
	Account repli.SID
}

//go:embed *.html *.json *.css
var files embed.FS

// Folder returns the pages.
func (s *Server) Folder() frame.Folder {
	return frame.Folder{
		Name: "debugger", Files: files, Routes: s.routes, Topics: s.topics(),
		Pages:   []frame.Page{listPage{}, alertPage{}},
		Section: frame.Section{Address: frame.Root + "/debugger", Key: "layout.debugger", Icon: "bug"},
	}
}

func (s *Server) routes(r *frame.Routes) {
	r.Get("/debugger", s.listAlerts)
	r.Get("/debugger/{alert}", s.showAlert)
}

// A listPage shows what went wrong by code; with a code in the address, the alerts that
// have it.
type listPage struct {
	Filter   alertFilter
	Problems frame.Problems
	Groups   []alertGroup
	Rows     []alertRow // of the code asked for
	Pager    frame.Pager
}

func (listPage) File() string { return "debugger/list" }

// An alertFilter says which alerts a page shows. What is zero is not asked for.
type alertFilter struct {
	Code   int
	Level  repli.Level
	Number string
}

// filterOf reads a filter of an address. A number that is none stays as it was typed, which no
// alert has.
func filterOf(q url.Values) alertFilter {
	f := alertFilter{Level: repli.Level(q.Get("level")), Number: q.Get("number")}
	if f.Level != repli.LevelError && f.Level != repli.LevelWarning {
		f.Level = ""
	}
	f.Code, _ = strconv.Atoi(q.Get("code"))
	if number, err := configure.AddressIn(f.Number); err == nil {
		f.Number = number
	}
	return f
}

// Query returns the filter as the query of an address.
func (f alertFilter) Query() string {
	q := url.Values{}
	if f.Code != 0 {
		q.Set("code", strconv.Itoa(f.Code))
	}
	if f.Level != "" {
		q.Set("level", string(f.Level))
	}
	if f.Number != "" {
		q.Set("number", f.Number)
	}
	return q.Encode()
}

// Any reports whether the filter leaves anything out.
func (f alertFilter) Any() bool { return f != alertFilter{} }

// At returns the address of the same filter for one code. A template writes it as a whole: of a
// query it would escape what separates the parts.
func (f alertFilter) At(code int) string {
	f.Code = code
	return frame.Root + "/debugger?" + f.Query()
}

// An alertGroup is a row of the codes.
type alertGroup struct {
	store.AlertGroup
	Filter alertFilter // of the pages it stands on, its code aside
	Level  repli.Level
	Means  explanation
}

func showGroup(g store.AlertGroup, f alertFilter) alertGroup {
	return alertGroup{g, f, repli.LookUp(g.Code).Level, explain(g.Code)}
}

// An alertRow is a row of the alerts.
type alertRow struct {
	repli.Alert
	Level repli.Level
}

func showAlertRow(a repli.Alert) alertRow {
	a.Detail = frame.Brief(a.Detail) // all of it stands on the alert's own page
	return alertRow{a, a.Level()}
}

func (s *Server) listAlerts(v *frame.Visit) (frame.Answer, error) {
	p := listPage{Filter: filterOf(v.URL.Query())}
	if _, err := configure.AddressIn(p.Filter.Number); p.Filter.Number != "" && err != nil {
		p.Problems = frame.Problems{"number": err.Error()}
		return frame.ShowAgain(p), nil
	}
	if p.Filter.Code != 0 {
		return s.alertsWithCode(v, p)
	}
	var err error
	p.Groups, err = s.alertGroups(v.Context(), p.Filter)
	return frame.Show(p), err
}

// alertGroups returns the codes that a filter leaves, the one seen last first.
func (s *Server) alertGroups(ctx context.Context, f alertFilter) ([]alertGroup, error) {
	found, err := s.DB.AlertGroups(ctx, s.Account, f.Number)
	var all []alertGroup
	for _, g := range found {
		if row := showGroup(g, f); f.Level == "" || row.Level == f.Level {
			all = append(all, row)
		}
	}
	slices.SortStableFunc(all, func(a, b alertGroup) int { return b.Last.Compare(a.Last) })
	return all, err
}

// alertsWithCode shows the alerts of one code below what it means.
func (s *Server) alertsWithCode(v *frame.Visit, p listPage) (frame.Answer, error) {
	groups, err := s.alertGroups(v.Context(), p.Filter)
	if err != nil {
		return frame.Answer{}, err
	}
	p.Groups = slices.DeleteFunc(groups, func(g alertGroup) bool { return g.Code != p.Filter.Code })
	found, err := s.DB.AlertsWithCode(v.Context(), s.Account, p.Filter.Code, p.Filter.Number, v.Part())
	if err != nil {
		return frame.Answer{}, err
	}
	found, p.Pager = frame.Paged(v, found, func(a repli.Alert) repli.SID { return a.SID })
	for _, a := range found {
		p.Rows = append(p.Rows, showAlertRow(a))
	}
	return frame.Show(p), nil
}

// An alertPage shows one alert.
type alertPage struct {
	repli.Alert
	Level    repli.Level
	Means    explanation
	MoreInfo string
}

func (alertPage) File() string { return "debugger/alert" }

func (s *Server) showAlert(v *frame.Visit) (frame.Answer, error) {
	missing := repli.Errorf(20404, "There is no alert %.64q", v.PathValue("alert"))
	sid, err := repli.ParseSID(v.PathValue("alert"), repli.AlertPrefix)
	if err != nil {
		return frame.Answer{}, missing
	}
	a, err := s.DB.Alert(v.Context(), sid)
	if err == nil && a.Account != s.Account {
		err = missing
	}
	if err != nil {
		return frame.Answer{}, err
	}
	return frame.Show(alertPage{a, a.Level(), explain(a.Code), repli.LookUp(a.Code).MoreInfo()}), nil
}

// topics are the groups, and the alerts themselves.
func (s *Server) topics() []frame.Topic {
	return []frame.Topic{
		{
			Name: "debugger", Of: alertsOf, Load: s.touchedGroups, Filter: groupsOn,
			Page: "debugger/list", Row: "group", Like: alertGroup{},
		},
		{
			Name: "alerts", Of: alertsOf, Load: s.touchedAlerts, Filter: alertsOn,
			Page: "debugger/list", Row: "alert", Like: alertRow{},
		},
	}
}

func alertsOf(c repli.Change) []repli.SID {
	var all []repli.SID
	for _, a := range c.Alerts {
		all = append(all, a.SID)
	}
	return all
}

// alertsNamed returns the account's alerts of these SIDs that are still there.
func (s *Server) alertsNamed(ctx context.Context, sids []repli.SID) ([]repli.Alert, error) {
	var all []repli.Alert
	for _, sid := range sids {
		a, err := s.DB.Alert(ctx, sid)
		switch {
		case repli.IsNotFound(err):
		case err != nil:
			return nil, err
		case a.Account == s.Account:
			all = append(all, a)
		}
	}
	return all, nil
}

func (s *Server) touchedAlerts(ctx context.Context, sids []repli.SID) ([]any, error) {
	found, err := s.alertsNamed(ctx, sids)
	var rows []any
	for _, a := range found {
		rows = append(rows, showAlertRow(a))
	}
	return rows, err
}

// touchedGroups returns the rows that these alerts belong to: those of all numbers, and those
// of each number.
func (s *Server) touchedGroups(ctx context.Context, sids []repli.SID) ([]any, error) {
	found, err := s.alertsNamed(ctx, sids)
	if err != nil {
		return nil, err
	}
	seen := map[alertFilter]bool{}
	var rows []any
	for _, a := range found {
		for _, f := range []alertFilter{{Code: a.Code}, {Code: a.Code, Number: a.Number}} {
			if seen[f] {
				continue
			}
			seen[f] = true
			g, err := s.DB.AlertGroup(ctx, s.Account, f.Number, f.Code)
			if err != nil {
				return nil, err
			}
			rows = append(rows, showGroup(g, alertFilter{Number: f.Number}))
		}
	}
	return rows, nil
}

// groupsOn and alertsOn return whether a row belongs on the page with this filter.
func groupsOn(q url.Values) func(any) bool {
	f := filterOf(q)
	return func(row any) bool {
		g, ok := row.(alertGroup)
		return ok && g.Filter.Number == f.Number && (f.Level == "" || f.Level == g.Level)
	}
}

func alertsOn(q url.Values) func(any) bool {
	f := filterOf(q)
	return func(row any) bool {
		a, ok := row.(alertRow)
		return ok && (f.Code == 0 || f.Code == a.Code) && (f.Level == "" || f.Level == a.Level) && (f.Number == "" || f.Number == a.Number)
	}
}
