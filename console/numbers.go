package console

import (
	"context"
	"net/http"
	"net/url"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

func (s *Server) numberRoutes(mux *http.ServeMux) {
	s.get(mux, "/numbers", s.listNumbers)
	s.post(mux, "/numbers", s.addNumber)
	s.get(mux, "/numbers/{number}", s.showNumber)
	s.post(mux, "/numbers/{number}", s.saveNumber)
	s.form(mux, "/numbers/{number}", "/delete", s.deleteNumber)
}

// A numbersPage lists the numbers.
type numbersPage struct {
	Rows     []numberRow
	Pager    pager
	Filter   string
	Live     string // the address of what keeps it current
	Typed    string // the number that is to be added
	Problems problems
}

func (numbersPage) file() string { return "numbers/list" }

// A numberRow is a number in the list. Drills are not known here yet: Proven is a place for
// them.
type numberRow struct {
	SID      repli.SID
	Address  string
	Name     string
	Primary  handler
	Fallback handler
	More     int // further fallbacks
	Standing standing
}

// A handler is a step of a chain as a list shows it.
type handler struct {
	Bin  repli.SID
	Text string // the bin's name, or the URL; "" when there is no such step
}

func (s *Server) listNumbers(v *visit) (answer, error) {
	return s.numbersAgain(v, "", nil, http.StatusOK)
}

// numbersAgain returns the list, with what was typed of a number to add.
func (s *Server) numbersAgain(v *visit, typed string, wrong problems, status int) (answer, error) {
	p := numbersPage{Filter: v.URL.Query().Get("number"), Typed: typed, Problems: wrong}
	p.Live = liveAt("numbers", url.Values{"number": {p.Filter}})
	found, err := s.DB.Numbers(v.Context(), s.Account, store.NumberFilter{Address: digits(p.Filter)}, v.part())
	if err != nil {
		return answer{}, err
	}
	doing, err := s.standings(v.Context())
	if err != nil {
		return answer{}, err
	}
	found, p.Pager = paged(v, found, func(n repli.Number) repli.SID { return n.SID })
	for _, n := range found {
		row, err := s.numberRow(v.Context(), n, doing[n.Address])
		if err != nil {
			return answer{}, err
		}
		p.Rows = append(p.Rows, row)
	}
	return answer{page: p, status: status}, nil
}

func (s *Server) numberRow(ctx context.Context, n repli.Number, doing standing) (numberRow, error) {
	row := numberRow{SID: n.SID, Address: n.Address, Name: n.FriendlyName, Standing: doing, More: max(0, len(n.Chain.Steps)-2)}
	for i, step := range n.Chain.Steps[:min(2, len(n.Chain.Steps))] {
		h := handler{Bin: step.Bin, Text: repli.ShownURL(step.URL)}
		if step.Bin != "" {
			b, err := s.DB.Bin(ctx, step.Bin)
			if err != nil && !repli.IsNotFound(err) {
				return row, err
			}
			h.Text = b.FriendlyName
		}
		if i == 0 {
			row.Primary = h
		} else {
			row.Fallback = h
		}
	}
	return row, nil
}

// addNumber makes a number and goes on to its page, where its handlers are said.
func (s *Server) addNumber(v *visit) (answer, error) {
	typed := v.field("number")
	n, err := s.edit.AddNumber(v.Context(), v.account, typed, func(*repli.Number) error { return nil })
	switch repli.CodeOf(err) {
	case 21421:
		return s.numbersAgain(v, typed, problems{"number": sentence(err)}, http.StatusUnprocessableEntity)
	case repli.CodeConflict:
		return s.numbersAgain(v, typed, problems{"number": sentence(err)}, http.StatusConflict)
	}
	return goTo(numberAt(n.SID), "numbers.added"), err
}

func (s *Server) deleteNumber(v *visit) (answer, error) {
	n, err := s.edit.Number(v.Context(), v.account, v.PathValue("number"))
	if err != nil {
		return answer{}, err
	}
	err = s.edit.DeleteNumber(v.Context(), v.account, string(n.SID))
	if err == nil {
		s.Inbound.Deleted(n.SID)
	}
	return goTo(Root+"/numbers", "numbers.deleted", "Number", n.Address), err
}

// numberAt returns the address of a number's page.
func numberAt(sid repli.SID) string { return Root + "/numbers/" + string(sid) }

// digits returns what of a typed part of a number is compared with numbers.
func digits(s string) string {
	var kept []rune
	for _, r := range s {
		if '0' <= r && r <= '9' || r == '+' || r == '*' {
			kept = append(kept, r)
		}
	}
	return string(kept)
}

// numbersTopic keeps the list of numbers current: a text that has been answered changes how
// its number is doing.
func (s *Server) numbersTopic() topic {
	return topic{
		name: "numbers", configured: true, page: numbersPage{}.file(), row: "number-row", like: numberRow{},
		of: func(c repli.Change) (sids []repli.SID) {
			for _, m := range c.Moves {
				if m.From == repli.Pending {
					sids = append(sids, m.Message)
				}
			}
			return sids
		},
		load: s.numbersOf,
		filter: func(q url.Values) func(any) bool {
			part := store.NumberFilter{Address: digits(q.Get("number"))}
			return func(row any) bool { return part.Has(row.(numberRow).Address) }
		},
	}
}

// numbersOf returns a row for each number that messages went to.
func (s *Server) numbersOf(ctx context.Context, messages []repli.SID) ([]any, error) {
	doing, err := s.standings(ctx)
	if err != nil {
		return nil, err
	}
	var rows []any
	seen := map[string]bool{}
	for _, sid := range messages {
		m, err := s.DB.Message(ctx, sid)
		if err != nil || m.Account != s.Account || seen[m.To] {
			continue // gone, or nobody's here
		}
		seen[m.To] = true
		n, err := s.DB.NumberByAddress(ctx, m.To)
		if err != nil {
			continue
		}
		row, err := s.numberRow(ctx, n, doing[n.Address])
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}
