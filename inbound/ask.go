package inbound

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"sync/atomic"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/twiml"
	"github.com/repli-sms/repli/webhook"
)

// A question is what a step is asked.
type question struct {
	step     string
	document int // from 1 within the step
	target   target
	method   string
	params   repli.Params
}

// A page is a document that can be used, and where it came from.
type page struct {
	step string
	doc  twiml.Document
	from source // the last attempt, which brought it
	base target // its address, which relative ones are resolved against
}

// A source is the attempt that alerts about its document name.
type source struct {
	attempt     repli.SID
	url, method string
}

// ask asks a question, records every try, and judges the answer. It returns false when the
// step has failed, for whatever reason.
func (w *walk) ask(ctx context.Context, q question) (*page, bool) {
	answer, ok := w.answer(ctx, q)
	if !ok {
		return nil, false
	}
	doc, why := judge(answer)
	from := w.keep(answer, q.step, judged(why))
	base := q.target
	if answer.FinalURL != "" {
		base = w.e.target(answer.FinalURL)
	}
	from.url = base.url // in alerts and ErrorUrl without the parameters that a GET adds
	if why != nil {
		w.fail(from, why)
		return nil, false
	}
	w.warn(from, doc.Problems...)
	return &page{q.step, doc, from, base}, true
}

// judged returns what becomes of the last try of an answer.
func judged(why *failure) func(*repli.Attempt) {
	return func(a *repli.Attempt) {
		a.Verdict = repli.Use
		if why != nil {
			a.Verdict = repli.Next
			a.ErrorCode, a.ErrorDetail, a.Line, a.Column = why.code, why.detail, why.line, why.column
		}
	}
}

// keep records the tries of an answer and returns the last one, which last completes.
func (w *walk) keep(answer webhook.Answer, step string, last func(*repli.Attempt)) source {
	var from source
	for i := range answer.Tries {
		a := &answer.Tries[i]
		w.tried++
		a.Step, a.Try = step, w.tried
		if i == len(answer.Tries)-1 {
			last(a)
		}
		from = w.record(a)
	}
	return from
}

// answer gets the answer to a question: a bin is rendered here, everybody else is asked over
// HTTP. It returns false when the chain's time ends before there is an answer.
func (w *walk) answer(ctx context.Context, q question) (webhook.Answer, bool) {
	fault, at := w.fault(q)
	if q.target.bin != "" && fault == "" {
		return w.render(ctx, q), true
	}
	ask := webhook.Question{
		URL:       q.target.url,
		Method:    q.method,
		Params:    q.params,
		AuthToken: w.acct.AuthToken,
		Token:     repli.IdempotencyToken(w.msg.SID, fmt.Sprintf("%s/%d", q.step, q.document)),
		Cookies:   w.cookies,
		By:        w.deadline,
		Document:  true,
		Fault:     fault,
		FaultAt:   at,
	}
	w.trial.mark(&ask)
	answer, ok := w.inTime(ctx, ask, q.step)
	if starved(answer) { // that is ours and no answer: the text stays due
		w.broken = answer.Err
		return webhook.Answer{}, false
	}
	w.remember(answer.Cookies)
	return answer, ok
}

// inTime asks, and returns false when the time is up before there is an answer: the chain's, a
// probe's, or that of all who wait for a primary that turns out to be down. The walk then goes
// on at once, aside, and is over when inTime returns; the answer that comes in the end is
// recorded as late.
func (w *walk) inTime(ctx context.Context, ask webhook.Question, step string) (webhook.Answer, bool) {
	concluded, tried, made := make(chan struct{}), w.tried, w.calling()
	var over atomic.Bool
	goOn := func(why func() *failure) {
		if over.CompareAndSwap(false, true) {
			defer close(concluded)
			w.outcome = w.goOn(ctx, ask, why)
		}
	}
	limit, why := w.limit()
	timer := time.AfterFunc(time.Until(limit), func() { goOn(why) })
	if made != nil {
		w.e.breakers.onOpen(made, func() { goOn(w.handedOn) })
	}
	answer := w.e.web.Ask(ctx, ask)
	timer.Stop()
	inTime := over.CompareAndSwap(false, true)
	if inTime && !w.passes(answer.Waits) {
		return answer, true
	}
	late := w.late(tried)
	if inTime { // the texter would have waited longer than that
		w.outcome = w.goOn(ctx, ask, why)
	} else {
		late.learn(ctx, made, answer)
		<-concluded
	}
	w.overtaken = true
	late.keepLate(ctx, answer, step)
	return webhook.Answer{}, false
}

// goOn fails the step at hand, because its time is up, and walks those after it. It runs aside,
// where nobody else would catch a panic.
func (w *walk) goOn(ctx context.Context, ask webhook.Question, why func() *failure) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	w.fail(source{url: ask.URL, method: ask.Method}, why())
	if made := w.calling(); made != nil && made.probes {
		w.tell(w.e.breakers.end(made, down, *w.failure))
	}
	return w.from(ctx, w.at+1)
}

// remember keeps the cookies an answer set, for this pair of numbers. A later one of the same
// origin and name takes an earlier one's place.
func (w *walk) remember(cookies []repli.Cookie) {
	for _, c := range cookies {
		c.Account, c.From, c.To = w.num.Account, w.msg.From, w.msg.To
		same := func(o repli.Cookie) bool { return o.Origin == c.Origin && o.Name == c.Name }
		w.change.Cookies = append(slices.DeleteFunc(w.change.Cookies, same), c)
		w.cookies = append(slices.DeleteFunc(slices.Clone(w.cookies), same), c)
	}
}
