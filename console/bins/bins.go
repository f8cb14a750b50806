package console

import (
	"net/http"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/twiml"
)

func (s *Server) binRoutes(mux *http.ServeMux) {
	s.get(mux, "/bins", s.listBins)
	s.post(mux, "/bins", s.addBin)
	s.get(mux, "/bins/new", s.newBin)
	s.get(mux, "/bins/{bin}", s.showBin)
	s.post(mux, "/bins/{bin}", s.saveBin)
	s.form(mux, "/bins/{bin}", "/duplicate", s.duplicateBin)
	s.form(mux, "/bins/{bin}", "/restore", s.restoreBin)
	s.form(mux, "/bins/{bin}", "/delete", s.deleteBin)
	mux.HandleFunc("POST "+Root+"/bins/check", s.serveVerdict)
	mux.HandleFunc("POST "+Root+"/bins/choice", s.addChoice)
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
	Users   []string
	Updated time.Time
}

func (s *Server) listBins(v *visit) (answer, error) {
	found, err := s.DB.Bins(v.Context(), s.Account, v.part())
	if err != nil {
		return answer{}, err
	}
	using, err := s.edit.Users(v.Context(), v.account)
	if err != nil {
		return answer{}, err
	}
	var p binsPage
	found, p.Pager = paged(v, found, func(b repli.Bin) repli.SID { return b.SID })
	for _, b := range found {
		p.Rows = append(p.Rows, binRow{b.SID, b.FriendlyName, twiml.Check([]byte(b.TwiML)).Valid, using[b.SID], b.Updated})
	}
	return show(p), nil
}

// duplicateBin makes another bin that says the same.
func (s *Server) duplicateBin(v *visit) (answer, error) {
	b, err := s.edit.Bin(v.Context(), v.account, v.PathValue("bin"))
	if err != nil {
		return answer{}, err
	}
	name, err := v.lang.text("bins.copy_of", "Name", b.FriendlyName)
	if err != nil {
		return answer{}, err
	}
	text := configure.BinText{FriendlyName: name, TwiML: b.TwiML}
	copied, err := s.edit.AddBin(v.Context(), v.account, text)
	if repli.CodeOf(err) == repli.CodeInvalidName { // too long with the words put before it
		text.FriendlyName = b.FriendlyName
		copied, err = s.edit.AddBin(v.Context(), v.account, text)
	}
	return goTo(binAt(copied.SID), "bins.duplicated"), err
}

// restoreBin makes an earlier version the current one.
func (s *Server) restoreBin(v *visit) (answer, error) {
	version, err := v.count("version")
	if err != nil {
		return answer{}, err
	}
	b, err := s.edit.RestoreBin(v.Context(), v.account, v.PathValue("bin"), int64(version))
	if err != nil {
		return answer{}, err
	}
	to := binAt(b.SID)
	if back := v.field("back"); back != "" {
		to = localPath(back)
	}
	return goTo(to, "bins.restored", "Name", b.FriendlyName), nil
}

func (s *Server) deleteBin(v *visit) (answer, error) {
	b, err := s.edit.Bin(v.Context(), v.account, v.PathValue("bin"))
	if err == nil {
		err = s.edit.DeleteBin(v.Context(), v.account, string(b.SID))
	}
	if repli.CodeOf(err) == repli.CodeConflict {
		return s.binAgain(v, b, formOf(b), problems{"": sentence(err)}, http.StatusConflict)
	}
	return goTo(Root+"/bins", "bins.deleted", "Name", b.FriendlyName), err
}

// binAt returns the address of a bin's page.
func binAt(sid repli.SID) string { return Root + "/bins/" + string(sid) }
