package inbound

import (
	"context"
	"net/url"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/twiml"
	"github.com/repli-sms/repli/webhook"
)

// A target is whom to ask: a URL, or one of our own bins, which also has a URL.
type target struct {
	url   string
	bin   repli.SID
	query url.Values // of a bin's URL
}

// target returns whom a URL names. A URL of one of our own bins is that bin.
func (e *Engine) target(raw string) target {
	bin, query := repli.BinAt(e.base, raw)
	values, err := url.ParseQuery(query)
	if err != nil {
		return target{url: raw}
	}
	return target{url: raw, bin: bin, query: values}
}

// binTarget returns the target that is the bin.
func (e *Engine) binTarget(s repli.SID) target { return target{url: repli.BinURL(e.base, s), bin: s} }

// redirected returns whom a Redirect leads to. Its URL may be relative to the document's.
//
// twilio: messaging/twiml/redirect
func (w *walk) redirected(from *page, to *twiml.Redirect) (target, *failure) {
	wrong := func(detail string) (target, *failure) {
		return target{}, &failure{code: 11100, detail: detail, line: to.Line, column: to.Column}
	}
	if to.URL == "" {
		return wrong("The Redirect has no URL")
	}
	absolute := resolve(from.base.url, to.URL)
	if reason := repli.BadURL(absolute); reason != "" {
		return wrong("The Redirect's URL " + reason)
	}
	return w.e.target(absolute), nil
}

// render answers for one of our own bins, in process, so that it answers with the network
// unplugged. It fails with the codes its URL would have given.
func (w *walk) render(ctx context.Context, q question) webhook.Answer {
	a := repli.Attempt{
		URL: repli.SignedURL(q.target.url), Method: "POST", Started: time.Now(), RequestBody: q.params.Encode(),
	}
	bin, err := w.e.db.Bin(ctx, q.target.bin)
	if err != nil && !repli.IsNotFound(err) {
		w.broken = err
	}
	if err != nil || bin.Account != w.num.Account {
		a.Status = 404
		return answer(a, repli.Errorf(11217, "There is no bin %s", q.target.bin))
	}
	a.Status = 200
	a.Headers = repli.Header{"Content-Type": {"text/xml"}}
	text, problem := twiml.Fill(bin.TwiML, values(q))
	if problem != nil {
		a.Body, a.Line, a.Column = []byte(bin.TwiML), problem.Line, problem.Column
		return answer(a, &repli.Error{Code: problem.Code, Detail: problem.Message})
	}
	a.Body = []byte(text)
	return answer(a, nil)
}

// answer returns what a bin's attempt looks like to the judge.
func answer(a repli.Attempt, err *repli.Error) webhook.Answer {
	a.Total = time.Since(a.Started)
	return webhook.Answer{Tries: []repli.Attempt{a}, Status: a.Status, ContentType: "text/xml", Body: a.Body, Err: err}
}

// values returns what a bin's placeholders stand for: the request's parameters, and those
// added to the bin's URL.
//
// twilio: serverless/twiml-bins/getting-started
func values(q question) map[string]string {
	v := make(map[string]string, len(q.params)+len(q.target.query))
	for name, all := range q.target.query {
		v[name] = all[0]
	}
	for _, p := range q.params {
		v[p.Name] = p.Value
	}
	return v
}
