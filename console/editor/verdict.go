package console

import (
	"net/http"
	"unicode/utf16"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/sms"
	"github.com/repli-sms/repli/twiml"
)

// A verdict is what stands below a document: whether it is valid, what is wrong, and what its
// messages cost.
type verdict struct {
	Valid    bool
	Ignored  bool // it is, but parts of it will be ignored
	Problems []mistake
	Messages []cost // the first of them
	Texts    int    // how many there are
}

// mostCosts is how many messages of a document are shown: a text has at most ten replies.
const mostCosts = 20

// A mistake is a problem of a document, at its place. From and To count UTF-16 units, as a
// browser does.
type mistake struct {
	twiml.Problem
	From, To int
}

// A cost is a text and what sending it takes.
type cost struct {
	Body string
	sms.Text
	Wide bool // it is sent in UCS-2, in which fewer characters fit
}

// judge returns the verdict on a document.
func judge(src string) verdict {
	report := twiml.Check([]byte(src))
	v := verdict{Valid: report.Valid, Ignored: report.Valid && len(report.Problems) > 0}
	for _, p := range report.Problems {
		from := units(src[:min(p.Offset, len(src))])
		to := from + units(src[min(p.Offset, len(src)):min(p.Offset+p.Length, len(src))])
		v.Problems = append(v.Problems, mistake{p, from, to})
	}
	v.Texts = len(report.Messages)
	for _, m := range report.Messages[:min(v.Texts, mostCosts)] {
		t := sms.Measure(m.Body)
		v.Messages = append(v.Messages, cost{m.Body, t, t.Encoding == sms.UCS2})
	}
	return v
}

func units(s string) (n int) {
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// serveVerdict answers with the verdict on a document alone, to be put below an editor. The
// lines of the document end as the editor counts them.
func (s *Server) serveVerdict(w http.ResponseWriter, r *http.Request) {
	lang := s.texts.of(r)
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	err := r.ParseForm()
	src := unix(r.PostForm.Get("twiml"))
	if err != nil || len(src) > 2*repli.MaxDocument { // what is somewhat too large gets a verdict that says so
		http.Error(w, repli.LookUp(11750).Title, http.StatusRequestEntityTooLarge)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := s.views.render(w, lang, binPage{}.file(), "verdict", judge(src)); err != nil {
		s.Log.Error("a verdict cannot be shown", "error", err)
		http.Error(w, "The verdict cannot be shown", http.StatusInternalServerError)
	}
}
