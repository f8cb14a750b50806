package webhooktest

import (
	"compress/gzip"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Hostile returns handlers that harm as far as they can, by their way to do so. Each is served at a path
// that ends with its name. The victim is an address that they want Repli to ask: "http://host:port".
func Hostile(victim string) map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"spins":   Spins,
		"fat":     Fat,
		"names":   names,
		"drips":   drips,
		"endless": endless,
		"hangs":   func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"resets":  func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"self": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, victim, http.StatusTemporaryRedirect)
		},
		"unfolds":  unfolds,
		"reflects": reflects,
	}
}

// Ways returns the names of all ways, sorted.
func Ways() []string { return slices.Sorted(maps.Keys(Hostile(""))) }

// Spins answers with as many empty messages as a document can hold, and a Redirect to itself.
func Spins(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/xml")
	io.WriteString(w, "<Response>"+strings.Repeat("<Message/>", 6500)+"<Redirect>"+r.URL.Path+"</Redirect></Response>")
}

// Fat redirects ten times before each document, which begins all over, and every answer has 60 kB of
// header fields.
func Fat(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Fat", strings.Repeat("fat ", 15<<10))
	if hop, _ := strconv.Atoi(r.URL.Query().Get("hop")); hop < 10 {
		http.Redirect(w, r, r.URL.Path+"?hop="+strconv.Itoa(hop+1), http.StatusFound)
		return
	}
	w.Header().Set("Content-Type", "text/xml")
	io.WriteString(w, "<Response><Redirect>"+r.URL.Path+"</Redirect></Response>")
}

// names answers with a verb whose name is 60 kB long and which does not end.
func names(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/xml")
	name := strings.Repeat("x", 60<<10)
	io.WriteString(w, "<Response><"+name+"></Response>")
}

// drips sends a byte a tenth of a second, for ever.
func drips(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/xml")
	for sent := error(nil); sent == nil && r.Context().Err() == nil; {
		if _, sent = io.WriteString(w, " "); sent == nil {
			sent = http.NewResponseController(w).Flush()
		}
		select {
		case <-r.Context().Done():
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// endless sends as fast as it can, for ever.
func endless(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/xml")
	for text := strings.Repeat("<!-- for ever -->", 1<<10); ; {
		if _, err := io.WriteString(w, text); err != nil {
			return
		}
	}
}

// unfolds sends spaces as gzip until nobody takes them.
func unfolds(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/xml")
	w.Header().Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	defer z.Close()
	for spaces := strings.Repeat(" ", 1<<20); spaces != ""; {
		if _, err := io.WriteString(z, spaces); err != nil {
			return
		}
	}
}

// reflects sends cookies, header fields and a body of control characters, and a status of its own.
func reflects(w http.ResponseWriter, _ *http.Request) {
	for i := range 100 {
		w.Header().Add("Set-Cookie", "c"+strconv.Itoa(i)+"="+strings.Repeat("c", 500))
	}
	w.Header().Set("Content-Type", "text/\x01xml")
	w.WriteHeader(599)
	io.WriteString(w, strings.Repeat("\x1b]0;owned\x07\u202e", 3000))
}
