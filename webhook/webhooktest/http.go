package webhooktest

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// Handle answers with an http.Handler.
func Handle(tb testing.TB, h http.HandlerFunc) string {
	tb.Helper()
	s := httptest.NewServer(h)
	tb.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s.URL
}

// Answers behaves: it answers 200 with a body of a type.
func Answers(tb testing.TB, contentType, body string) string {
	tb.Helper()
	return Handle(tb, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		io.WriteString(w, body)
	})
}

// Status answers with a status and a plain text.
func Status(tb testing.TB, status int) string {
	tb.Helper()
	return Handle(tb, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(status)
		if status >= 200 && status != 204 && status != 304 {
			io.WriteString(w, http.StatusText(status))
		}
	})
}

// RedirectsNowhere answers 302 without a Location.
func RedirectsNowhere(tb testing.TB) string {
	tb.Helper()
	return Status(tb, http.StatusFound)
}

// RedirectsInACircle answers 302 to itself.
func RedirectsInACircle(tb testing.TB) string {
	tb.Helper()
	return RedirectsTo(tb, http.StatusFound, "/again")
}

// RedirectsTo answers with a redirect to a location.
func RedirectsTo(tb testing.TB, status int, location string) string {
	tb.Helper()
	return Handle(tb, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", location)
		w.WriteHeader(status)
	})
}

// NoType answers with a body that has no Content-Type.
func NoType(tb testing.TB) string {
	tb.Helper()
	return Handle(tb, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Content-Type"] = nil
		io.WriteString(w, "<Response/>")
	})
}

// NothingAtAll answers 200 with neither a type nor a body.
func NothingAtAll(tb testing.TB) string {
	tb.Helper()
	return Handle(tb, func(w http.ResponseWriter, r *http.Request) { w.Header()["Content-Type"] = nil })
}

// ChunkedEmpty answers in chunks, with nothing in them.
func ChunkedEmpty(tb testing.TB) string {
	tb.Helper()
	return Sends(tb, "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
}

// Document returns a good document of size bytes.
func Document(size int) string {
	const head, tail = "<Response><!--", "--></Response>"
	return head + strings.Repeat("x", size-len(head)-len(tail)) + tail
}

// TooLong answers with a good document that is a byte longer than 64 kB.
func TooLong(tb testing.TB) string {
	tb.Helper()
	return Answers(tb, "text/xml", Document(65537))
}

// TooLongGzip answers with a gzip stream that unfolds to 16 MB.
func TooLongGzip(tb testing.TB) string {
	tb.Helper()
	return Gzip(tb, "text/xml", Document(16<<20))
}

// Gzip answers with a body in gzip.
func Gzip(tb testing.TB, contentType, body string) string {
	tb.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, body)
	z.Close()
	return GzipBytes(tb, contentType, b.Bytes())
}

// GzipBytes answers with bytes that claim to be gzip.
func GzipBytes(tb testing.TB, contentType string, body []byte) string {
	tb.Helper()
	return Handle(tb, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(body)
	})
}

// A Keeper is a server that keeps its connections and then closes them: it answers the first
// request on each, reads the next, and closes without an answer.
type Keeper struct {
	Body   string        // of its answers, which are text/xml
	Thinks time.Duration // before it answers
	Works  time.Duration // before it closes
	Resets bool          // it resets a TCP connection in place of closing it

	asked atomic.Int64
}

// Serve serves one connection.
func (k *Keeper) Serve(c net.Conn) {
	in := bufio.NewReader(c)
	if !readRequest(in) {
		return
	}
	k.asked.Add(1)
	<-time.After(k.Thinks)
	fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s", len(k.Body), k.Body)
	if !readRequest(in) {
		return
	}
	k.asked.Add(1)
	<-time.After(k.Works)
	if tcp, ok := c.(*net.TCPConn); ok && k.Resets {
		_ = tcp.SetLinger(0)
	}
}

// Asked returns how many requests the server has read, answered or not.
func (k *Keeper) Asked() int { return int(k.asked.Load()) }
