package inbound

import (
	"context"
	"net/url"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/twiml"
	"github.com/repli-sms/repli/webhook"
)

// A target is a URL to ask, or one of our own bins, which also has a URL.
type target struct {
	url   string
	bin   repli.SID
	query url.Values // of a bin's URL
}

// target returns the target that a URL names. A URL of one of our own bins is that bin.
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

// render renders one of our own bins, in process, so that it answers with the network unplugged. It
// fails with the codes that its URL would have given.
func (g *gathered) render(ctx context.Context, q question) webhook.Answer {
	a := repli.Attempt{
		URL: repli.SignedURL(q.target.url), Method: "POST", Started: time.Now(), RequestBody: q.params.Encode(),
	}
	bin, err := g.given.engine.db.Bin(ctx, q.target.bin)
	if err != nil && !repli.IsNotFound(err) {
		g.ownErr = err
	}
	if err != nil || bin.Account != g.given.num.Account {
		a.Status = 404
		return rendered(a, repli.Errorf(11217, "There is no bin %s", q.target.bin))
	}
	a.Status = 200
	a.Headers = repli.Header{"Content-Type": {"text/xml"}}
	text, problem := twiml.Fill(bin.TwiML, values(q))
	if problem != nil {
		a.Body, a.Line, a.Column = []byte(bin.TwiML), problem.Line, problem.Column
		return rendered(a, &repli.Error{Code: problem.Code, Detail: problem.Message})
	}
	a.Body = []byte(text)
	return rendered(a, nil)
}

// rendered returns a bin's attempt as the answer that judge expects.
func rendered(a repli.Attempt, err *repli.Error) webhook.Answer {
	a.Total = time.Since(a.Started)
	return webhook.Answer{Tries: []repli.Attempt{a}, Status: a.Status, ContentType: "text/xml", Body: a.Body, Err: err}
}

// values returns the values of a bin's placeholders: the request's parameters, and those added to
// the bin's URL.
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
