package consoletest

import (
	"bufio"
	"context"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

// Live returns the query with which the page's region looks on, that of the banners aside.
func (s Shown) Live(t *testing.T) string {
	t.Helper()
	all := regexp.MustCompile(`<live-region [^>]*src="/console/live\?([^"]*)"`).FindAllStringSubmatch(s.Body, -1)
	if len(all) != 2 {
		t.Fatalf("the page has %d live regions, want the banners and one more:\n%s", len(all), s.Body)
	}
	return html.UnescapeString(all[1][1])
}

// Looks opens a live region of the server and returns the events it is sent.
func Looks(t *testing.T, h http.Handler, query string) (events <-chan string, stop func()) {
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

// Looks is [looks] with what the browser knows of its session.
func (b *Browser) Looks(query string) (events <-chan string, stop func()) {
	b.t.Helper()
	return Looks(b.t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, c := range b.Cookies {
			r.AddCookie(c)
		}
		b.Handler.ServeHTTP(w, r)
	}), query)
}

// Until fails the test unless a line of a live region has this text before anything ends.
func Until(t *testing.T, events <-chan string, text string) {
	t.Helper()
	var seen []string
	for beats := 0; beats < 10; {
		line, more := <-events
		if strings.Contains(line, text) {
			return
		}
		if !more {
			break
		}
		if seen = append(seen, line); line == "event: beat" {
			beats++
		}
	}
	t.Errorf("no event has %q; there were\n%s", text, strings.Join(seen, "\n"))
}
