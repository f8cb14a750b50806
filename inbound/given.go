package inbound

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/breaker"
)

// A given is what a text is answered from. Nothing in it changes while the steps are asked.
type given struct {
	engine      *Engine
	num         repli.Number // with the steps that answer for it
	acct        repli.Account
	msg         repli.Message
	params      repli.Params
	maintenance *repli.Maintenance // nil when the number is in none
	trial       *Trial             // nil for a text that somebody sent
}

// steps returns the steps to ask.
func (g *given) steps() []repli.Step { return g.num.Chain.Steps }

// inMaintenance reports whether the number was in maintenance when answering began.
func (g *given) inMaintenance() bool { return g.maintenance != nil }

// question returns the first question of the step at index i. After the failure of an earlier step
// it tells the step what went wrong and where.
//
// twilio: usage/security/availability-reliability
func (g *given) question(i int, earlier *failure) question {
	s := g.steps()[i]
	q := question{step: repli.StepName(i), document: 1, target: g.engine.target(s.URL), method: s.Method, params: g.params}
	if s.Bin != "" {
		q.target, q.method = g.engine.binTarget(s.Bin), "POST"
	}
	if earlier != nil {
		q.params = q.params.With("ErrorCode", strconv.Itoa(earlier.code)).With("ErrorUrl", earlier.url)
	}
	return q
}

// guarded returns the primary that a breaker guards for this text. There is none if the primary is
// a bin, which always answers; if the number has its breaker off; if nothing else would answer,
// because a slow answer is better than none; if the primary fails on purpose; and for a trial.
func (g *given) guarded() (breaker.Primary, bool) {
	alone := len(g.steps()) == 1 && g.num.Chain.LastResort == ""
	if g.num.BreakerOff || alone || g.msg.Fault != "" || g.trial != nil {
		return breaker.Primary{}, false
	}
	return g.engine.primaryOf(g.num.Account, g.steps()[0])
}

// slowAfter returns how long the primary may take before the text counts as hanging.
func (g *given) slowAfter() time.Duration {
	return cmp.Or(g.num.Chain.SlowAfter, repli.DefaultSlowAfter)
}

// probeTimeout is how long a primary that was down may take to answer a probe.
const probeTimeout = 3 * time.Second

// probeLimit returns the timeout of a probe, which is longer only for a primary that is slow by
// design.
func (g *given) probeLimit() time.Duration {
	if slow := g.slowAfter(); slow > repli.DefaultSlowAfter {
		return slow
	}
	return probeTimeout
}

// fault returns the fault that a question of the step at index i meets, "" when it is asked, and
// the host and port to which the fault is limited, "" when it is not. A fault is laid over the
// primary alone, that of a trial also over everything on the primary's host. It fails the first
// document of a step already, so that it leads nowhere.
func (g *given) fault(i int, q question) (kind repli.FaultKind, at string) {
	switch {
	case g.trial != nil:
		return g.trial.fault(g, q)
	case i == 0:
		return g.msg.Fault, ""
	default:
		return "", ""
	}
}

// read returns what a text is answered from. The steps are read now, not frozen at receipt.
func (e *Engine) read(ctx context.Context, msg repli.Message) (*given, error) {
	num, err := e.db.NumberOf(ctx, msg)
	if repli.IsNotFound(err) || err == nil && num.Account != msg.Account {
		num, err = repli.Number{Account: msg.Account, Address: msg.To}, nil // the number has been deleted
	}
	if err != nil {
		return nil, err
	}
	who, err := e.db.Answering(ctx, num)
	if err != nil {
		return nil, err
	}
	num.Chain.Steps = who.Steps
	return e.readFor(ctx, num, msg)
}

// readFor is read for a number that has the steps which answer for it.
func (e *Engine) readFor(ctx context.Context, num repli.Number, msg repli.Message) (*given, error) {
	acct, err := e.db.Account(ctx, num.Account)
	if err != nil {
		return nil, err
	}
	g := &given{engine: e, num: num, acct: acct, msg: msg, params: params(msg, num, e.base)}
	m, err := e.db.Maintenance(ctx, num.SID)
	if m.IsOn(time.Now()) && m.Account == num.Account {
		g.maintenance = &m
	}
	return g, err
}

// unanswered returns a sentence that says why the text gets no answer. TimeIsUp tells that the
// chain's time was.
func (g *given) unanswered(timeIsUp bool) string {
	number := g.num.Address
	switch {
	case len(g.steps()) == 0:
		return fmt.Sprintf("Nobody answered: %s has no handler and no last resort", number)
	case g.inMaintenance() && len(g.steps()) == 1:
		return fmt.Sprintf("Nobody answered: %s is in maintenance, and has no fallback and no last resort", number)
	case timeIsUp:
		return fmt.Sprintf("Nobody answered within %v, and %s has no last resort", g.num.Chain.AnswerBy, number)
	default:
		return fmt.Sprintf("Nobody answered: every step of %s failed, and it has no last resort", number)
	}
}
