package webhook

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/repli-sms/repli"
)

// A try is one HTTP request and its result.
type try struct {
	failure
	attempt    repli.Attempt
	requestURI string
	status     int // 0 if no answer arrived
	header     http.Header
	body       []byte
	wireFailed bool // the answer is incomplete
	stale      bool // the server had closed the reused connection; see exchange.isStale
}

// try sends one request and reads its answer.
func (a *asking) try(ctx context.Context, req *request) *try {
	t := &try{attempt: repli.Attempt{URL: req.shown(), Method: req.method, Started: time.Now()}}
	resp, x, err := a.send(ctx, req, t)
	defer x.done()
	t.stale = x.isStale(err)
	m := moment{host: hostOf(req.target), limits: a.limits, before: len(a.answer.Tries) > a.repeats}
	if err == nil {
		defer resp.Body.Close()
		err = a.read(resp, t)
	}
	t.attempt.Total = time.Since(t.attempt.Started)
	t.attempt.DNS, t.attempt.Connect, t.attempt.TLS, t.attempt.Wait = x.phases()
	t.attempt.Status = t.status
	t.attempt.Headers = repli.Header(t.header)
	t.attempt.Body = t.body[:min(len(t.body), repli.MaxDocument)]
	m.answered = x.answering()
	m.atOnce, m.again = err != nil && x.endedAtOnce(), x.restarted.Load()
	a.judge(t, err, m, x, resp)
	if t.stale {
		t.err = repli.Errorf(11205, "%s closed a kept connection just as it was asked, so it is asked again on a new one", m.host)
	}
	return t
}

// transport returns the transport for a request.
func (a *asking) transport(req *request) http.RoundTripper {
	switch {
	case a.strikes(req) != nil:
		return a.c.struck
	case req.fresh, a.limits.noSNI: // a reused connection may have been opened with SNI
		return a.c.fresh
	}
	return a.c.pooled
}

// send sends a request and returns its answer with an unread body.
func (a *asking) send(ctx context.Context, req *request, t *try) (*http.Response, *exchange, error) {
	strike := a.strikes(req)
	wired := a.c.wired || strike != nil
	ctx, x := begin(ctx, a.limits, wired)
	if x.strike = strike; strike != nil {
		x.strike.url = req.wire
	}
	hr, body, err := a.httpRequest(ctx, req)
	if err != nil {
		return nil, x, err
	}
	t.requestURI = hr.URL.RequestURI()
	t.attempt.RequestHeaders, t.attempt.RequestBody = shownHeader(hr.Header), body
	resp, err := a.transport(req).RoundTrip(hr)
	if err == nil && !wired {
		x.firstByte()
	}
	return resp, x, err
}

// read reads an answer into the try.
func (a *asking) read(resp *http.Response, t *try) (err error) {
	t.status, t.header = resp.StatusCode, resp.Header
	if t.status == http.StatusSwitchingProtocols { // the body would be a connection that never ends
		return nil
	}
	a.cookies.take(resp.Header["Set-Cookie"], resp.Request.URL, time.Now())
	t.body, err = a.c.readBody(resp, a.manner.limit)
	return err
}

// judge sets the error of a try, checking the connection first, then the status, then length and
// shape. If no document was asked for, any 2xx is a success, whatever its body.
func (a *asking) judge(t *try, err error, m moment, x *exchange, resp *http.Response) {
	if !a.q.Document && !a.manner.plain && t.status >= 200 && t.status <= 299 {
		return
	}
	tooLong, encoding := errors.Is(err, errTooLong), errors.Is(err, errEncoding)
	if err != nil && !tooLong && !encoding {
		m.cause = x.cause()
		t.failure, t.wireFailed = onTheWire(err, m), true
		return
	}
	t.failure = byStatus(m.host, t.status)
	switch {
	case t.err != nil:
	case tooLong:
		t.err = repli.Errorf(a.manner.tooLong, "%s sent more than %d bytes", m.host, a.manner.limit)
	case encoding:
		t.err = repli.Errorf(11206, "%s sent a body that cannot be read: %s", m.host, strings.TrimPrefix(err.Error(), errEncoding.Error()+": "))
	case a.q.Document:
		chunked := len(resp.TransferEncoding) > 0 && resp.TransferEncoding[0] == "chunked"
		t.err = byShape(m.host, t.status, t.header.Get("Content-Type"), t.body, chunked)
	}
}

// bodyOf returns a body in memory whose length net/http knows but which it cannot rewind.
func bodyOf(s string) io.ReadCloser { return io.NopCloser(strings.NewReader(s)) }
