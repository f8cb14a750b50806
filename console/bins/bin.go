package bins

import (
	"net/http"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/console/editor"
	"github.com/repli-sms/repli/console/frame"
)

// A binPage shows a bin in its editor, or the editor of one that is to be made.
type binPage struct {
	editor.Fields
	Title    string
	URL      string
	Versions []binVersion
	Broken   *editor.Broken
}

func (binPage) File() string { return "bins/bin" }

func (s *Server) newBin(*frame.Visit) (frame.Answer, error) {
	return frame.Show(binPage{Fields: editor.New()}), nil
}

// addBin makes a bin. An invalid document has to be confirmed.
func (s *Server) addBin(v *frame.Visit) (frame.Answer, error) {
	f, sure := editor.Typed(v)
	b, wrong, err := s.tryBin(v, &f, sure)
	if err != nil {
		return frame.Answer{}, err
	}
	if b.SID == "" {
		return frame.ShowAgain(binPage{Fields: editor.Fields{Form: f, Problems: wrong}}), nil
	}
	return frame.GoTo(binAt(b.SID), "bins.created"), nil
}

// tryBin makes a bin of a form. The bin is empty when it was not made: because of a problem,
// or because the form only asks for a verdict or has yet to be confirmed.
func (s *Server) tryBin(v *frame.Visit, f *editor.Form, sure bool) (repli.Bin, frame.Problems, error) {
	if v.Field("check") != "" {
		return repli.Bin{}, nil, nil
	}
	if !f.Verdict.Valid && !sure {
		f.Confirm = true
		return repli.Bin{}, nil, nil
	}
	b, err := s.Edit.AddBin(v.Context(), v.Account, f.Text())
	if wrong := editor.ProblemsOf(err); wrong != nil {
		return repli.Bin{}, wrong, nil
	}
	return b, nil, err
}

func (s *Server) showBin(v *frame.Visit) (frame.Answer, error) {
	b, err := s.Edit.Bin(v.Context(), v.Account, v.PathValue("bin"))
	if err != nil {
		return frame.Answer{}, err
	}
	return s.binAgain(v, b, editor.FormOf(b), nil, http.StatusOK)
}

// saveBin changes a bin. If the bin has changed since the form was opened, the page shows the
// conflict, and the next save overwrites.
func (s *Server) saveBin(v *frame.Visit) (frame.Answer, error) {
	b, err := s.Edit.Bin(v.Context(), v.Account, v.PathValue("bin"))
	if err != nil {
		return frame.Answer{}, err
	}
	f, sure := editor.Typed(v)
	if frame.Unix(b.TwiML) == f.TwiML {
		f.TwiML = b.TwiML // a browser writes line ends its own way
	}
	if v.Field("check") != "" {
		return s.binAgain(v, b, f, nil, http.StatusUnprocessableEntity)
	}
	if !f.Verdict.Valid && !sure && f.TwiML != b.TwiML {
		f.Confirm = true
		return s.binAgain(v, b, f, nil, http.StatusUnprocessableEntity)
	}
	saved, err := s.Edit.SetBin(v.Context(), v.Account, string(b.SID), f.Text(), configure.Seen{Updated: editor.Unstamp(f.Seen)})
	if wrong := editor.ProblemsOf(err); wrong != nil {
		return s.binAgain(v, b, f, wrong, http.StatusUnprocessableEntity)
	}
	if repli.CodeOf(err) == repli.CodeConflict {
		if b, err = s.Edit.Bin(v.Context(), v.Account, string(b.SID)); err != nil {
			return frame.Answer{}, err
		}
		f.Take, f.Seen = true, editor.Stamp(b.Updated)
		return s.binAgain(v, b, f, nil, http.StatusConflict)
	}
	return frame.GoTo(binAt(saved.SID), "bins.saved"), err
}

// binAgain returns a bin's page with a form in it that is not necessarily the bin.
func (s *Server) binAgain(v *frame.Visit, b repli.Bin, f editor.Form, wrong frame.Problems, status int) (frame.Answer, error) {
	p := binPage{Title: b.FriendlyName, URL: repli.BinURL(s.BaseURL, b.SID), Fields: editor.Fields{SID: b.SID, Form: f, Problems: wrong}}
	using, err := s.Edit.Users(v.Context(), v.Account)
	if err != nil {
		return frame.Answer{}, err
	}
	p.Users = using[b.SID]
	kept, err := s.DB.BinVersions(v.Context(), b.SID)
	if err != nil {
		return frame.Answer{}, err
	}
	p.Versions = showVersions(kept)
	if len(p.Users) > 0 {
		p.Broken = editor.BrokenIn(b, kept)
	}
	return frame.Answer{Page: p, Status: status}, nil
}
