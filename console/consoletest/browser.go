// Package consoletest is a person in front of the console, for the tests of its pages.
package consoletest

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// A Browser asks a server as a person would.
type Browser struct {
	t       *testing.T
	Handler http.Handler
	Header  http.Header // of every request
	Cookies map[string]*http.Cookie
}

// NewBrowser returns a browser without cookies that asks a handler.
func NewBrowser(t *testing.T, h http.Handler) *Browser {
	return &Browser{t, h, http.Header{"Accept": {"text/html"}}, map[string]*http.Cookie{}}
}

// A Shown is what a browser was answered.
type Shown struct {
	Status int
	Header http.Header
	Body   string
}

// Ask sends a request with the browser's headers and cookies.
func (b *Browser) Ask(r *http.Request) Shown {
	b.t.Helper()
	for name, values := range b.Header {
		r.Header[name] = values
	}
	if r.Host == "example.com" {
		r.Host = "127.0.0.1:8080"
	}
	for _, c := range b.Cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	b.Handler.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if b.Cookies[c.Name] = c; c.MaxAge < 0 {
			delete(b.Cookies, c.Name)
		}
	}
	body := strings.ReplaceAll(w.Body.String(), "&#43;", "+") // as people read numbers
	return Shown{w.Code, w.Result().Header, body}
}

// Opens returns the page at a path, and follows where it leads.
func (b *Browser) Opens(path string) Shown {
	b.t.Helper()
	path, _, _ = strings.Cut(path, "#") // the browser's own
	got := b.Ask(httptest.NewRequestWithContext(b.t.Context(), http.MethodGet, path, nil))
	if to := got.Header.Get("Location"); to != "" {
		return b.Opens(to)
	}
	return got
}

// Posts sends a form and returns the answer itself.
func (b *Browser) Posts(path string, form url.Values) Shown {
	b.t.Helper()
	r := httptest.NewRequestWithContext(b.t.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.Ask(r)
}

// Sends sends a form and returns the page it leads to.
func (b *Browser) Sends(path string, form url.Values) Shown {
	b.t.Helper()
	got := b.Posts(path, form)
	if got.Status == http.StatusSeeOther {
		return b.Opens(got.Header.Get("Location"))
	}
	return got
}

// Uploads sends a form with a file.
func (b *Browser) Uploads(path, contentType string, data []byte) Shown {
	b.t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="picture"; filename="cake"`}, "Content-Type": {contentType},
	})
	if err != nil {
		b.t.Fatal(err)
	}
	part.Write(data)
	w.WriteField("body", "look")
	w.Close()
	r := httptest.NewRequestWithContext(b.t.Context(), http.MethodPost, path, &form)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.Ask(r)
}

// Has fails the test unless the answer has this status and each of the texts.
func (s Shown) Has(t *testing.T, status int, texts ...string) {
	t.Helper()
	if s.Status != status {
		t.Errorf("the status is %d, want %d", s.Status, status)
	}
	for _, text := range texts {
		if !strings.Contains(s.Body, text) {
			t.Errorf("the page has no %q:\n%s", text, s.Body)
		}
	}
}

// Lacks fails the test if the answer has one of the texts.
func (s Shown) Lacks(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(s.Body, text) {
			t.Errorf("the page has %q:\n%s", text, s.Body)
		}
	}
}

// Seen returns the hidden field that says what the editor on a page has seen.
func (s Shown) Seen(t *testing.T) string {
	t.Helper()
	m := regexp.MustCompile(`name="seen" value="([^"]*)"`).FindStringSubmatch(s.Body)
	if m == nil {
		t.Fatalf("the page has no field seen:\n%s", s.Body)
	}
	return m[1]
}

// Find returns what the group of an expression finds.
func Find(t *testing.T, in, expression string) string {
	t.Helper()
	m := regexp.MustCompile(expression).FindStringSubmatch(in)
	if m == nil {
		t.Fatalf("there is no %s in\n%s", expression, in)
	}
	return m[1]
}
