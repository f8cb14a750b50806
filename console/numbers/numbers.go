// Package numbers has the pages of the account's numbers: who answers their texts, and whether that
// works.
package numbers

import (
	"context"
	"embed"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/console/frame"
	"github.com/repli-sms/repli/console/standing"
	"github.com/repli-sms/repli/drill"
	"github.com/repli-sms/repli/inbound"
	"github.com/repli-sms/repli/store"
)

// A Server shows the pages.
type Server struct {
	DB        *store.DB
	Account   repli.SID
	Edit      configure.Editor
	Inbound   *inbound.Engine
	Drills    *drill.Engine
	Standings standing.Teller
	BaseURL   string
}

//go:embed *.html *.json *.css *.js
var files embed.FS

// Folder returns the pages.
func (s *Server) Folder() frame.Folder {
	return frame.Folder{
		Name: "numbers", Files: files, Routes: s.routes,
		Pages:   []frame.Page{listPage{}, numberPage{}},
		Section: frame.Section{Address: frame.Root + "/numbers", Key: "layout.numbers", Icon: "hash"},
		Topics:  s.topics(),
	}
}

func (s *Server) routes(r *frame.Routes) {
	r.Get("/numbers", s.listNumbers)
	r.Post("/numbers", s.addNumber)
	r.Get("/numbers/{number}", s.showNumber)
	r.Post("/numbers/{number}", s.saveNumber)
	r.Form("/numbers/{number}", "/delete", s.deleteNumber)
	r.Form("/numbers/{number}", "/faults", s.beginFault)
	r.Form("/numbers/{number}", "/faults/end", s.endFaults)
	r.Form("/numbers/{number}", "/rehearse", s.rehearse)
	r.Form("/numbers/{number}", "/maintenance", s.beginMaintenance)
	r.Form("/numbers/{number}", "/maintenance/end", s.endMaintenance)
}

// A listPage lists the numbers.
type listPage struct {
	Rows     []numberRow
	Pager    frame.Pager
	Filter   string
	Live     string // the address of what keeps it current
	Typed    string // the number that is to be added
	Country  string // whose it is
	Problems frame.Problems
}

func (listPage) File() string { return "numbers/list" }

// A numberRow is a number in the list. Drills are not known here yet: Proven is a place for
// them.
type numberRow struct {
	SID      repli.SID
	Ref      string // names it and no other
	Address  string
	Country  string // of a short code or a name
	Sends    bool   // it only sends
	Name     string
	Primary  handler
	Fallback handler
	More     int // further fallbacks
	Standing standing.Standing
}

// A handler is a step of a chain as a list shows it.
type handler struct {
	Bin  repli.SID
	Text string // the bin's name, or the URL; "" when there is no such step
}

func (s *Server) listNumbers(v *frame.Visit) (frame.Answer, error) {
	return s.numbersAgain(v, "", "", nil, http.StatusOK)
}

// numbersAgain returns the list, with the fields of the number to add as they were typed.
func (s *Server) numbersAgain(v *frame.Visit, typed, country string, wrong frame.Problems, status int) (frame.Answer, error) {
	p := listPage{Filter: v.URL.Query().Get("number"), Typed: typed, Country: country, Problems: wrong}
	p.Live = frame.LiveAt("numbers", url.Values{"number": {p.Filter}})
	found, err := s.DB.Numbers(v.Context(), s.Account, store.NumberFilter{Address: digits(p.Filter)}, v.Part())
	if err != nil {
		return frame.Answer{}, err
	}
	doing, err := s.Standings.All(v.Context())
	if err != nil {
		return frame.Answer{}, err
	}
	found, p.Pager = frame.Paged(v, found, func(n repli.Number) repli.SID { return n.SID })
	for _, n := range found {
		row, err := s.numberRow(v.Context(), n, doing.Of(n))
		if err != nil {
			return frame.Answer{}, err
		}
		p.Rows = append(p.Rows, row)
	}
	return frame.Answer{Page: p, Status: status}, nil
}

