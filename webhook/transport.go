package webhook

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// A transport sends HTTP/1.1 requests, one at a time on a connection, and reads their answers.
// net/http's own transport has two goroutines for each connection, which make up most of the cost
// of waiting for a slow handler; here the caller's goroutine waits. Requests and answers are
// still encoded and parsed by net/http. Requests must use the context of [begin].
type transport struct {
	dial *dialer
	idle idle
	keep bool // keep connections open for reuse

	writers, readers sync.Pool // of *bufio.Writer and *bufio.Reader
}

const (
	maxHeader     = 64 << 10 // bytes of the header of an answer
	bufSize       = 2 << 10
	maxInterim    = 5 // 1xx answers before the final one
	portOfHTTP    = "80"
	portOfHTTPS   = "443"
	schemeOfHTTPS = "https"
)

// RoundTrip sends a request and returns its answer, whose body the caller must close.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	server := serverOf(req.URL)
	nc, kept := t.idle.take(server)
	if nc == nil {
		var err error
		if nc, err = t.connect(req.Context(), server); err != nil {
			return nil, err
		}
	}
	x := exchangeOf(req.Context())
	x.use(nc, kept)
	a := &reply{t: t, server: server, conn: nc, head: headReader{r: nc, left: maxHeader}}
	a.release = context.AfterFunc(x.ctx, func() {
		_ = nc.SetDeadline(time.Unix(1, 0)) // fails only if the connection has ended
	})
	resp, err := a.ask(req, x)
	if err != nil {
		a.end(false)
		return nil, err
	}
	return resp, nil
}

// serverOf returns the scheme, host and port of a URL, adding the default port.
func serverOf(u *url.URL) server {
	port := u.Port()
	switch {
	case port != "":
	case u.Scheme == schemeOfHTTPS:
		port = portOfHTTPS
	default:
		port = portOfHTTP
	}
	return server{u.Scheme, net.JoinHostPort(u.Hostname(), port)}
}

// connect opens a connection. A simulated fault of HTTP needs no TLS, because it happens above
// it.
func (t *transport) connect(ctx context.Context, to server) (net.Conn, error) {
	s := exchangeOf(ctx).strike
	if s == nil && to.scheme == schemeOfHTTPS || s.ofTLS() {
		return t.dial.dialTLS(ctx, "tcp", to.address)
	}
	return t.dial.dial(ctx, "tcp", to.address)
}

// CloseIdleConnections closes all idle connections.
func (t *transport) CloseIdleConnections() { t.idle.close() }

// A reply is the answer to one request while it is being read.
type reply struct {
	t       *transport
	server  server
	conn    net.Conn
	head    headReader
	in      *bufio.Reader
	release func() bool // stops the exchange from closing the connection; returns false if it did already

	ended bool
	keep  bool      // the connection can be reused once the body has been read
	body  io.Reader // as decoded by net/http
}

// ask writes the request and reads the header of its answer.
func (a *reply) ask(req *http.Request, x *exchange) (*http.Response, error) {
	written := a.write(req)
	x.wroteRequest()
	if written != nil && !isNetwork(written) {
		return nil, written // the request was invalid and was not sent
	}
	if err := a.head.await(); err != nil {
		if x.cause() != nil && x.unread() { // the answer had begun before the exchange was aborted
			x.firstByte()
		}
		return nil, err
	}
	x.firstByte()
	a.in, _ = a.t.readers.Get().(*bufio.Reader)
	if a.in == nil {
		a.in = bufio.NewReaderSize(nil, bufSize)
	}
	a.in.Reset(&a.head)
	for range maxInterim + 1 {
		resp, err := http.ReadResponse(a.in, req)
		if err != nil {
			return nil, err
		}
		if resp.StatusCode >= 200 || resp.StatusCode == http.StatusSwitchingProtocols {
			a.head.left = math.MaxInt64
			a.keep = a.t.keep && written == nil && !resp.Close && resp.StatusCode >= 200
			a.body, resp.Body = resp.Body, a
			return resp, nil
		}
	}
	return nil, fmt.Errorf("net/http: too many 1xx informational responses")
}

// write writes the request. Network errors are ignored here, because a server may answer and
// close the connection before it has read the whole request.
func (a *reply) write(req *http.Request) error {
	out, _ := a.t.writers.Get().(*bufio.Writer)
	if out == nil {
		out = bufio.NewWriterSize(nil, bufSize)
	}
	out.Reset(a.conn)
	defer a.t.writers.Put(out)
	sent := *req
	sent.Close = !a.t.keep
	if err := sent.Write(out); err != nil {
		return err
	}
	return out.Flush()
}

// Read reads the body. After the last byte the connection is returned to the pool.
func (a *reply) Read(p []byte) (int, error) {
	if a.ended {
		return 0, io.EOF
	}
	n, err := a.body.Read(p)
	if err != nil {
		a.end(errors.Is(err, io.EOF))
	}
	return n, err
}

// Close ends the answer. If some of the body is unread, the connection is closed.
func (a *reply) Close() error {
	a.end(false)
	return nil
}

// end returns the connection to the pool if the answer was read whole, and closes it otherwise.
func (a *reply) end(whole bool) {
	if a.ended {
		return
	}
	a.ended = true
	undisturbed := a.release()
	if whole && a.keep && undisturbed && a.in.Buffered() == 0 {
		a.t.idle.put(a.server, a.conn)
	} else {
		a.conn.Close()
	}
	if a.in != nil {
		a.in.Reset(nil)
		a.t.readers.Put(a.in)
	}
}

// A headReader reads from a connection and fails if the header of an answer is too long.
type headReader struct {
	r     io.Reader
	left  int64
	first [1]byte
	ahead bool // first has been read but not returned
}

// await waits for the first byte. It uses no buffer, because thousands of requests may wait at
// the same time.
func (h *headReader) await() error {
	for {
		n, err := h.r.Read(h.first[:])
		if n > 0 {
			h.ahead = true
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (h *headReader) Read(p []byte) (int, error) {
	if h.ahead && len(p) > 0 {
		h.ahead = false
		return copy(p, h.first[:]), nil
	}
	if h.left <= 0 {
		return 0, fmt.Errorf("net/http: server response headers exceeded %d bytes; aborted", maxHeader)
	}
	n, err := h.r.Read(p[:min(int64(len(p)), h.left)])
	h.left -= int64(n)
	return n, err
}
