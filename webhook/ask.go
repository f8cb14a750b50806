package webhook

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/quote"
)

// MaxRedirects is the maximum number of HTTP redirects that one question follows.
const MaxRedirects = 10

// A manner holds options of asking that are not part of the Question.
type manner struct {
	limit   int64 // the maximum length of a body
	tooLong int   // the error code for a longer body
	plain   bool  // unsigned, and without Twilio's header fields
}

// An asking is a question in progress.
type asking struct {
	c       *Client
	q       Question
	manner  manner
	limits  limits
	strike  *strike // the fault to simulate, or nil; see strikes
	cookies *cookieBook
	answer  Answer
	retries int
	repeats int // requests repeated because their reused connection was stale
}

// A request is one HTTP request of an asking: the first one, or one that follows a redirect.
type request struct {
	target
	method string
	params repli.Params
	json   []byte // sent instead of params
	auth   string // the Authorization header that answers a challenge
	fresh  bool   // use a new connection, because the reused one was stale
}

// ask sends requests until one has a usable answer or none may follow.
func (c *Client) ask(ctx context.Context, q Question, m manner) Answer {
	a := &asking{c: c, q: q, manner: m}
	req, err := a.prepare()
	if err != nil {
		return a.refuse(req, err)
	}
	give, refused := a.enter(ctx, req)
	if refused != nil {
		return *refused
	}
	defer give()
	ctx, cancel := context.WithTimeoutCause(ctx, a.limits.total, errTotal)
	defer cancel()
	for {
		t := a.try(ctx, req)
		next, again := a.next(ctx, req, t)
		a.record(req, t, again)
		if !again {
			c.shortage.note(a.answer.Err)
			return a.answer
		}
		req = next
	}
}

// prepare parses the question's URL and returns the first request.
func (a *asking) prepare() (*request, *repli.Error) {
	method := a.q.Method
	if method == "" {
		method = http.MethodPost
	}
	req := &request{target: target{wire: withoutUser(a.q.URL)}, method: method}
	t, bad := parseTarget(a.q.URL)
	if bad != nil {
		return req, bad
	}
	req.target, req.params, req.json = t, a.q.Params, a.q.JSON
	if method != http.MethodGet && method != http.MethodPost {
		return req, repli.Errorf(11322, "The method must be GET or POST, not %q", quote.Place(method))
	}
	o, err := ParseOverrides(t.fragment)
	if errors.As(err, &bad) {
		return req, bad
	}
	if own := a.c.self.check(t.origin, t.wire); own != nil {
		return req, own
	}
	a.limits = a.c.limits.with(o)
	a.strike = strikeOf(a.q, a.limits)
	a.cookies = openBook(a.q.Cookies, time.Now())
	return req, nil
}

// strikes returns the fault to simulate for a request, or nil.
func (a *asking) strikes(r *request) *strike {
	if a.strike == nil || a.q.FaultAt != "" && repli.HostPort(r.wire) != a.q.FaultAt {
		return nil
	}
	return a.strike
}

// enter waits for a slot. The caller must call give. If no slot becomes free in time, it returns
// the answer to give instead. A fault with AtOnce needs no slot.
func (a *asking) enter(ctx context.Context, req *request) (give func(), refused *Answer) {
	if s := a.strikes(req); s != nil && s.atOnce {
		return func() {}, nil
	}
	host := strings.ToLower(hostAndPort(req.target))
	asked := time.Now()
	give, late := a.c.slots.take(ctx, host, req.wire, a.q.By)
	if late == nil {
		return give, nil
	}
	answer := a.refuse(req, moment{host: quote.Place(host), cause: late}.timedOut(late).err)
	answer.Tries[0].Started, answer.Tries[0].Total = asked, time.Since(asked)
	return nil, &answer
}

// refuse returns the answer to a question that was never sent.
func (a *asking) refuse(req *request, err *repli.Error) Answer {
	return Answer{
		Tries: []repli.Attempt{{
			Try: 1, URL: req.shown(), Method: req.method, Started: time.Now(),
			ErrorCode: err.Code, ErrorDetail: err.Sentence(),
		}},
		FinalURL: req.wire,
		Err:      err,
	}
}

// next returns the request to send after a try, and whether there is one: the same request on a
// new connection, the same with credentials, the one a redirect asks for, or a retry. If a
// redirect cannot be followed, it sets the try's error.
func (a *asking) next(ctx context.Context, req *request, t *try) (*request, bool) {
	switch {
	case t.stale: // this is no retry in Twilio's sense
		a.repeats++
		req.fresh = true
		return req, true
	case t.wireFailed:
	case t.status == http.StatusUnauthorized && req.user != nil && req.auth == "":
		if req.auth = answerChallenge(t.header, req.user, req.method, t.requestURI, req.body()); req.auth != "" {
			t.err = nil
			return req, true
		}
	case redirected(t.status) && a.q.Straight:
		t.err = repli.Errorf(11215, "%s answers %d and redirects, which is not followed here", hostOf(req.target), t.status)
		return nil, false
	case redirected(t.status):
		to, err := req.follow(t.status, t.header.Get("Location"))
		if err == nil {
			err = a.c.self.check(to.origin, to.wire)
		}
		if err == nil && a.q.Redirected+a.answer.Redirects >= MaxRedirects {
			err = a.tooOften(req)
		}
		if t.err = err; err != nil {
			return nil, false
		}
		a.answer.Redirects++
		return to, true
	}
	if t.kind&a.limits.on == 0 || a.retries >= a.limits.retries || ctx.Err() != nil {
		return nil, false
	}
	a.retries++
	req.auth, req.fresh = "", false // a nonce is used once
	return req, true
}

