package inbound

import (
	"slices"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/breaker"
	"github.com/repli-sms/repli/twiml"
)

// gathered is what the steps asked so far have led to. It becomes one Change.
type gathered struct {
	given *given

	change       repli.Change
	bounds       bounds
	stored       []repli.Cookie        // cookies of the conversation, before this text
	cookies      []repli.Cookie        // the same, with those that answers have set
	firstSpeaker repli.Answerer        // the part of the chain that sent the first reply
	earlier      int                   // replies of the steps before the last one asked
	failure      *failure              // of the last step asked; nil while none has failed
	said         []said                // what may not be said again for a while
	transitions  []*breaker.Transition // which the Change will make durable
	ownErr       error                 // the store could not be read or this machine not ask, so nothing that follows counts
}

// record keeps an attempt and gives it a SID.
func (g *gathered) record(a *repli.Attempt) source {
	a.SID = repli.NewSID(repli.AttemptPrefix)
	a.Message = g.given.msg.SID
	g.bounds.keep(a)
	g.change.Attempts = append(g.change.Attempts, *a)
	from := source{attempt: a.SID, url: a.URL, method: a.Method}
	if a.Step == repli.StepPrimary {
		from.fault = g.given.msg.Fault
	}
	return from
}

// alert keeps an alert about the document of an attempt.
func (g *gathered) alert(from source, code int, detail string) {
	g.change.Alerts = append(g.change.Alerts, repli.Alert{
		SID:     repli.NewSID(repli.AlertPrefix),
		Account: g.given.num.Account,
		Code:    code,
		Message: g.given.msg.SID,
		Attempt: from.attempt,
		Number:  g.given.num.Address,
		URL:     repli.SignedURL(from.url),
		Method:  from.method,
		Detail:  detail,
		Fault:   from.fault,
		Created: time.Now(),
	})
}

// warn keeps an alert for each problem of a document that is carried out all the same, as long as there
// are not too many.
func (g *gathered) warn(from source, problems ...twiml.Problem) {
	for _, p := range problems {
		if g.bounds.admit(g.change.Alerts) {
			g.alert(from, p.Code, placed(p.Line, p.Column, p.Message))
		}
	}
}

// fail records the failure of a step, for an alert and for the next step.
func (g *gathered) fail(from source, why *failure) {
	why.url = repli.SignedURL(from.url)
	g.failure = why
	g.alert(from, why.code, why.sentence())
}

// refuse fails the step whose last document was carried out up to a Redirect that cannot be
// followed.
func (g *gathered) refuse(got *page, why *failure) {
	setVerdict(&g.change.Attempts[len(g.change.Attempts)-1], why)
	g.fail(got.from, why)
}

// skip records that a step was not asked, and why.
func (g *gathered) skip(i int, why failure) {
	q := g.given.question(i, nil)
	g.record(&repli.Attempt{
		Step: q.step, URL: repli.SignedURL(q.target.url), Method: q.method, Started: time.Now(), Verdict: repli.Skipped,
		ErrorCode: why.code, ErrorDetail: why.detail,
	})
}

// setCookies keeps the cookies that an answer set, for this pair of numbers. A cookie replaces an
// earlier one of the same origin and name. One that this text has set and ended is not kept, or
// documents that replace each other's cookies could set any number of them.
func (g *gathered) setCookies(cookies []repli.Cookie) {
	if len(cookies) == 0 {
		return
	}
	g.cookies = slices.Clone(g.cookies)
	for _, c := range cookies {
		c.Account, c.Conversation = g.given.num.Account, g.given.msg.Conversation()
		g.change.Cookies = append(slices.DeleteFunc(g.change.Cookies, c.Replaces), c)
		g.cookies = append(slices.DeleteFunc(g.cookies, c.Replaces), c)
	}
	now := time.Now()
	over := func(c repli.Cookie) bool { return !c.Expires.After(now) && !slices.ContainsFunc(g.stored, c.Replaces) }
	g.change.Cookies, g.cookies = slices.DeleteFunc(g.change.Cookies, over), slices.DeleteFunc(g.cookies, over)
}

// addTransition adds a transition of the primary's breaker; nil is none.
func (g *gathered) addTransition(t *breaker.Transition) {
	if t != nil {
		g.transitions = append(g.transitions, t)
	}
}

// answered returns the Move of a text that the given part of the chain has dealt with.
func (g *gathered) answered(by repli.Answerer) repli.Move {
	state := repli.Answered
	switch len(g.change.New) {
	case 0:
		state = repli.Silent
	case g.earlier:
		by = g.firstSpeaker // this part added nothing to the replies of earlier ones
	}
	return repli.Move{Message: g.given.msg.SID, From: repli.Pending, To: state, AnsweredBy: by, At: time.Now()}
}

// complete returns the Change that answers the text by this Move.
func (g *gathered) complete(move repli.Move) repli.Change {
	g.change.Sayings = g.sayings()
	change := g.bounds.counted(g.change).Merge(repli.Change{Moves: []repli.Move{move}})
	for _, t := range g.transitions {
		change = change.Merge(t.Change())
	}
	return change
}

// reportTransitions has transitions committed on their own that no Change of this text has made
// durable.
func (g *gathered) reportTransitions() {
	for _, t := range g.transitions {
		g.given.engine.breakers.Report(t)
	}
	g.transitions = nil
}
