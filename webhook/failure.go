package webhook

import (
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/quote"
)

// A failure says why a try gave no usable answer, and which kind of failure that is to the retry
// policy. Kind 0 is never retried.
type failure struct {
	err  *repli.Error
	kind Failures
}

// A moment is the state of a try when its connection failed.
type moment struct {
	host     string
	limits   limits
	cause    error // why the exchange was aborted, or nil
	answered bool  // part of the answer had arrived
	before   bool  // this is not the first try
	atOnce   bool  // a new connection ended as soon as the request had been written
	again    bool  // a status line came in the midst of the answer
}

// onTheWire classifies an error from a transport or from reading a body.
func onTheWire(err error, m moment) failure {
	if m.cause != nil {
		return m.timedOut(err)
	}
	var dial *dialError
	var dns *net.DNSError
	switch {
	case errors.Is(err, ErrRefused):
		return m.fail(11205, 0, err, "%s may not be asked: %s", m.host, quote.Clip(innermost(err), 2*quote.MaxPlace))
	case isShortage(err):
		return m.starved(err)
	case errors.As(err, &dns):
		return m.fail(11210, OtherFailure, err, "The name %s does not resolve: %s", quote.Place(dns.Name), quote.Place(dns.Err))
	case errors.As(err, &dial) && dial.tls:
		return m.handshake(dial)
	case errors.As(err, &dial):
		return m.connect(dial)
	case m.again && m.answered && strings.Contains(err.Error(), "chunk"): // as Puma does
		return m.fail(11205, OtherFailure, err, "%s broke off its answer: another status line came in the midst of its chunks, so its application failed half-way", m.host)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return m.fail(11205, OtherFailure, err, "%s closed the connection %s%s", m.host, m.when(), m.hint())
	case strings.HasPrefix(innermost(err), "tls: "): // for example a missing client certificate
		return m.fail(11220, ConnectFails, err, "%s ended TLS %s: %s", m.host, m.when(), quote.Place(innermost(err)))
	case isNetwork(err):
		return m.fail(11205, OtherFailure, err, "The connection to %s broke %s: %s%s", m.host, m.when(), quote.Place(innermost(err)), m.hint())
	default:
		return m.fail(11206, OtherFailure, err, "%s does not keep to HTTP: %s", m.host, quote.Place(protocolError(err)))
	}
}

// fail returns a failure. It may not be retried if part of the answer had arrived.
func (m moment) fail(code int, kind Failures, cause error, format string, args ...any) failure {
	e := repli.Errorf(code, format, args...)
	e.Err, e.Temporary = cause, true
	if m.answered {
		kind = 0
	}
	return failure{e, kind}
}

// timedOut returns the failure that names the limit that was exceeded.
//
// twilio: api/errors/11203, api/errors/11205
func (m moment) timedOut(err error) failure {
	switch {
	case errors.Is(m.cause, ErrCrowded):
		return m.fail(11205, 0, m.cause, "%s was not asked: too many requests are under way, and there was no place for this one in time", m.host)
	case errors.Is(m.cause, errSilence) && !m.answered:
		return m.fail(11205, ReadFails, m.cause, "No answer from %s within %v (rt)", m.host, m.limits.read)
	case errors.Is(m.cause, errSilence):
		return m.fail(11205, 0, m.cause, "%s paused for longer than %v in mid-answer (rt)", m.host, m.limits.read)
	case errors.Is(m.cause, errTotal) && m.answered:
		return m.fail(11203, 0, m.cause, "The answer from %s was not complete within %v (tt)", m.host, m.limits.total)
	case errors.Is(m.cause, errTotal) && m.before:
		return m.fail(11203, 0, m.cause, "The tries together took longer than %v (tt)", m.limits.total)
	case errors.Is(m.cause, errTotal):
		return m.fail(11205, 0, m.cause, "No answer from %s within %v (tt)", m.host, m.limits.total)
	case m.answered:
		return m.fail(11203, 0, m.cause, "The answer from %s was cut short: %v", m.host, m.cause)
	default:
		return m.fail(11205, 0, m.cause, "The request to %s was given up: %v", m.host, m.cause)
	}
}

// connect classifies a failed TCP connection.
func (m moment) connect(e *dialError) failure {
	var ne net.Error
	switch {
	case e.late, errors.As(e.err, &ne) && ne.Timeout():
		return m.fail(11201, ConnectFails, e, "%s did not accept a connection within %v (ct)", m.host, m.limits.connect)
	case errors.Is(e.err, syscall.ECONNREFUSED):
		return m.fail(11202, ConnectFails, e, "%s refused the connection", m.host)
	default:
		return m.fail(11205, ConnectFails, e, "%s cannot be reached: %s", m.host, quote.Place(innermost(e.err)))
	}
}