// tooOften returns the error for a redirect that is not followed because there were too many.
func (a *asking) tooOften(req *request) *repli.Error {
	if a.q.Redirected > 0 {
		return repli.Errorf(11215, "%s redirects, after as many redirects and documents as one text may lead to", hostOf(req.target))
	}
	return repli.Errorf(11215, "%s redirects once more after %d redirects", hostOf(req.target), MaxRedirects)
}

// follow returns the request that a redirect asks for, as browsers interpret it: 307 repeats the
// request, every other status turns it into a GET without parameters.
func (r *request) follow(status int, location string) (*request, *repli.Error) {
	to, err := locate(r.target, status, location)
	if err != nil {
		return nil, err
	}
	next := &request{target: to, method: http.MethodGet}
	if status == http.StatusTemporaryRedirect && r.method == http.MethodPost {
		next.method, next.params, next.json = r.method, r.params, r.json
	}
	return next, nil
}

// record appends a try to the answer. The other fields of the answer describe the last try.
func (a *asking) record(req *request, t *try, again bool) {
	t.attempt.Try = len(a.answer.Tries) + 1
	if t.err != nil {
		t.attempt.ErrorCode, t.attempt.ErrorDetail = t.err.Code, t.err.Sentence()
	}
	if again {
		t.attempt.Verdict = repli.Again
	}
	a.answer.Tries = append(a.answer.Tries, t.attempt)
	if again {
		return
	}
	a.answer.Err = t.err
	a.answer.Status = t.status
	a.answer.ContentType = t.header.Get("Content-Type")
	a.answer.Body = t.body
	a.answer.FinalURL = req.wire
	if a.strike != nil {
		a.answer.Waits = a.limits.total - a.strike.left
	}
	a.answer.Cookies = a.cookies.changes(time.Now())
}

// url returns the URL that is sent and signed. If the body is JSON, the URL includes its digest,
// because the signature does not cover a JSON body.
//
// twilio: usage/security#validating-requests
func (r *request) url() string {
	switch {
	case r.method == http.MethodGet:
		return r.with(r.params)
	case r.json != nil:
		return r.with(repli.Params{{Name: "bodySHA256", Value: fmt.Sprintf("%x", sha256.Sum256(r.json))}})
	}
	return r.wire
}

// body returns the body, "" for a GET.
func (r *request) body() string {
	switch {
	case r.method == http.MethodGet:
		return ""
	case r.json != nil:
		return string(r.json)
	}
	return r.params.Encode()
}

// shown returns the URL as recorded in attempts.
func (r *request) shown() string {
	if r.fragment == "" {
		return r.url()
	}
	return r.url() + "#" + r.fragment
}

// header returns the header fields of a request.
//
// twilio: usage/webhooks/webhooks-faq
func (a *asking) header(r *request, wireURL string, u *url.URL) http.Header {
	h := make(http.Header, 10)
	h["User-Agent"], h["Accept"], h["Accept-Encoding"] = userAgent, accept, acceptEncoding
	if r.auth != "" {
		h["Authorization"] = []string{r.auth}
	}
	if a.manner.plain {
		return h
	}
	signed := repli.Params(nil)
	switch {
	case r.method != http.MethodPost:
	case r.json != nil:
		h["Content-Type"] = jsonType
	default:
		signed = r.params
		h["Content-Type"] = formType
	}
	if s := a.strikes(r); s != nil { // never sent; only the recorded attempt shows it
		h["X-Repli-Fault"] = []string{string(s.kind)}
	}
	h["X-Home-Region"] = homeRegion
	h["X-Twilio-Signature"] = []string{repli.Signature(a.q.AuthToken, wireURL, signed)}
	h["I-Twilio-Idempotency-Token"] = []string{a.q.Token}
	if a.q.Drill != "" {
		h["X-Repli-Drill"] = []string{string(a.q.Drill)}
	}
	if cookie := a.cookies.show(u, time.Now()); cookie != "" {
		h["Cookie"] = []string{cookie}
	}
	return h
}

// Header values shared by all requests; net/http only reads them.
var (
	userAgent      = []string{"TwilioProxy/1.1"}
	accept         = []string{"*/*"}
	acceptEncoding = []string{"gzip"}
	homeRegion     = []string{"us1"}
	jsonType       = []string{"application/json"}
	formType       = []string{"application/x-www-form-urlencoded; charset=UTF-8"}
	identity       = []string{"identity"}
)

// httpRequest returns the request for net/http. It always has a body, even an empty one, and no
// GetBody: net/http silently repeats a GET without a body on a closed connection, and we could
// not record that.
func (a *asking) httpRequest(ctx context.Context, r *request) (*http.Request, string, error) {
	wireURL, body := r.url(), r.body()
	req, err := http.NewRequestWithContext(ctx, r.method, wireURL, nil)
	if err != nil {
		return nil, "", fmt.Errorf("make the request: %w", err)
	}
	req.Body = bodyOf(body)
	req.ContentLength = int64(len(body))
	if body == "" && r.method == http.MethodGet {
		req.TransferEncoding = identity // otherwise net/http probes whether there is a body
	}
	req.Header = a.header(r, wireURL, req.URL)
	return req, body, nil
}

// shownHeader returns the header as recorded in attempts, without secrets.
func shownHeader(h http.Header) repli.Header {
	if auth := h.Get("Authorization"); auth != "" {
		h = h.Clone()
		h.Set("Authorization", masked(auth))
	}
	return repli.Header(h)
}
