package frame

import (
	"bytes"
	"errors"
	"math"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
)

// A Visit is one request of a browser.
type Visit struct {
	*http.Request
	Lang    Language
	Account repli.Account
	frame   *Frame
	session session
	limit   int64 // of its form, in bytes
	moment  int64 // of the store, before anything was read

	mark string        // to keep in a browser that has just signed in
	wait time.Duration // before a password may be tried again
}

// An Answer is what a visit leads to: a page, a part of one, a file, or an address to go on to.
type Answer struct {
	Page   Page
	Status int
	Keep   map[string]string // preferences that the browser is to keep, by cookie
	to     string
	note   note
	part   *part
	file   *File
}

// A note is something said at the top of the next page.
type note struct {
	Key  string   `json:"k"`           // of its text
	More []string `json:"m,omitempty"` // names and values of what stands in it
}

// Show answers with a page.
func Show(p Page) Answer { return Answer{Page: p, Status: http.StatusOK} }

// ShowAgain answers with the page of a form that could not be taken: it has what was typed,
// and a problem at each field that has one.
func ShowAgain(p Page) Answer { return Answer{Page: p, Status: http.StatusUnprocessableEntity} }

// GoTo sends the browser on to an address of the console, where the text with this key is
// shown; "" shows none. More are names and values of what stands in the text.
func GoTo(to, key string, more ...string) Answer {
	return Answer{to: to, note: note{key, more}}
}

// A part is a part of a page.
type part struct {
	name string // of its template
	data any
}

// ShowPart answers with a part of a page, for a script that takes it into the page: a template
// of this name with its data.
func ShowPart(p Page, name string, data any, status int) Answer {
	return Answer{Page: p, Status: status, part: &part{name, data}}
}

// Text returns the text with this key in the language of the visit, see [Language.Text].
func (v *Visit) Text(key string, more ...any) (string, error) { return v.Lang.Text(key, more...) }

// SignedIn reports whether the visitor has signed in.
func (v *Visit) SignedIn() bool { return v.session.signedIn }

// Refresh is [Frame.Refresh].
func (v *Visit) Refresh(topic string) { v.frame.Refresh(topic) }

// handle returns a handler that answers what do returns.
func (f *Frame) handle(do func(*Visit) (Answer, error)) http.Handler {
	return f.handleUpTo(maxForm, do)
}

// handleUpTo is handle for forms of at most limit bytes.
func (f *Frame) handleUpTo(limit int64, do func(*Visit) (Answer, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &Visit{Request: r, frame: f, limit: limit, Lang: f.content.texts.of(r), session: sessionOf(r), moment: f.DB.Moment()}
		a, err := f.answer(v, do)
		if err != nil {
			a = f.failed(v, err)
		}
		if v.mark != "" {
			f.setMark(w, v.mark)
		}
		if v.wait > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(v.wait.Seconds()))))
		}
		for name, value := range a.Keep {
			setCookie(w, name, value, year)
		}
		if a.to != "" {
			leave(w, a.note)
			http.Redirect(w, r, a.to, http.StatusSeeOther)
			return
		}
		if a.file != nil {
			a.file.write(w)
			return
		}
		f.write(w, v, a)
	})
}

// maxForm is the largest form taken, in bytes. A document of 64 kB may take three times as
// much.
const maxForm = 1 << 20

// maxOpenForm is the maximum size of a form from a visitor who has not signed in, in bytes: a password
// and where to go then.
const maxOpenForm = 8 << 10

func (f *Frame) answer(v *Visit, do func(*Visit) (Answer, error)) (a Answer, err error) {
	if v.Account, err = f.DB.Account(v.Context(), f.Account); err != nil {
		return a, err
	}
	if v.Method == http.MethodPost {
		if err := v.parse(v.limit); err != nil {
			return a, err
		}
	}
	return do(v)
}

// parse reads the form, which has files in it or not, and at most limit bytes.
func (v *Visit) parse(limit int64) error {
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

// write writes a page in its layout, or a part of one.
func (f *Frame) write(w http.ResponseWriter, v *Visit, a Answer) {
	shown := part{name: "layout"}
	var err error
	if a.part != nil {
		shown = *a.part
	} else {
		shown.data, err = f.layout(w, v, a.Page)
	}
	var b bytes.Buffer
	if err == nil {
		err = f.content.views.render(&b, v.Lang, a.Page.File(), shown.name, shown.data)
	}
	if err != nil {
		f.Log.Log(v.Context(), endpoint.Severity(v.Request), "a page cannot be shown", "page", a.Page.File(), "error", err)
		http.Error(w, "Repli could not show this page; its log says why.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(a.Status)
	w.Write(b.Bytes()) // an error only means that the browser has gone
}

// LocalPath returns an address of the console that somebody was at, and the console's first
// page for any other.
func LocalPath(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.IsAbs() || u.Host != "" || u.Path != Root && !hasRoot(path.Clean(u.Path)) {
		return Root
	}
	return u.RequestURI()
}
