package inbound

import (
	"context"
	"fmt"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/breaker"
	"github.com/repli-sms/repli/twiml"
)

// A step is one step of the chain while it is asked. What it leads to is gathered in its walk.
type step struct {
	*walk
	index int
	tries int  // how often it has been asked
	hops  int  // documents and HTTP redirects that it has led to
	full  bool // it has been alerted that there are too many replies

	call      *breaker.Call // of the primary, nil in every other step
	probeEnds time.Time     // if the call is a probe
	overtaken bool          // its time was up while it was asked, so the later steps were asked
	outcome   error         // of the walk in that case
}

// begin returns the step at index i, not asked yet.
func (w *walk) begin(i int) *step {
	w.earlier = len(w.change.New)
	w.bounds.begin()
	return &step{walk: w, index: i}
}

// answerer returns the part of the chain that the step is.
func (s *step) answerer() repli.Answerer { return repli.AnswererAt(s.index) }

// admit reports whether the step is asked; the breaker of a primary may not allow it. The step then
// counts as failed, with the primary's last failure; no alert is raised, because it was not asked.
func (s *step) admit() bool {
	if s.index > 0 {
		return true
	}
	p, guarded := s.guarded()
	if !guarded {
		return true
	}
	text := breaker.Text{Number: s.num.Address, Message: s.msg.SID, URL: s.steps()[0].URL}
	call, bypass := s.engine.breakers.Begin(p, text, s.slowAfter())
	if call == nil {
		s.failure = &failure{code: bypass.Failure.Code, url: bypass.Failure.URL, detail: fmt.Sprintf(
			"Not asked, because its breaker has been open since %s: %s", bypass.Since.UTC().Format(time.RFC3339), bypass.Failure.Detail)}
		s.skip(0, *s.failure)
		return false
	}
	s.call, s.walk.call = call, call
	if call.IsProbe() {
		s.probeEnds = time.Now().Add(s.probeLimit())
	}
	return true
}

// endCall tells the primary's breaker what the step has shown about the primary.
func (s *step) endCall(ctx context.Context, answered bool) {
	if s.call == nil {
		return
	}
	result, why := breaker.Usable, repli.HandlerFailure{}
	switch {
	case ctx.Err() != nil || s.ownErr != nil:
		result = breaker.Unknown
	case !answered:
		result, why = s.failure.result(), s.failure.ofHandler()
	}
	s.addTransition(s.call.End(result, why))
}

// timeout returns when the step's time is up, and its failure in that case.
func (s *step) timeout() (time.Time, func() *failure) {
	if s.call != nil && s.call.IsProbe() && s.probeEnds.Before(s.deadline) {
		return s.probeEnds, func() *failure {
			return &failure{code: 11205, detail: fmt.Sprintf("No answer within %v, the timeout for a primary that was down", s.probeLimit())}
		}
	}
	return s.deadline, func() *failure {
		return &failure{code: 11203, detail: fmt.Sprintf("No answer within %v, which is the chain's limit as a whole", s.num.Chain.AnswerBy)}
	}
}

// handedOn returns the failure of a primary whose breaker opened while it was asked.
func (s *step) handedOn(last repli.HandlerFailure) *failure {
	return &failure{code: last.Code, detail: fmt.Sprintf(
		"Given up after %v, because its breaker has opened: %s", s.call.Waited().Round(time.Millisecond), last.Detail)}
}

// run asks the step, follows its Redirects and carries out what it says. It returns false when the
// step has failed; what it has carried out by then stays.
func (s *step) run(ctx context.Context) bool {
	for q := s.question(s.index, s.failure); ; q.document++ {
		got, ok := s.ask(ctx, q)
		if !ok {
			return false
		}
		redirect := s.perform(ctx, got)
		if redirect == nil || s.ownErr != nil {
			return true
		}
		next, why := s.follow(got, redirect)
		if why != nil {
			s.refuse(got, why)
			return false
		}
		q.target, q.method = next, redirect.Method
	}
}

// follow returns where a Redirect leads. Its URL may be relative to the document's.
//
// twilio: messaging/twiml/redirect
func (s *step) follow(from *page, to *twiml.Redirect) (target, *failure) {
	wrong := func(code int, detail string) (target, *failure) {
		return target{}, &failure{code: code, detail: detail, line: to.Line, column: to.Column}
	}
	if to.URL == "" {
		return wrong(11100, "The Redirect has no URL")
	}
	absolute := resolve(from.base.url, to.URL)
	if reason := repli.BadURL(absolute); reason != "" {
		return wrong(11100, "The Redirect's URL "+reason)
	}
	if reason := s.bounds.tooMuch(s.hops); reason != "" {
		return wrong(14106, "The Redirect is not followed: "+reason)
	}
	return s.engine.target(absolute), nil
}