func (s *Server) numberRow(ctx context.Context, n repli.Number, doing standing.Standing) (numberRow, error) {
	row := numberRow{SID: n.SID, Ref: n.Ref(), Address: n.Address, Country: n.Country, Sends: n.SendsOnly(), Name: n.FriendlyName, Standing: doing, More: max(0, len(n.Chain.Steps)-2)}
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

// addNumber makes a number that requires TwiML and goes on to its page, where its handlers are said.
func (s *Server) addNumber(v *frame.Visit) (frame.Answer, error) {
	typed, country := v.Field("number"), v.Field("country")
	n, err := s.Edit.AddNumber(v.Context(), v.Account, typed, country, func(n *repli.Number) error {
		n.RequireTwiML = true
		return nil
	})
	switch repli.CodeOf(err) {
	case 21421:
		return s.numbersAgain(v, typed, country, frame.Problems{"number": frame.Sentence(err)}, http.StatusUnprocessableEntity)
	case 20422:
		return s.numbersAgain(v, typed, country, frame.Problems{"country": frame.Sentence(err)}, http.StatusUnprocessableEntity)
	case repli.CodeConflict:
		return s.numbersAgain(v, typed, country, frame.Problems{"number": frame.Sentence(err)}, http.StatusConflict)
	}
	return frame.GoTo(numberAt(n.SID), "numbers.added"), err
}

func (s *Server) deleteNumber(v *frame.Visit) (frame.Answer, error) {
	n, err := s.Edit.Number(v.Context(), v.Account, v.PathValue("number"))
	if err != nil {
		return frame.Answer{}, err
	}
	return frame.GoTo(frame.Root+"/numbers", "numbers.deleted", "Number", n.Address), s.Edit.DeleteNumber(v.Context(), v.Account, string(n.SID))
}

// numberAt returns the address of a number's page.
func numberAt(sid repli.SID) string { return frame.Root + "/numbers/" + string(sid) }

// digits returns what of a typed part of a number is compared with numbers. What has a letter is a
// part of a name.
func digits(s string) string {
	if strings.ContainsFunc(s, unicode.IsLetter) {
		return strings.TrimSpace(s)
	}
	var kept []rune
	for _, r := range s {
		if '0' <= r && r <= '9' || r == '+' || r == '*' {
			kept = append(kept, r)
		}
	}
	return string(kept)
}

// topics keep the list of numbers and the page of each current: a text that has been answered changes
// how its number is doing.
func (s *Server) topics() []frame.Topic {
	list := s.listTopic()
	page := list
	page.Name, page.Again = "number", true
	page.Filter = func(q url.Values) func(any) bool {
		return func(row any) bool { return row.(numberRow).Ref == q.Get("number") }
	}
	return []frame.Topic{list, page}
}

func (s *Server) listTopic() frame.Topic {
	return frame.Topic{
		Name: "numbers", Configured: true, Page: listPage{}.File(), Row: "number-row", Like: numberRow{},
		Of: func(c repli.Change) (sids []repli.SID) {
			for _, m := range c.Moves {
				if m.From == repli.Pending {
					sids = append(sids, m.Message)
				}
			}
			return sids
		},
		Load: s.numbersOf,
		Filter: func(q url.Values) func(any) bool {
			part := store.NumberFilter{Address: digits(q.Get("number"))}
			return func(row any) bool { return part.Has(row.(numberRow).Address) }
		},
	}
}

// numbersOf returns a row for each number that messages went to.
func (s *Server) numbersOf(ctx context.Context, messages []repli.SID) ([]any, error) {
	doing, err := s.Standings.All(ctx)
	if err != nil {
		return nil, err
	}
	var rows []any
	seen := map[repli.SID]bool{}
	for _, sid := range messages {
		m, err := s.DB.Message(ctx, sid)
		if err != nil || m.Account != s.Account {
			continue // gone, or nobody's here
		}
		n, err := s.DB.NumberOf(ctx, m)
		if err != nil || seen[n.SID] {
			continue
		}
		seen[n.SID] = true
		row, err := s.numberRow(ctx, n, doing.Of(n))
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}
