package console_test

import (
	"bufio"
	"context"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/console"
	"github.com/repli-sms/repli/store"
)

// A browser asks a server as a person would.
type browser struct {
	t       *testing.T
	handler http.Handler
	header  http.Header
	cookies map[string]*http.Cookie
}

func newBrowser(t *testing.T, h http.Handler) *browser {
	return &browser{t, h, http.Header{"Accept": {"text/html"}}, map[string]*http.Cookie{}}
}

// A shown is what a browser was answered.
type shown struct {
	status int
	header http.Header
	body   string
}

func (b *browser) ask(r *http.Request) shown {
	b.t.Helper()
	for name, values := range b.header {
		r.Header[name] = values
	}
	if r.Host == "example.com" {
		r.Host = "127.0.0.1:8080"
	}
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if b.cookies[c.Name] = c; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	body := strings.ReplaceAll(w.Body.String(), "&#43;", "+") // as people read numbers
	return shown{w.Code, w.Result().Header, body}
}

// opens returns the page at a path, and follows where it leads.
func (b *browser) opens(path string) shown {
	b.t.Helper()
	path, _, _ = strings.Cut(path, "#") // the browser's own
	got := b.ask(httptest.NewRequestWithContext(b.t.Context(), http.MethodGet, path, nil))
	if to := got.header.Get("Location"); to != "" {
		return b.opens(to)
	}
	return got
}

// posts sends a form and returns the answer itself.
func (b *browser) posts(path string, form url.Values) shown {
	b.t.Helper()
	r := httptest.NewRequestWithContext(b.t.Context(), http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.ask(r)
}

// sends sends a form and returns the page it leads to.
func (b *browser) sends(path string, form url.Values) shown {
	b.t.Helper()
	got := b.posts(path, form)
	if got.status == http.StatusSeeOther {
		return b.opens(got.header.Get("Location"))
	}
	return got
}

// has fails the test unless the answer has this status and each of the texts.
func (s shown) has(t *testing.T, status int, texts ...string) {
	t.Helper()
	if s.status != status {
		t.Errorf("the status is %d, want %d", s.status, status)
	}
	for _, text := range texts {
		if !strings.Contains(s.body, text) {
			t.Errorf("the page has no %q:\n%s", text, s.body)
		}
	}
}

func (s shown) lacks(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(s.body, text) {
			t.Errorf("the page has %q:\n%s", text, s.body)
		}
	}
}

// visited runs a test with a browser at a dev server.
func visited(t *testing.T, test func(t *testing.T, s *apptest.Server, b *browser)) {
	t.Helper()
	apptest.Run(t, func(t *testing.T, s *apptest.Server) { test(t, s, newBrowser(t, s.Handler)) })
}

func TestABrowserIsShownToTheConsole(t *testing.T) {
	visited(t, func(t *testing.T, _ *apptest.Server, b *browser) {
		b.opens("/").has(t, 200, `<main id="main"`)
	})
}

func TestTheConsoleSpeaksWhatTheBrowserAsksForAndWhatIsChosen(t *testing.T) {
	visited(t, func(t *testing.T, _ *apptest.Server, b *browser) {
		b.header.Set("Accept-Language", "fr-CA, en;q=0.5")
		b.opens("/console/bins").has(t, 200, `<html lang="fr"`, "Nom convivial")
		b.sends("/console/preferences", url.Values{"language": {"en"}, "back": {"/console/bins?x=1"}}).
			has(t, 200, `<html lang="en"`, "Friendly name", `value="/console/bins?x=1"`)
	})
}

func TestAThemeIsKeptUntilTheSystemsIsWantedAgain(t *testing.T) {
	visited(t, func(t *testing.T, _ *apptest.Server, b *browser) {
		b.sends("/console/preferences", url.Values{"theme": {"dark"}, "back": {"/console/bins"}}).has(t, 200, `data-theme="dark"`)
		b.sends("/console/preferences", url.Values{"theme": {""}, "back": {"/console/bins"}}).lacks(t, `data-theme=`)
	})
}

