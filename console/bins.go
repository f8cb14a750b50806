package console

import (
	"net/http"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/twiml"
)

func (s *Server) binRoutes(mux *http.ServeMux) {
	s.get(mux, "/bins", s.listBins)
}

// A binsPage lists the bins.
type binsPage struct {
	Rows  []binRow
	Pager pager
}

func (binsPage) file() string { return "bins/list" }

type binRow struct {
	SID     repli.SID
	Name    string
	Valid   bool
	Updated time.Time
}

func (s *Server) listBins(v *visit) (answer, error) {
	found, err := s.DB.Bins(v.Context(), s.Account, v.part())
	if err != nil {
		return answer{}, err
	}
	var p binsPage
	found, p.Pager = paged(v, found, func(b repli.Bin) repli.SID { return b.SID })
	for _, b := range found {
		p.Rows = append(p.Rows, binRow{b.SID, b.FriendlyName, twiml.Check([]byte(b.TwiML)).Valid, b.Updated})
	}
	return show(p), nil
}
