package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// A wire stands between Repli and a handler: it tells what passes, and may change it.
type wire struct {
	url     string
	handler string
	changed *strings.Replacer
	passed  chan exchange
}

// An exchange is a request that has passed a wire, and what the handler answered to it.
type exchange struct {
	path          string
	messageStatus string
	answer        int
}

// newWire returns a wire to the handler at an address. In each request it replaces texts, as
// they stand in its query or form, by others.
func newWire(t *testing.T, handler string, oldnew ...string) *wire {
	t.Helper()
	w := &wire{handler: handler, changed: strings.NewReplacer(oldnew...), passed: make(chan exchange, 100)}
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	w.url = server.URL
	return w
}

// ServeHTTP passes a request on, with its Host header, which the signature covers.
func (w *wire) ServeHTTP(back http.ResponseWriter, r *http.Request) {
	form, _ := io.ReadAll(r.Body) // cut short, it fails at the handler
	onward, err := http.NewRequestWithContext(r.Context(), r.Method,
		w.handler+w.changed.Replace(r.RequestURI), strings.NewReader(w.changed.Replace(string(form))))
	if err != nil {
		http.Error(back, err.Error(), http.StatusBadGateway)
		return
	}
	onward.Host, onward.Header = r.Host, r.Header
	answer, err := http.DefaultTransport.RoundTrip(onward)
	if err != nil {
		http.Error(back, err.Error(), http.StatusBadGateway)
		return
	}
	defer answer.Body.Close()
	params, _ := url.ParseQuery(r.URL.RawQuery + "&" + string(form))
	w.passed <- exchange{r.URL.Path, params.Get("MessageStatus"), answer.StatusCode}
	back.Header().Set("Content-Type", answer.Header.Get("Content-Type"))
	back.WriteHeader(answer.StatusCode)
	_, _ = io.Copy(back, answer.Body)
}

// next returns the next exchange.
func (w *wire) next(t *testing.T) exchange {
	t.Helper()
	select {
	case e := <-w.passed:
		return e
	case <-time.After(10 * time.Second):
		t.Fatal("nothing passed the wire in 10 s")
		panic("unreachable")
	}
}
