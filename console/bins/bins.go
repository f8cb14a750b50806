// Package bins has the pages of TwiML bins.
package bins

import (
	"embed"
	"net/http"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/console/editor"
	"github.com/repli-sms/repli/console/frame"
	"github.com/repli-sms/repli/store"
)

// A Server shows the pages.
type Server struct {
	DB      *store.DB
	Account repli.SID
	Edit    configure.Editor
	BaseURL string // of the addresses of bins
}

//go:embed *.html *.json *.css
var files embed.FS

// Folder returns the pages.
func (s *Server) Folder() frame.Folder {
	return frame.Folder{
		Name: "bins", Files: files, Routes: s.routes,
		Pages:   []frame.Page{listPage{}, binPage{}},
		Section: frame.Section{Address: frame.Root + "/bins", Key: "layout.bins", Icon: "file-code"},
		Topics:  []frame.Topic{{Name: "bins", Configured: true}},
	}
}

func (s *Server) routes(r *frame.Routes) {
	r.Get("/bins", s.listBins)
	r.Post("/bins", s.addBin)
	r.Get("/bins/new", s.newBin)
	r.Get("/bins/{bin}", s.showBin)
	r.Post("/bins/{bin}", s.saveBin)
	r.Form("/bins/{bin}", "/duplicate", s.duplicateBin)
	r.Form("/bins/{bin}", "/restore", s.restoreBin)
	r.Form("/bins/{bin}", "/delete", s.deleteBin)
	r.Post("/bins/check", s.judge)
	r.Post("/bins/choice", s.addChoice)
}

// A listPage lists the bins.
type listPage struct {
	Rows  []binRow
	Pager frame.Pager
}

func (listPage) File() string { return "bins/list" }

type binRow struct {
	SID     repli.SID
	Name    string
	State   frame.Label // of its document
	Users   []string
	Updated time.Time
}

func (s *Server) listBins(v *frame.Visit) (frame.Answer, error) {
	found, err := s.DB.Bins(v.Context(), s.Account, v.Part())
	if err != nil {
		return frame.Answer{}, err
	}
	using, err := s.Edit.Users(v.Context(), v.Account)
	if err != nil {
		return frame.Answer{}, err
	}
	var p listPage
	found, p.Pager = frame.Paged(v, found, func(b repli.Bin) repli.SID { return b.SID })
	for _, b := range found {
		p.Rows = append(p.Rows, binRow{b.SID, b.FriendlyName, editor.StateOf(b.TwiML), using[b.SID], b.Updated})
	}
	return frame.Show(p), nil
}

// duplicateBin makes another bin that says the same.
func (s *Server) duplicateBin(v *frame.Visit) (frame.Answer, error) {
	b, err := s.Edit.Bin(v.Context(), v.Account, v.PathValue("bin"))
	if err != nil {
		return frame.Answer{}, err
	}
	name, err := v.Text("bins.copy_of", "Name", b.FriendlyName)
	if err != nil {
		return frame.Answer{}, err
	}
	text := configure.BinText{FriendlyName: name, TwiML: b.TwiML}
	copied, err := s.Edit.AddBin(v.Context(), v.Account, text)
	if repli.CodeOf(err) == repli.CodeInvalidName { // too long with the words put before it
		text.FriendlyName = b.FriendlyName
		copied, err = s.Edit.AddBin(v.Context(), v.Account, text)
	}
	return frame.GoTo(binAt(copied.SID), "bins.duplicated"), err
}

// restoreBin makes an earlier version the current one.
func (s *Server) restoreBin(v *frame.Visit) (frame.Answer, error) {
	version, err := v.Count("version")
	if err != nil {
		return frame.Answer{}, err
	}
	b, err := s.Edit.RestoreBin(v.Context(), v.Account, v.PathValue("bin"), int64(version))
	if err != nil {
		return frame.Answer{}, err
	}
	to := binAt(b.SID)
	if back := v.Field("back"); back != "" {
		to = frame.LocalPath(back)
	}
	return frame.GoTo(to, "bins.restored", "Name", b.FriendlyName), nil
}

func (s *Server) deleteBin(v *frame.Visit) (frame.Answer, error) {
	b, err := s.Edit.Bin(v.Context(), v.Account, v.PathValue("bin"))
	if err == nil {
		err = s.Edit.DeleteBin(v.Context(), v.Account, string(b.SID))
	}
	if repli.CodeOf(err) == repli.CodeConflict {
		return s.binAgain(v, b, editor.FormOf(b), frame.Problems{"": frame.Sentence(err)}, http.StatusConflict)
	}
	return frame.GoTo(frame.Root+"/bins", "bins.deleted", "Name", b.FriendlyName), err
}

// binAt returns the address of a bin's page.
func binAt(sid repli.SID) string { return frame.Root + "/bins/" + string(sid) }