func TestAPreferenceLeadsBackToTheConsoleAndNowhereElse(t *testing.T) {
	visited(t, func(t *testing.T, _ *apptest.Server, b *browser) {
		for _, back := range []string{"https://evil.example/", "//evil.example/console", "/\\evil.example", "/twiml/x", "", "javascript:alert(1)", "/consolex", "/console/../twiml/x", "/console/%2e%2e/x"} {
			got := b.posts("/console/preferences", url.Values{"theme": {"dark"}, "back": {back}})
			if to := got.header.Get("Location"); to != "/console" {
				t.Errorf("back to %q leads to %q, want /console", back, to)
			}
		}
	})
}

func TestAFormFromAnotherSiteIsRefused(t *testing.T) {
	visited(t, func(t *testing.T, _ *apptest.Server, b *browser) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/console/preferences", strings.NewReader("theme=dark"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		b.ask(r).has(t, 403, "That cannot be done")
	})
}

func TestEveryAnswerForbidsWhatThePagesDoNotNeed(t *testing.T) {
	visited(t, func(t *testing.T, _ *apptest.Server, b *browser) {
		for _, path := range []string{"/console/bins", "/console/nowhere", "/console/live?topic=nothing"} {
			got := b.opens(path)
			policy := got.header.Get("Content-Security-Policy")
			if !strings.Contains(policy, "default-src 'self'") || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "frame-ancestors 'none'") {
				t.Errorf("%s: the policy is %q", path, policy)
			}
			if got := got.header.Get("X-Content-Type-Options"); got != "nosniff" {
				t.Errorf("%s: X-Content-Type-Options is %q, want nosniff", path, got)
			}
		}
	})
}

func TestANoteWaitsForSomebodyToReadIt(t *testing.T) {
	visited(t, func(t *testing.T, _ *apptest.Server, b *browser) {
		b.posts("/console/bins/"+hello+"/duplicate", nil).has(t, 303)
		b.header.Set("Sec-Fetch-Dest", "empty") // another page of the console is fetched by its script
		b.opens("/console/bins").lacks(t, "This is the copy")
		b.header.Set("Sec-Fetch-Dest", "document")
		b.opens("/console/bins").has(t, 200, "This is the copy")
		b.opens("/console/bins").lacks(t, "This is the copy")
	})
}

func TestAnAddressWithoutAPageIsNotFound(t *testing.T) {
	visited(t, func(t *testing.T, _ *apptest.Server, b *browser) {
		b.opens("/console/nowhere").has(t, 404, "Not found", "There is no page at /console/nowhere")
	})
}

func TestAssetsAreKeptForEverUnderAName(t *testing.T) {
	visited(t, func(t *testing.T, _ *apptest.Server, b *browser) {
		_, after, _ := strings.Cut(b.opens("/console/bins").body, `<link rel="stylesheet" href="`)
		address, _, _ := strings.Cut(after, `"`)
		got := b.opens(address)
		got.has(t, 200, "--accent")
		if c := got.header.Get("Cache-Control"); !strings.Contains(c, "immutable") {
			t.Errorf("%s: Cache-Control is %q", address, c)
		}
		if typ := got.header.Get("Content-Type"); !strings.HasPrefix(typ, "text/css") {
			t.Errorf("%s: Content-Type is %q", address, typ)
		}
	})
}

// live returns the query with which the page's region looks on, that of the banners aside.
func (s shown) live(t *testing.T) string {
	t.Helper()
	all := regexp.MustCompile(`<live-region [^>]*src="/console/live\?([^"]*)"`).FindAllStringSubmatch(s.body, -1)
	if len(all) != 2 {
		t.Fatalf("the page has %d live regions, want the banners and one more:\n%s", len(all), s.body)
	}
	return html.UnescapeString(all[1][1])
}

