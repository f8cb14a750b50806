package console

import (
	"cmp"
	"errors"
	"math"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"time"

	"github.com/repli-sms/repli"
)

// A visit is one request of a browser.
type visit struct {
	*http.Request
	lang    tongue
	account repli.Account
	session session
	limit   int64 // of its form, in bytes; 0 is maxForm
	moment  int64 // of the store, before anything was read
}

// An answer is what a visit leads to: a page, or an address to go on to.
type answer struct {
	page   page
	status int
	to     string
	note   note
	keep   map[string]string // preferences that the browser is to keep, by cookie
	mark   string            // of a browser that has signed in, or ""
	wait   time.Duration     // before it may be tried again; 0 says nothing of it
}

// A note is something said at the top of the next page.
type note struct {
	Key  string   `json:"k"`           // of its text
	More []string `json:"m,omitempty"` // names and values of what stands in it
}

// show answers with a page.
func show(p page) answer { return answer{page: p, status: http.StatusOK} }

// showAgain answers with the page of a form that could not be taken: it has what was typed,
// and a problem at each field that has one.
func showAgain(p page) answer { return answer{page: p, status: http.StatusUnprocessableEntity} }

// goTo sends the browser on to an address of the console, where the text with this key is
// shown; "" shows none. More are names and values of what stands in the text.
func goTo(to, key string, more ...string) answer {
	return answer{to: to, note: note{key, more}}
}

// handle returns a handler that answers what do returns.
func (s *Server) handle(do func(*visit) (answer, error)) http.Handler {
	return s.handleUpTo(maxForm, do)
}

// handleUpTo is handle for forms of at most limit bytes.
func (s *Server) handleUpTo(limit int64, do func(*visit) (answer, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{Request: r, limit: limit, lang: s.texts.of(r), session: sessionOf(r), moment: s.DB.Moment()}
		a, err := s.answer(v, do)
		if err != nil {
			a = s.failed(v, err)
		}
		for name, value := range a.keep {
			setCookie(w, name, value, year)
		}
		if a.mark != "" {
			s.setMark(w, a.mark)
		}
		if a.wait > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(a.wait.Seconds()))))
		}
		if a.to != "" {
			leave(w, a.note)
			http.Redirect(w, r, a.to, http.StatusSeeOther)
			return
		}
		s.write(w, v, a)
	})
}

// maxForm is the largest form taken, in bytes. A document of 64 kB may take three times as
// much.
const maxForm = 1 << 20

// maxOpenForm is the largest form taken from somebody who has not signed in, in bytes: a password
// and where to go then.
const maxOpenForm = 8 << 10

func (s *Server) answer(v *visit, do func(*visit) (answer, error)) (a answer, err error) {
	if v.account, err = s.DB.Account(v.Context(), s.Account); err != nil {
		return a, err
	}
	if v.Method == http.MethodPost {
		if err := v.parse(cmp.Or(v.limit, maxForm)); err != nil {
			return a, err
		}
	}
	return do(v)
}

// parse reads the form, which has files in it or not, and at most limit bytes.
func (v *visit) parse(limit int64) error {
	v.Body = http.MaxBytesReader(nil, v.Body, limit)
	err := v.ParseForm() // its errors are lost in ParseMultipartForm
	if err == nil {
		err = v.ParseMultipartForm(limit)
	}
	var tooLarge *http.MaxBytesError
	switch {
	case err == nil, errors.Is(err, http.ErrNotMultipart): // ParseForm has read it
		return nil
	case errors.As(err, &tooLarge):
		return repli.Errorf(20413, "The form has more than %d bytes", limit)
	}
	return &repli.Error{Code: 20422, Detail: "The form cannot be read", Err: err}
}

// write writes a page in its frame.
func (s *Server) write(w http.ResponseWriter, v *visit, a answer) {
	f, err := s.frame(w, v, a.page)
	if err == nil {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		err = s.views.render(begin{w, a.status}, v.lang, a.page.file(), "layout", f)
	}
	if err != nil {
		s.Log.Error("a page cannot be shown", "page", a.page.file(), "error", err)
		http.Error(w, "Repli could not show this page; its log says why.", http.StatusInternalServerError)
	}
}

// begin is a writer that sends the status first.
type begin struct {
	http.ResponseWriter
	status int
}

func (b begin) Write(data []byte) (int, error) {
	b.WriteHeader(b.status)
	return b.ResponseWriter.Write(data)
}

// localPath returns an address of the console that somebody was at, and the console's first
// page for any other.
func localPath(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.IsAbs() || u.Host != "" || u.Path != Root && !hasRoot(path.Clean(u.Path)) {
		return Root
	}
	return u.RequestURI()
}
