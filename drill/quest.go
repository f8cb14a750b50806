package drill

import (
	"context"
	"fmt"
	"regexp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/inbound"
	"github.com/repli-sms/repli/twiml"
	"github.com/repli-sms/repli/webhook"
)

// quest makes the same check of a fallback as TwilioQuest: the fallback must exist, and must
// answer a signed request without MessageSid and ErrorCode with a Message in a Response.
func (r *run) quest(ctx context.Context) (repli.DrillResult, []repli.Attempt, error) {
	steps := r.num.Chain.Steps
	if len(steps) < 2 {
		t := trip{num: r.num, by: r.by}
		return repli.DrillResult{
			Fault: repli.DrillQuest, Finding: t.found(repli.NoFallback), Fix: t.giveOne(),
			Reason: "TwilioQuest wants a fallback, and there is none. " + t.giveOne(),
		}, nil, nil
	}
	params := repli.Params{
		{Name: "ApiVersion", Value: repli.APIVersion},
		{Name: "To", Value: r.num.Address},
		{Name: "From", Value: repli.DrillPhone},
		{Name: "Body", Value: repli.DrillText},
		{Name: "ErrorUrl", Value: repli.HandlersOf(steps, r.e.BaseURL).URL},
		{Name: "AccountSid", Value: string(r.num.Account)},
	}
	answer, out, err := r.e.Inbound.Try(ctx, inbound.Trial{Drill: r.drill.SID, Number: r.num}, 1, params)
	if err != nil {
		return repli.DrillResult{}, nil, err
	}
	result := judgeQuest(answer)
	result.Message, result.Waits = out.Message, out.Waits
	return result, out.Change.Attempts, nil
}

// message is what the game looks for, which reads an answer as leniently as HTML.
var message = regexp.MustCompile(`(?is)<response[\s>].*<message[\s/>]`)

// judgeQuest returns what the game makes of an answer.
func judgeQuest(a webhook.Answer) repli.DrillResult {
	r := repli.DrillResult{Fault: repli.DrillQuest}
	switch {
	case (a.Status < 200 || a.Status > 299) && a.Err != nil:
		r.ErrorCode = a.Err.Code
		r.Finding = repli.Finding{Kind: repli.HandlerFails, Code: a.Err.Code, Place: repli.SignedURL(a.FinalURL), Detail: ended(a.Err.Sentence())}
		r.Fix = "Fix the fallback at " + r.Finding.Place + ": " + r.Finding.Detail
		r.Reason = fmt.Sprintf("TwilioQuest gets no good answer from the fallback (%d). %s", a.Err.Code, r.Fix)
	case a.Status < 200 || a.Status > 299:
		r.Finding.Kind, r.Fix = repli.OutOfTime, "Make the fallback answer sooner."
		r.Reason = "TwilioQuest gets no answer from the fallback before the chain's time is up. " + r.Fix
	case !message.Match(a.Body):
		r.Finding.Kind, r.Fix = repli.NoMessage, putMessage
		r.Reason = "TwilioQuest finds no <Message> in the answer of the fallback. " + r.Fix
	default:
		r.Passed, r.AnsweredBy = true, repli.ByFallback
		read(&r, said(a))
		r.Reason = "TwilioQuest finds a <Message> in the fallback's answer."
	}
	return r
}

// said returns what the messages of an answer say.
func said(a webhook.Answer) []repli.Message {
	var all []repli.Message
	for _, verb := range twiml.Parse(a.Body).Verbs {
		if m, ok := verb.(*twiml.Message); ok {
			all = append(all, repli.Message{Body: m.Body})
		}
	}
	return all
}
