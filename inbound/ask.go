package inbound

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/breaker"
	"github.com/repli-sms/repli/twiml"
	"github.com/repli-sms/repli/webhook"
)

// A question is one request to a step.
type question struct {
	step     string
	document int // from 1 within the step
	target   target
	method   string
	params   repli.Params
}

// A page is a document that can be used, and where it came from.
type page struct {
	doc  twiml.Document
	from source // the last attempt, which brought it
	base target // its address, which relative ones are resolved against
}

// A source is the attempt that alerts about its document name.
type source struct {
	attempt     repli.SID
	url, method string
	fault       repli.FaultKind // on purpose, that the attempt has met
}

// ask asks a question, records every try, and judges the answer. It returns false when the step has
// failed.
func (s *step) ask(ctx context.Context, q question) (*page, bool) {
	answer, ok := s.request(ctx, q)
	if !ok {
		return nil, false
	}
	s.bounds.read += len(answer.Body)
	doc, why := judge(answer, s.num.RequireTwiML)
	from := s.recordTries(answer, q.step, func(last *repli.Attempt) { setVerdict(last, why) })
	base := q.target
	if answer.FinalURL != "" {
		base = s.engine.target(answer.FinalURL)
	}
	from.url = base.url // in alerts and ErrorUrl without the parameters that a GET adds
	if why != nil {
		s.fail(from, why)
		return nil, false
	}
	s.warn(from, doc.Problems...)
	return &page{doc, from, base}, true
}

// setVerdict completes the last attempt of an answer, which failed unless why is nil.
func setVerdict(a *repli.Attempt, why *failure) {
	a.Verdict = repli.Use
	if why != nil {
		a.Verdict = repli.Next
		a.ErrorCode, a.ErrorDetail, a.Line, a.Column = why.code, why.detail, why.line, why.column
	}
}

// recordTries records the tries of an answer and returns the last one, which complete completes.
func (s *step) recordTries(answer webhook.Answer, name string, complete func(*repli.Attempt)) source {
	var from source
	for i := range answer.Tries {
		a := &answer.Tries[i]
		s.tries++
		a.Step, a.Try = name, s.tries
		if i == len(answer.Tries)-1 {
			complete(a)
		}
		from = s.record(a)
	}
	return from
}

// request gets the answer to a question. A bin is rendered in process, everything else is requested
// over HTTP. It returns false when the step's time is up before there is an answer.
func (s *step) request(ctx context.Context, q question) (webhook.Answer, bool) {
	fault, at := s.fault(s.index, q)
	if q.target.bin != "" && fault == "" {
		s.hop(1)
		return s.render(ctx, q), true
	}
	ask := webhook.Question{
		URL:       q.target.url,
		Method:    q.method,
		Params:    q.params,
		AuthToken: s.acct.AuthToken,
		Token:     repli.IdempotencyToken(s.msg.SID, fmt.Sprintf("%s/%d", q.step, q.document)),
		Cookies:   s.cookies,
		By:        s.deadline,
		Document:  true,
		Fault:     fault,
		FaultAt:   at,
	}
	if s.trial != nil {
		ask.Drill, ask.AtOnce = s.trial.Drill, true
	}
	ask.Redirected = max(0, webhook.MaxRedirects+1-s.bounds.hopsLeft(s.hops))
	answer, ok := s.requestInTime(ctx, ask, q.step)
	if !ok {
		return webhook.Answer{}, false
	}
	s.hop(1 + answer.Redirects)
	if starved(answer) { // that is our failure and no answer: the text stays due
		s.ownErr = answer.Err
		return webhook.Answer{}, false
	}
	s.setCookies(answer.Cookies)
	return answer, true
}

// hop counts documents and HTTP redirects.
func (s *step) hop(n int) {
	s.hops += n
	s.bounds.hops += n
}

// requestInTime requests over HTTP, and returns false when the step's time is up before there is an
// answer: when the chain's time ends, a probe's, or when the breaker opens. The later steps are then
// asked at once, in the background, and the walk has ended when requestInTime returns. The answer
// that comes in the end is recorded as late.
func (s *step) requestInTime(ctx context.Context, ask webhook.Question, name string) (webhook.Answer, bool) {
	concluded := make(chan struct{})
	var over atomic.Bool
	goOn := func(why func() *failure) {
		if over.CompareAndSwap(false, true) {
			defer close(concluded)
			s.outcome = s.goOn(ctx, ask, why)
		}
	}
	end, why := s.timeout()
	timer := time.AfterFunc(time.Until(end), func() { goOn(why) })
	if s.call != nil {
		s.call.OnOpen(func(last repli.HandlerFailure) { goOn(func() *failure { return s.handedOn(last) }) })
	}
	answer := s.engine.web.Ask(ctx, ask)
	timer.Stop()
	inTime := over.CompareAndSwap(false, true)
	if inTime && !s.skipWait(answer.Waits) {
		return answer, true
	}
	late := s.lateStep()
	defer late.reportTransitions()
	if inTime { // but the texter would have waited longer than that
		s.outcome = s.goOn(ctx, ask, why)
	} else {
		late.endCall(ctx, answer)
		<-concluded
	}
	s.overtaken = true
	s.walk.late = append(s.walk.late, late.keep(ctx, answer, name)...)
	return webhook.Answer{}, false
}

// goOn fails the step because its time is up, and asks the later steps. It may run in a goroutine
// of its own, where nothing else would recover a panic.
func (s *step) goOn(ctx context.Context, ask webhook.Question, why func() *failure) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	s.fail(source{url: ask.URL, method: ask.Method, fault: ask.Fault}, why())
	if s.call != nil {
		s.addTransition(s.call.TakeTransition())
		if s.call.IsProbe() {
			s.addTransition(s.call.End(breaker.Down, s.failure.ofHandler()))
		}
	}
	return s.walk.run(ctx, s.index+1)
}
