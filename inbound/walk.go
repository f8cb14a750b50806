package inbound

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/twiml"
)

// A walk is one message's way along its number's chain. It gathers the Change that its
// answer will be.
type walk struct {
	e        *Engine
	num      repli.Number // with the steps that answer for it
	acct     repli.Account
	msg      repli.Message
	params   repli.Params
	cookies  []repli.Cookie
	deadline time.Time

	maintenance *repli.Maintenance // nil when the number is in none

	change    repli.Change
	speaker   repli.Answerer // the part of the chain that has the word
	spoke     repli.Answerer // the first part that sent a reply
	before    int            // replies sent before the step at hand
	crowded   bool           // the step at hand has been told that there are too many replies
	tried     int            // how often the step at hand has been asked
	failure   *failure       // of the last step
	broken    error          // the store could not be read: whatever follows means nothing
	at        int            // the index of the step at hand
	call      *call          // of the primary, if it has a breaker
	until     time.Time      // when a probe is over
	overtaken bool           // the time was up while the step at hand was asked
	outcome   error          // what became of the walk then
	trial     *trial         // nil for a text that somebody sent
	said      []said         // what may not be said again for a while
}

// newWalk reads what answering a message takes. Who answers is read now, not frozen at receipt,
// and its time begins now: a text that had to wait for us is owed the whole chain.
func (e *Engine) newWalk(ctx context.Context, msg repli.Message) (*walk, error) {
	num, err := e.db.NumberByAddress(ctx, msg.To)
	if repli.IsNotFound(err) || err == nil && num.Account != msg.Account {
		num, err = repli.Number{Account: msg.Account, Address: msg.To}, nil // it was taken away meanwhile
	}
	if err != nil {
		return nil, err
	}
	who, err := e.db.Answering(ctx, num)
	if err != nil {
		return nil, err
	}
	num.Chain.Steps = who.Steps
	return e.walkOf(ctx, num, msg)
}

// walkOf is newWalk for a number that has the steps which answer for it.
func (e *Engine) walkOf(ctx context.Context, num repli.Number, msg repli.Message) (*walk, error) {
	acct, err := e.db.Account(ctx, num.Account)
	if err != nil {
		return nil, err
	}
	cookies, err := e.db.Cookies(ctx, num.Account, msg.Conversation(), time.Now())
	if err != nil {
		return nil, err
	}
	w := &walk{
		e: e, num: num, acct: acct, msg: msg, cookies: cookies,
		params:   params(msg, e.base),
		deadline: time.Now().Add(num.Chain.AnswerBy),
	}
	maintenance, err := e.db.Maintenance(ctx, num.Address)
	if maintenance.IsOn(time.Now()) && maintenance.Account == num.Account {
		w.maintenance = &maintenance
	}
	return w, err
}

// timeIsUp reports whether the chain has used up its time.
func (w *walk) timeIsUp() bool { return !time.Now().Before(w.deadline) }

// maxDocuments is how many documents one step may lead to.
//
// twilio: api/errors/14106
const maxDocuments = 50

// step asks the step at index i, follows its Redirects and carries out what it says. It
// returns false when the step has failed and the next one is to be asked; what it has
// carried out by then stays.
func (w *walk) step(ctx context.Context, i int) bool {
	w.at, w.speaker, w.tried, w.before, w.crowded = i, repli.AnswererAt(i), 0, len(w.change.New), false
	q := w.first(i)
	for q.document = 1; ; q.document++ {
		got, ok := w.ask(ctx, q)
		if !ok {
			return false
		}
		redirect := w.perform(ctx, got)
		if redirect == nil || w.broken != nil {
			return true
		}
		next, why := w.redirected(got, redirect)
		if why == nil && q.document == maxDocuments {
			why = &failure{code: 14106, line: redirect.Line, column: redirect.Column, detail: fmt.Sprintf(
				"The Redirect leads to document %d of this step; at most %d are asked for", maxDocuments+1, maxDocuments)}
		}
		if why != nil {
			w.refuse(got, why)
			return false
		}
		q.target, q.method = next, redirect.Method
	}
}

// first returns the question that begins a step. After a failure it tells the step what
// went wrong and where.
//
// twilio: usage/security/availability-reliability
func (w *walk) first(i int) question {
	step := w.num.Chain.Steps[i]
	q := question{step: repli.StepName(i), target: w.e.target(step.URL), method: step.Method, params: w.params}
	if step.Bin != "" {
		q.target, q.method = w.e.binTarget(step.Bin), "POST"
	}
	if w.failure != nil {
		q.params = q.params.With("ErrorCode", strconv.Itoa(w.failure.code)).With("ErrorUrl", w.failure.url)
	}
	return q
}

// record keeps an attempt and gives it its name.
func (w *walk) record(a *repli.Attempt) source {
	a.SID = repli.NewSID(repli.AttemptPrefix)
	a.Message = w.msg.SID
	w.change.Attempts = append(w.change.Attempts, *a)
	return source{a.SID, a.URL, a.Method}
}

// alert keeps an alert about the document that an attempt brought.
func (w *walk) alert(from source, code int, detail string) {
	w.change.Alerts = append(w.change.Alerts, repli.Alert{
		SID:     repli.NewSID(repli.AlertPrefix),
		Account: w.num.Account,
		Code:    code,
		Message: w.msg.SID,
		Attempt: from.attempt,
		Number:  w.num.Address,
		URL:     repli.SignedURL(from.url),
		Method:  from.method,
		Detail:  detail,
		Created: time.Now(),
	})
}

// warn keeps an alert for each problem of a document that goes on all the same.
func (w *walk) warn(from source, problems ...twiml.Problem) {
	for _, p := range problems {
		w.alert(from, p.Code, placed(p.Line, p.Column, p.Message))
	}
}

// fail notes why a step has failed, for the alert and for the next step.
func (w *walk) fail(from source, why *failure) {
	why.url = repli.SignedURL(from.url)
	w.failure = why
	w.alert(from, why.code, why.sentence())
}

// refuse fails the step whose last document was carried out up to a Redirect that leads
// nowhere.
func (w *walk) refuse(got *page, why *failure) {
	judged(why)(&w.change.Attempts[len(w.change.Attempts)-1])
	w.fail(got.from, why)
}