// looks opens a live region of the server and returns the events it is sent.
func looks(t *testing.T, h http.Handler, query string) (events <-chan string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/console/live?"+query, nil)
	r.Host = "127.0.0.1:8080"
	read, write := io.Pipe()
	go func() {
		h.ServeHTTP(pipeWriter{http.Header{}, write}, r)
		write.Close()
	}()
	out := make(chan string, 100)
	go func() {
		defer close(out)
		for lines := bufio.NewScanner(read); lines.Scan(); {
			if s := lines.Text(); s != "" {
				out <- s
			}
		}
	}()
	return out, func() { cancel(); read.Close() }
}

// A pipeWriter is an answer that is read while it is written.
type pipeWriter struct {
	header http.Header
	*io.PipeWriter
}

func (w pipeWriter) Header() http.Header { return w.header }
func (w pipeWriter) WriteHeader(int)     {}
func (w pipeWriter) Flush()              {}

func TestPagesOfConfigurationAreFetchedAgainWhenItChanges(t *testing.T) {
	visited(t, func(t *testing.T, s *apptest.Server, _ *browser) {
		events, stop := looks(t, s.Handler, "topic=bins")
		defer stop()
		if got := <-events; got != "retry: 2000" {
			t.Errorf("the first line is %q", got)
		}
		s.Number("+15550002000")
		if got := <-events; got != "event: refresh" {
			t.Errorf("got %q, want a refresh", got)
		}
	})
}

func TestAPageThatHasMissedSomethingIsFetchedAgainAtOnce(t *testing.T) {
	visited(t, func(t *testing.T, s *apptest.Server, b *browser) {
		for _, test := range []struct {
			name    string
			between func()
			want    string
		}{
			{"nothing", func() {}, ": still here"},
			{"a number was added", func() { s.Number("+15550002000") }, "event: refresh"},
		} {
			_, after, _ := strings.Cut(b.opens("/console/bins").body, `data-moment="`)
			moment, _, _ := strings.Cut(after, `"`)
			test.between()
			events, stop := looks(t, s.Handler, "topic=bins&moment="+moment)
			<-events
			if got := <-events; got != test.want {
				t.Errorf("%s: got %q, want %q", test.name, got, test.want)
			}
			stop()
		}
	})
}

func TestALivePageIsKeptOpen(t *testing.T) {
	visited(t, func(t *testing.T, s *apptest.Server, _ *browser) {
		events, stop := looks(t, s.Handler, "topic=bins")
		defer stop()
		<-events
		if got := <-events; got != ": still here" {
			t.Errorf("got %q, want a heartbeat", got)
		}
	})
}

func TestLivePagesFollowTheStoreWhileSomebodyLooksAndEndWithTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, err := store.Open(t.Context(), store.Config{Path: store.Memory})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		s, err := console.New(console.Config{DB: db, Account: apptest.Account, Dev: true})
		if err != nil {
			t.Fatal(err)
		}
		ctx, end := context.WithCancel(t.Context())
		go s.Run(ctx)
		mux := http.NewServeMux()
		s.Register(mux)
		var stops []func()
		for range 50 {
			events, stop := looks(t, mux, "topic=bins")
			<-events
			stops = append(stops, stop)
		}
		asked, stopAsking := looks(t, mux, "topic=numbers")
		<-asked
		s.Refresh("numbers")
		if got := <-asked; got != "event: refresh" {
			t.Errorf("got %q, want a refresh", got)
		}
		stopAsking()
		if !db.Followed() {
			t.Error("nobody follows the store while 50 look on")
		}
		for _, stop := range stops {
			stop()
		}
		synctest.Wait()
		if db.Followed() {
			t.Error("the store is followed although nobody looks on")
		}
		events, _ := looks(t, mux, "topic=bins")
		<-events
		end()
		if line, more := <-events; more {
			t.Errorf("got %q after the server has stopped", line)
		}
	})
}
