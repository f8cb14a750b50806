package webhook

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/repli-sms/repli"
)

// A strike simulates a fault for one question. It replaces the network: no name is looked up and
// no address dialled. The lookup, the connection or the answer fails as the fault says, and is
// judged like a real one.
type strike struct {
	kind   repli.FaultKind
	atOnce bool          // timeouts expire at once
	left   time.Duration // of the total timeout, when atOnce
	url    string        // of the request
}

// strikeOf returns the fault to simulate for a question, or nil.
func strikeOf(q Question, l limits) *strike {
	if q.Fault == "" {
		return nil
	}
	return &strike{kind: q.Fault, atOnce: q.AtOnce, left: l.total}
}

// ofTLS reports whether the fault is one of TLS. If so, TLS is used whatever the URL's scheme.
func (s *strike) ofTLS() bool { return s != nil && s.kind == repli.FaultTLS }

// pass counts d as passed without waiting, and reports whether the total timeout expired in it.
func (s *strike) pass(d time.Duration) (over bool) {
	over = d >= s.left
	s.left -= min(d, s.left)
	return over
}

// open returns the simulated result of dialling an address.
func (s *strike) open(ctx context.Context, x *exchange, network, address string) (net.Conn, error) {
	fails := func(err error) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Net: network, Err: err}
	}
	switch s.kind {
	case repli.FaultRefused:
		return fails(os.NewSyscallError("connect", syscall.ECONNREFUSED))
	case repli.FaultDNS:
		host, _, _ := net.SplitHostPort(address)
		return fails(&net.DNSError{Err: "no such host", Name: host, IsNotFound: true})
	case repli.FaultConnectTimeout:
		if !s.atOnce {
			<-ctx.Done()
		} else if s.pass(x.limits.connect) {
			x.end(errTotal)
		}
		return fails(os.ErrDeadlineExceeded)
	case repli.FaultTLS:
		host, _, _ := net.SplitHostPort(address)
		return untrusted(host)
	default:
		return s.answerer(x), nil
	}
}

// answerer returns a connection to a simulated server that accepts any request and answers as the
// fault says.
func (s *strike) answerer(x *exchange) net.Conn {
	ours, _ := net.Pipe()
	return &answerer{Conn: ours, strike: s, x: x, rest: strings.NewReader(document(s.kind, s.url))}
}

// An answerer is the client's side of a connection to a simulated server.
type answerer struct {
	net.Conn
	*strike
	x    *exchange
	rest *strings.Reader // unread part of its answer
}

// Write accepts and discards the request.
func (a *answerer) Write(p []byte) (int, error) { return len(p), nil }

// Read returns the simulated answer.
func (a *answerer) Read(p []byte) (int, error) {
	switch {
	case a.kind == repli.FaultTimeout:
		return 0, a.silence()
	case a.kind == repli.FaultReset:
		return 0, &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	case a.kind == repli.FaultDrip && len(p) > 0:
		return a.drip(p)
	default:
		return a.rest.Read(p)
	}
}

// silence blocks until the exchange ends.
func (a *answerer) silence() error {
	switch {
	case !a.atOnce:
		<-a.x.ctx.Done()
	case a.pass(a.x.limits.read):
		a.x.end(errTotal)
	default:
		a.x.end(errSilence)
	}
	return os.ErrDeadlineExceeded
}

// drip returns one byte at a time: the first at once, each later one just within the read
// timeout.
func (a *answerer) drip(p []byte) (int, error) {
	began := a.rest.Len() < int(a.rest.Size())
	switch {
	case began && a.atOnce:
		a.pass(a.left)
		a.x.end(errTotal)
		return 0, os.ErrDeadlineExceeded
	case began:
		select {
		case <-time.After(a.x.limits.read / 3):
		case <-a.x.ctx.Done():
			return 0, os.ErrDeadlineExceeded
		}
	}
	if n, err := a.rest.Read(p[:1]); err == nil {
		return n, nil
	}
	p[0] = ' '
	return 1, nil
}

// document returns the answer that simulates a fault of HTTP or of the document.
func document(kind repli.FaultKind, url string) string {
	if kind.IsPlain() {
		return status(http.StatusOK, "Content-Type: text/plain", kind.PlainText())
	}
	switch kind {
	case repli.FaultStatus500:
		return status(http.StatusInternalServerError, "Content-Type: text/plain", "Internal Server Error")
	case repli.FaultStatus404:
		return status(http.StatusNotFound, "Content-Type: text/plain", "Not Found")
	case repli.FaultRedirectLoop:
		return status(http.StatusFound, "Location: "+url, "")
	case repli.FaultNoType:
		return status(http.StatusOK, "X-Content-Type-Options: nosniff", "<Response/>")
	case repli.FaultWrongType:
		return status(http.StatusOK, "Content-Type: application/json", `{"message":"Hello."}`)
	case repli.FaultOversize:
		const head, tail = "<Response><!--", "--></Response>"
		return xml(head + strings.Repeat("x", repli.MaxDocument+1-len(head)-len(tail)) + tail)
	case repli.FaultMalformed:
		return xml("<Response><Message>Hello.")
	case repli.FaultLowercaseRoot:
		return xml("<response><Message>Hello.</Message></response>")
	case repli.FaultEmpty:
		return "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
	default: // FaultDrip
		return "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 60000\r\n\r\n<Response>"
	}
}

func xml(body string) string { return status(http.StatusOK, "Content-Type: text/xml", body) }

// status returns an answer with the status, one header field and the body.
func status(code int, field, body string) string {
	return fmt.Sprintf("HTTP/1.1 %d %s\r\n%s\r\nContent-Length: %d\r\n\r\n%s", code, http.StatusText(code), field, len(body), body)
}
