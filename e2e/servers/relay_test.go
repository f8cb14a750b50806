package servers

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// A relay stands between Repli and a server. It passes every byte on and keeps what passed.
type relay struct {
	address string // where Repli calls it
	to      string // host:port of the server

	mu    sync.Mutex
	lines []*line // the connections, in the order in which they were made
	ended bool    // the test is over
}

// A line is one connection through a relay.
type line struct {
	client          net.Conn
	asked, answered bytes.Buffer
	closed          bool // by the server, before Repli did
}

func newRelay(t *testing.T, to string) *relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{address: l.Addr().String(), to: to}
	var under sync.WaitGroup
	under.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			under.Go(func() { r.carry(client) })
		}
	})
	t.Cleanup(func() { l.Close(); r.end(); under.Wait() })
	return r
}

// end closes the connections, of which Repli keeps some for a while.
func (r *relay) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = true
	for _, l := range r.lines {
		l.client.Close()
	}
}

// carry passes on what comes over a connection, until one side closes it.
func (r *relay) carry(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", r.to)
	if err != nil {
		return
	}
	defer server.Close()
	l := &line{client: client}
	r.mu.Lock()
	r.lines = append(r.lines, l)
	ended := r.ended
	r.mu.Unlock()
	if ended {
		return
	}
	over := make(chan bool, 2)
	go func() { r.copy(server, client, &l.asked); over <- false }()
	go func() { r.copy(client, server, &l.answered); over <- true }()
	closed := <-over
	r.mu.Lock()
	l.closed = closed
	r.mu.Unlock()
}

// copy passes on what comes from one side to the other, and keeps it.
func (r *relay) copy(to io.Writer, from io.Reader, kept *bytes.Buffer) {
	for block := make([]byte, 32<<10); ; {
		n, err := from.Read(block)
		r.mu.Lock()
		kept.Write(block[:n])
		r.mu.Unlock()
		if n > 0 {
			if _, err := to.Write(block[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// forget drops what passed so far on connections that may be kept.
func (r *relay) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range r.lines {
		l.asked.Reset()
		l.answered.Reset()
	}
}

var requestLine = regexp.MustCompile(`(POST|GET) \S+ HTTP/1\.1\r\n`)

// requests returns how many requests passed.
func (r *relay) requests() (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range r.lines {
		n += len(requestLine.FindAll(l.asked.Bytes(), -1))
	}
	return n
}

// seen tells in words what the server sent.
func (r *relay) seen() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []string
	for _, l := range r.lines {
		if l.asked.Len() > 0 {
			all = append(all, l.seen()...)
		}
	}
	if len(all) == 2 && all[0] == all[1] {
		return "twice: " + all[0]
	}
	return strings.Join(all, "; then ")
}

func (l *line) seen() (all []string) {
	if l.answered.Len() == 0 && l.closed {
		return []string{"closes without a byte"}
	}
	if l.answered.Len() == 0 {
		return []string{"nothing"}
	}
	left := bufio.NewReader(bytes.NewReader(l.answered.Bytes()))
	for {
		if _, err := left.Peek(1); err != nil {
			return all
		}
		response, err := http.ReadResponse(left, nil)
		if err != nil {
			return append(all, "no HTTP")
		}
		all = append(all, l.told(response))
	}
}

// told tells of an answer: its status, type, ending and first words.
func (l *line) told(response *http.Response) string {
	body, err := io.ReadAll(response.Body)
	kind := "no type"
	if t := response.Header.Get("Content-Type"); t != "" {
		kind, _, _ = strings.Cut(t, ";")
	}
	if response.StatusCode/100 == 3 {
		return fmt.Sprintf("%d to %s", response.StatusCode, pathOf(response.Header.Get("Location")))
	}
	chunked := len(response.TransferEncoding) > 0
	words := []string{fmt.Sprintf("%d %s", response.StatusCode, kind)}
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF) && chunked:
		words = append(words, "without the last chunk")
	case errors.Is(err, io.ErrUnexpectedEOF):
		words = append(words, "shorter than its Content-Length")
	case err != nil:
		words = append(words, "chunks that are none")
	case response.ContentLength < 0 && !chunked && l.closed:
		words = append(words, "ended by closing")
	case chunked:
		words = append(words, "in chunks")
	}
	return strings.Join(append(words, excerpt(string(body))), ", ")
}

var (
	address = regexp.MustCompile(`https?://[^/]+`)
	folders = regexp.MustCompile(`/\S*/(repli-|Test)\S*/|/\S*/e2e/servers/`)
	spaces  = regexp.MustCompile(`\s+`)
	title   = regexp.MustCompile(`(?is)<title>(.*?)</title>`)
)

func pathOf(location string) string { return "`" + address.ReplaceAllString(location, "") + "`" }

// excerpt returns the title of a page, or the first words of anything else.
func excerpt(body string) string {
	if body == "" {
		return "empty"
	}
	if m := title.FindStringSubmatch(body); m != nil {
		return "a page, “" + strings.TrimSpace(spaces.ReplaceAllString(m[1], " ")) + "”"
	}
	body = strings.ReplaceAll(body, "\uFEFF", "BOM ")
	body = strings.TrimSpace(spaces.ReplaceAllString(folders.ReplaceAllString(body, ""), " "))
	if letters := []rune(body); len(letters) > 44 {
		body = string(letters[:43]) + "…"
	}
	return "`" + body + "`"
}