// handshake classifies a failed TLS handshake.
func (m moment) handshake(e *dialError) failure {
	var host x509.HostnameError
	var cert x509.CertificateInvalidError
	var issuer x509.UnknownAuthorityError
	var roots x509.SystemRootsError
	switch {
	case e.late:
		return m.fail(11220, ConnectFails, e, "%s did not finish the TLS handshake within %v (ct)", m.host, m.limits.connect)
	case errors.As(e.err, &host):
		return m.fail(11235, ConnectFails, e, "The certificate of %s is for another host", m.host)
	case errors.As(e.err, &cert) && cert.Reason == x509.Expired:
		return m.fail(11236, ConnectFails, e, "The certificate of %s is not valid at this time: it runs from %s to %s", m.host,
			cert.Cert.NotBefore.UTC().Format(time.RFC3339), cert.Cert.NotAfter.UTC().Format(time.RFC3339))
	case errors.As(e.err, &issuer), errors.As(e.err, &cert), errors.As(e.err, &roots):
		return m.fail(11237, ConnectFails, e, "The certificate of %s is not signed by anybody we trust: %s", m.host, quote.Place(innermost(e.err)))
	default:
		return m.fail(11220, ConnectFails, e, "The TLS handshake with %s failed: %s", m.host, quote.Place(innermost(e.err)))
	}
}

func (m moment) when() string {
	if m.answered {
		return "in mid-answer"
	}
	return "before it answered"
}

// hint returns what a connection that ended at once most likely shows, for the end of a sentence.
func (m moment) hint() string {
	if m.answered || !m.atOnce {
		return ""
	}
	return "; at once, as a port proxy does with nothing behind it"
}

// isNetwork reports whether the network is to blame rather than the peer's HTTP.
func isNetwork(err error) bool {
	var op *net.OpError
	var errno syscall.Errno
	return errors.As(err, &op) || errors.As(err, &errno) || errors.Is(err, net.ErrClosed)
}

// hasEnded reports whether the peer closed or reset the connection.
func hasEnded(err error) bool {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return true
	}
	var ne net.Error
	timeout := errors.As(err, &ne) && ne.Timeout()
	return isNetwork(err) && !timeout && !strings.HasPrefix(innermost(err), "tls: ")
}

// innermost returns the text of the last error in a chain: what happened, without the context
// added by callers.
func innermost(err error) string {
	if errors.Is(err, ErrRefused) {
		_, reason, _ := strings.Cut(err.Error(), ErrRefused.Error()+": ")
		return reason
	}
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	return err.Error()
}

// protocolError returns net/http's description of a protocol violation by the peer.
func protocolError(err error) string {
	return strings.TrimPrefix(strings.TrimPrefix(err.Error(), "net/http: "), "http: ")
}

// byStatus classifies a complete answer by its status.
//
// twilio: api/errors/11216, api/errors/11217
func byStatus(host string, status int) failure {
	text := http.StatusText(status)
	fail := func(code int, kind Failures, temporary bool, reason string) failure {
		e := repli.Errorf(code, "%s answered %d %s%s", host, status, text, reason)
		e.Temporary = temporary
		return failure{e, kind}
	}
	switch {
	case status >= 200 && status <= 299:
		return failure{}
	case status >= 300 && status <= 399:
		return fail(11216, 0, false, "; only 301, 302, 303 and 307 are followed")
	case status >= 400 && status <= 499:
		return fail(11217, ClientError, status == 429 || status == 408, "")
	case status >= 500 && status <= 599:
		return fail(11217, ServerError, true, "")
	default:
		return fail(11206, OtherFailure, false, ", which is no status of an answer")
	}
}

// byShape checks the content type and length of a 2xx answer that is a document.
//
// twilio: api/errors/11200, api/errors/11770
func byShape(host string, status int, contentType string, body []byte, chunked bool) *repli.Error {
	switch {
	case len(body) > 0 && contentType == "":
		return repli.Errorf(11200, "%s sent a body without a Content-Type", host)
	case len(body) == 0 && chunked && status != http.StatusNoContent:
		return repli.Errorf(11770, "%s sent a chunked answer with nothing in it", host)
	default:
		return nil
	}
}

// redirected reports whether the status is a redirect that is followed.
func redirected(status int) bool {
	return status == 301 || status == 302 || status == 303 || status == 307
}

// locate returns the target of a redirect, or error 11216. It drops the user information of a
// Location at another origin, which would let the redirecting server choose credentials for a host.
func locate(from target, status int, location string) (target, *repli.Error) {
	if location == "" {
		return target{}, repli.Errorf(11216, "%s answered %d without a Location", hostOf(from), status)
	}
	base, err := url.Parse(from.wire)
	if err != nil {
		return target{}, repli.Errorf(11216, "%q cannot be redirected", quote.Place(from.wire))
	}
	ref, err := base.Parse(escape(location))
	if err != nil {
		return target{}, repli.Errorf(11216, "%s redirects to %q, which is not a URL", hostOf(from), quote.Place(withoutUser(location)))
	}
	to, bad := parseTarget(ref.String())
	if bad == nil && len(to.wire) > repli.MaxURL {
		return target{}, repli.Errorf(11216, "%s redirects to a URL of more than %d bytes", hostOf(from), repli.MaxURL)
	}
	if bad != nil {
		return target{}, repli.Errorf(11216, "%s redirects to %q, which cannot be asked", hostOf(from), quote.Place(withoutUser(location)))
	}
	switch {
	case to.origin != from.origin:
		to.user = nil
	case to.user == nil:
		to.user = from.user
	}
	return to, nil
}

// hostOf returns a target's host and port, for a sentence.
func hostOf(t target) string { return quote.Place(hostAndPort(t)) }

// hostAndPort returns a target's host and port.
func hostAndPort(t target) string {
	_, host, _ := strings.Cut(t.origin, "://")
	return host
}
