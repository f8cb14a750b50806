package console

import (
	"net/http"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/twiml"
)

// A binPage shows a bin in its editor, or the editor of one that is to be made.
type binPage struct {
	SID      repli.SID // "" of a new one
	Title    string
	URL      string
	Form     binForm
	Problems problems
	Users    []string
	Versions []binVersion
	Broken   *brokenBin
}

func (binPage) file() string { return "bins/bin" }

// A binForm is what an editor holds.
type binForm struct {
	Name    string
	TwiML   string
	Seen    string // when the bin was changed last, as its editor has seen it
	Verdict verdict
	Confirm bool // the document is invalid: whoever saves it must say that this is meant
	Take    bool // somebody else was quicker: whoever saves takes their place
}

// newTwiML is what a new bin begins with.
const newTwiML = `<?xml version="1.0" encoding="UTF-8"?>
<Response>
</Response>
`

func formOf(b repli.Bin) binForm {
	return binForm{Name: b.FriendlyName, TwiML: b.TwiML, Seen: stamp(b.Updated), Verdict: judge(b.TwiML)}
}

// typedBin returns the form as it was sent, and whether what is invalid is meant to be.
func typedBin(v *visit) (binForm, bool) {
	f := binForm{Name: v.field("name"), TwiML: v.field("twiml"), Seen: v.field("seen")}
	f.Verdict = judge(f.TwiML)
	return f, v.field("confirm") != ""
}

func (f binForm) text() configure.BinText {
	return configure.BinText{FriendlyName: f.Name, TwiML: f.TwiML}
}

func (s *Server) newBin(*visit) (answer, error) {
	return show(binPage{Form: binForm{TwiML: newTwiML, Verdict: judge(newTwiML)}}), nil
}

// addBin makes a bin. An invalid document has to be confirmed.
func (s *Server) addBin(v *visit) (answer, error) {
	f, sure := typedBin(v)
	b, wrong, err := s.tryBin(v, &f, sure)
	if err != nil {
		return answer{}, err
	}
	if b.SID == "" {
		return showAgain(binPage{Form: f, Problems: wrong}), nil
	}
	return goTo(binAt(b.SID), "bins.created"), nil
}

// tryBin makes a bin of a form. The bin is empty when it was not made: because of a problem,
// or because the form only asks for a verdict or has yet to be confirmed.
func (s *Server) tryBin(v *visit, f *binForm, sure bool) (repli.Bin, problems, error) {
	if v.field("check") != "" {
		return repli.Bin{}, nil, nil
	}
	if !f.Verdict.Valid && !sure {
		f.Confirm = true
		return repli.Bin{}, nil, nil
	}
	b, err := s.edit.AddBin(v.Context(), v.account, f.text())
	if wrong := binProblems(err); wrong != nil {
		return repli.Bin{}, wrong, nil
	}
	return b, nil, err
}

// binProblems returns what is wrong with the fields of an editor, nil when an error is about
// none of them.
func binProblems(err error) problems {
	switch repli.CodeOf(err) {
	case repli.CodeInvalidName:
		return problems{"name": sentence(err)}
	case 11750, 12100:
		return problems{"twiml": sentence(err)}
	}
	return nil
}

func (s *Server) showBin(v *visit) (answer, error) {
	b, err := s.edit.Bin(v.Context(), v.account, v.PathValue("bin"))
	if err != nil {
		return answer{}, err
	}
	return s.binAgain(v, b, formOf(b), nil, http.StatusOK)
}

// saveBin changes a bin. Who saves a document that somebody else has changed meanwhile sees
// both, and may take their place.
func (s *Server) saveBin(v *visit) (answer, error) {
	b, err := s.edit.Bin(v.Context(), v.account, v.PathValue("bin"))
	if err != nil {
		return answer{}, err
	}
	f, sure := typedBin(v)
	if unix(b.TwiML) == f.TwiML {
		f.TwiML = b.TwiML // a browser writes line ends its own way
	}
	if v.field("check") != "" {
		return s.binAgain(v, b, f, nil, http.StatusUnprocessableEntity)
	}
	if !f.Verdict.Valid && !sure && f.TwiML != b.TwiML {
		f.Confirm = true
		return s.binAgain(v, b, f, nil, http.StatusUnprocessableEntity)
	}
	saved, err := s.edit.SetBin(v.Context(), v.account, string(b.SID), f.text(), configure.Seen{Updated: unstamp(f.Seen)})
	if wrong := binProblems(err); wrong != nil {
		return s.binAgain(v, b, f, wrong, http.StatusUnprocessableEntity)
	}
	if repli.CodeOf(err) == repli.CodeConflict {
		if b, err = s.edit.Bin(v.Context(), v.account, string(b.SID)); err != nil {
			return answer{}, err
		}
		f.Take, f.Seen = true, stamp(b.Updated)
		return s.binAgain(v, b, f, nil, http.StatusConflict)
	}
	return goTo(binAt(saved.SID), "bins.saved"), err
}

// binAgain returns a bin's page with a form in it that is not necessarily the bin.
func (s *Server) binAgain(v *visit, b repli.Bin, f binForm, wrong problems, status int) (answer, error) {
	p := binPage{SID: b.SID, Title: b.FriendlyName, URL: repli.BinURL(s.BaseURL, b.SID), Form: f, Problems: wrong}
	using, err := s.edit.Users(v.Context(), v.account)
	if err != nil {
		return answer{}, err
	}
	p.Users = using[b.SID]
	kept, err := s.DB.BinVersions(v.Context(), b.SID)
	if err != nil {
		return answer{}, err
	}
	p.Versions = showVersions(kept)
	if len(p.Users) > 0 {
		p.Broken = broken(b, kept)
	}
	return answer{page: p, status: status}, nil
}

// A brokenBin is one that was valid once, and no longer is.
type brokenBin struct {
	SID     repli.SID
	Name    string
	Version int    // the last valid one
	Back    string // where to come back to once it is restored; "" is the bin's page
}

// broken reports whether a bin is, given all its versions, newest first; nil when it is not.
func broken(b repli.Bin, kept []repli.BinVersion) *brokenBin {
	if twiml.Check([]byte(b.TwiML)).Valid {
		return nil
	}
	for _, old := range kept[:min(len(kept), mostVersions)] {
		if twiml.Check([]byte(old.TwiML)).Valid {
			return &brokenBin{SID: b.SID, Name: b.FriendlyName, Version: old.Version}
		}
	}
	return nil
}

// stamp returns a time as a form carries it, to the microsecond; unstamp reads it. What
// nobody here has written is a time at which nothing was seen.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func unstamp(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Unix(1, 0)
	}
	return t
}
