package inbound

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/twiml"
	"github.com/repli-sms/repli/webhook"
	"github.com/repli-sms/repli/work"
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
	step    string
	doc     twiml.Document
	attempt repli.Attempt // the last one, which brought it
	base    target        // its address, which relative ones are resolved against
}

// ask asks a question, records every try, and judges the answer. It returns false when the
// step has failed, for whatever reason.
func (w *walk) ask(ctx context.Context, q question) (page, bool) {
	answer, ok := w.answer(ctx, q)
	if !ok {
		return page{}, false
	}
	doc, why := judge(answer)
	last := w.keep(answer, q.step, judged(why))
	base := q.target
	if answer.FinalURL != "" {
		base = w.e.target(answer.FinalURL)
	}
	last.URL = base.url // in alerts and ErrorUrl without the parameters that a GET adds
	if why != nil {
		w.fail(last, why)
		return page{}, false
	}
	w.warn(last, doc.Problems...)
	return page{q.step, doc, last, base}, true
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

// keep records the tries of an answer and returns the last one.
func (w *walk) keep(answer webhook.Answer, step string, last func(*repli.Attempt)) repli.Attempt {
	for i, a := range answer.Tries {
		w.tried++
		a.Step, a.Try = step, w.tried
		if i == len(answer.Tries)-1 {
			last(&a)
			return w.record(a)
		}
		w.record(a)
	}
	return repli.Attempt{}
}

// answer gets the answer to a question: a bin is rendered here, everybody else is asked over
// HTTP. It returns false when the chain's time ends before there is an answer.
func (w *walk) answer(ctx context.Context, q question) (webhook.Answer, bool) {
	if q.target.bin != "" {
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
	}
	answer, ok := w.inTime(ctx, ask, q.step)
	w.remember(answer.Cookies)
	return answer, ok
}

// inTime asks, and stops waiting when the chain's time is up. The question itself goes on,
// and what comes of it is recorded as late.
func (w *walk) inTime(ctx context.Context, ask webhook.Question, step string) (webhook.Answer, bool) {
	answers := make(chan webhook.Answer, 1)
	w.e.late.Go(func() { answers <- w.e.web.Ask(ctx, ask) })
	over := time.NewTimer(time.Until(w.deadline))
	defer over.Stop()
	select {
	case answer := <-answers:
		return answer, true
	case <-over.C:
		w.expire(ctx, ask, step, answers)
		return webhook.Answer{}, false
	}
}

// expire notes that the chain's time was up before a question was answered, and sees to it
// that the answer is recorded when it comes.
func (w *walk) expire(ctx context.Context, ask webhook.Question, step string, answers <-chan webhook.Answer) {
	w.fail(repli.Attempt{URL: ask.URL, Method: ask.Method}, &failure{code: 11203, detail: fmt.Sprintf(
		"No answer within %v, which is the chain's limit as a whole", w.num.Chain.AnswerBy)})
	w.e.late.Go(func() {
		answer := <-answers
		<-w.concluded
		late := walk{e: w.e, num: w.num, msg: w.msg, tried: w.tried}
		_, why := judge(answer) // too late to be carried out
		late.keep(answer, step, func(a *repli.Attempt) {
			judged(why)(a)
			a.Verdict = repli.Late
		})
		record := func() error { return w.e.db.Commit(context.WithoutCancel(ctx), late.change) }
		if err := work.Insist(ctx, record); err != nil {
			w.e.log.Error("a late answer is not recorded", "message", w.msg, "error", err)
		}
	})
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
