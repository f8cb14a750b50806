package drill

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/inbound"
	"github.com/repli-sms/repli/sms"
)

// A trip is one text of a drill and its outcome.
type trip struct {
	num   repli.Number // with the steps that answered
	by    repli.SID    // the application or service they belong to, or "" for the number's own
	fault repli.FaultKind
	out   inbound.Outcome
}

// judge returns the result of a trip. It passes if a fallback sent the texter at least one text
// and no warning dropped one.
func judge(t trip) repli.DrillResult {
	r := repli.DrillResult{
		Fault: t.fault, Message: t.out.Message, ErrorCode: t.broke(), AnsweredBy: t.out.Move().AnsweredBy, Waits: t.out.Waits,
	}
	read(&r, t.texts())
	if r.Segments == 0 {
		r.AnsweredBy = repli.Nobody
	}
	var why string
	r.Finding, why, r.Fix = t.complaint(r)
	r.Passed = r.Fix == ""
	r.Reason = t.sentence(r, why)
	return r
}

// read records the texts that a texter would have received.
func read(r *repli.DrillResult, texts []repli.Message) {
	var bodies []string
	for _, m := range texts {
		cost := sms.Measure(m.Body)
		r.Segments += cost.Segments
		if r.Encoding != sms.UCS2 {
			r.Encoding = cost.Encoding
		}
		bodies = append(bodies, m.Body)
	}
	r.Text = strings.Join(bodies, "\n")
}

// texts returns what the texter would have been sent.
func (t trip) texts() []repli.Message {
	var all []repli.Message
	for _, m := range t.out.Change.New {
		if m.State == repli.Queued && m.To == repli.DrillPhone && (!repli.IsBlank(m.Body) || len(m.Media) > 0) && !t.lacksMedia(m) {
			all = append(all, m)
		}
	}
	return all
}

// lacksMedia reports whether a message has media on the primary's host and port, which the fault
// affects: a message whose media cannot be fetched is not sent.
func (t trip) lacksMedia(m repli.Message) bool {
	return t.fault.StrikesHost() && len(t.num.Chain.Steps) > 0 && slices.ContainsFunc(m.Media, func(a repli.Attachment) bool {
		return repli.HostPort(a.URL) != "" && repli.HostPort(a.URL) == repli.HostPort(t.num.Chain.Steps[0].URL)
	})
}

// broke returns why the primary did not answer: the code of the first alert.
func (t trip) broke() int {
	if len(t.num.Chain.Steps) == 0 || len(t.out.Change.Alerts) == 0 {
		return 0
	}
	return t.out.Change.Alerts[0].Code
}

// dropping lists the codes of warnings that drop a message.
var dropping = []int{14101, 14102, 14103, 14104, 14105, 14109, 21620, 21623}

// found returns a finding of this kind about the trip's number.
func (t trip) found(k repli.FindingKind) repli.Finding {
	return repli.Finding{Kind: k, Number: t.num.Address, By: t.by}
}

// complaint returns why a trip has not passed, and what to fix; fix is "" if it passed.
func (t trip) complaint(r repli.DrillResult) (found repli.Finding, why, fix string) {
	chain := t.num.Chain
	dropped := t.last(func(a repli.Alert) bool { return slices.Contains(dropping, a.Code) })
	switch {
	case r.AnsweredBy == repli.ByFallback && dropped.Code == 0:
		return repli.Finding{}, "", ""
	case r.AnsweredBy == repli.ByPrimary && t.fault.IsPlain() && !t.num.RequireTwiML:
		return t.found(repli.PlainTexted), "text/plain is sent as it is", "Set require_twiml of " + t.num.Address + ", if its handlers answer in TwiML."
	case len(chain.Steps) == 0:
		return t.found(repli.NobodyAsked), "no handler is configured", "Give " + t.whose() + " a primary handler and a fallback."
	case len(chain.Steps) == 1:
		return t.found(repli.NoFallback), "there is no fallback", t.giveOne()
	case r.AnsweredBy == repli.ByPrimary:
		return t.found(repli.PrimaryAnswers), "the primary answers although the drill made it fail", "Drill again; if it happens again, it is a bug in Repli."
	case dropped.Code != 0:
		found = t.found(repli.MessageDropped)
		found.Code, found.Detail = dropped.Code, ended(dropped.Detail)
		return found, fmt.Sprintf("a message of the fallback is dropped (%d)", found.Code), "Fix the fallback's document: " + found.Detail
	case t.fault.StrikesHost() && t.sharesHost():
		found = t.found(repli.SharedHost)
		found.Place = repli.HostPort(chain.Steps[0].URL)
		return found, "the fallback is on the primary's host and port, and fails with it",
			"Move the fallback away from " + found.Place + ", or make it a bin, which Repli stores itself."
	case t.fault.StrikesHost() && t.leadsToHost():
		found = t.found(repli.LeadsToHost)
		found.Place = repli.HostPort(chain.Steps[0].URL)
		return found, "the fallback depends on the primary's host and port, and fails with it",
			"Make the fallback independent of " + found.Place + ": no redirect there, and no media from there."
	case t.late():
		found = t.found(repli.OutOfTime)
		found.Time = chain.AnswerBy
		return found, fmt.Sprintf("the chain's time limit of %v ends before a fallback answers", chain.AnswerBy), fmt.Sprintf(
			"Raise answer_by_ms (it is %d), or lower the limits of the primary (add #tt=5000 to its URL).", chain.AnswerBy.Milliseconds())
	}
	return t.useless()
}

// whose returns the owner of the handlers, for a sentence.
func (t trip) whose() string {
	if t.by != "" {
		return fmt.Sprintf("%s, which answers for %s,", t.by, t.num.Address)
	}
	return t.num.Address
}

// giveOne returns the fix if there is no fallback.
func (t trip) giveOne() string {
	return "Give " + t.whose() + " a fallback; a bin answers even when every server is down."
}

// putMessage is the fix for most fallbacks that do not pass.
const putMessage = "Put a <Message> with text into the fallback's <Response>."

// useless is complaint for a fallback that was called but gave no usable answer.
func (t trip) useless() (found repli.Finding, why, fix string) {
	failed := t.last(func(a repli.Alert) bool { return a.URL != "" && a.Level() == repli.LevelError })
	if failed.Code != 0 && len(t.out.Change.Alerts) > 1 && failed.SID != t.out.Change.Alerts[0].SID {
		found = t.found(repli.HandlerFails)
		found.Code, found.Place, found.Detail = failed.Code, failed.URL, ended(failed.Detail)
		return found, fmt.Sprintf("the fallback fails too (%d)", failed.Code), "Fix the fallback at " + found.Place + ": " + found.Detail
	}
	if len(t.out.Change.New) > 0 {
		return t.found(repli.NothingVisible), "the fallback sends nothing that the texter can read",
			"Give the fallback's <Message> visible text, and no \"to\" with another person's number."
	}
	found, fix = t.found(repli.NoMessage), putMessage
	if odd := t.last(func(a repli.Alert) bool { return a.Code == 12200 }); odd.Code != 0 {
		found.Detail = ended(odd.Detail)
		fix += " Its document has a problem: " + found.Detail
	}
	return found, "the fallback answers without a message", fix
}

// last returns the last matching alert, or the zero Alert.
func (t trip) last(is func(repli.Alert) bool) repli.Alert {
	for _, a := range slices.Backward(t.out.Change.Alerts) {
		if is(a) {
			return a
		}
	}
	return repli.Alert{}
}

// sharesHost reports whether a fallback is on the primary's host and port.
func (t trip) sharesHost() bool {
	steps := t.num.Chain.Steps
	return slices.ContainsFunc(steps[1:], func(s repli.Step) bool {
		return steps[0].Bin == "" && repli.HostPort(s.URL) == repli.HostPort(steps[0].URL)
	})
}

// leadsToHost reports whether a fallback redirects to the primary's host and port or has media
// there, and so failed with the primary.
func (t trip) leadsToHost() bool {
	return slices.ContainsFunc(t.out.Change.New, t.lacksMedia) || slices.ContainsFunc(t.out.Change.Attempts, func(a repli.Attempt) bool {
		return a.Step != repli.StepPrimary && len(a.RequestHeaders["X-Repli-Fault"]) > 0
	})
}

// late reports whether the chain's time ran out before every fallback had answered.
func (t trip) late() bool {
	return slices.ContainsFunc(t.out.Change.Attempts, func(a repli.Attempt) bool {
		return a.Step != repli.StepPrimary && (a.Verdict == repli.Skipped || a.Verdict == repli.Late)
	})
}

// sentence says what failed, who answered, what the texter would have received, and what to fix.
func (t trip) sentence(r repli.DrillResult, why string) string {
	broke := broken[t.fault]
	if r.ErrorCode != 0 {
		broke += fmt.Sprintf(" (%d)", r.ErrorCode)
	}
	s := broke + ": "
	if why != "" {
		s += why + "; "
	}
	wait := r.Waits.Round(100 * time.Millisecond).Seconds()
	switch r.AnsweredBy {
	case repli.Nobody:
		s += "the texter gets no reply."
	default:
		s += fmt.Sprintf("%s says %s after %.1f s.", speaker(r.AnsweredBy), quoted(r.Text), wait)
	}
	if r.Fix != "" {
		s += " " + r.Fix
	}
	return s
}

// broken describes how a primary fails.
var broken = map[repli.FaultKind]string{
	repli.FaultRefused:        "The primary refuses the connection",
	repli.FaultDNS:            "The primary's host name does not resolve",
	repli.FaultConnectTimeout: "Connecting to the primary times out",
	repli.FaultTLS:            "The primary's certificate is not trusted",
	repli.FaultTimeout:        "The primary does not respond",
	repli.FaultReset:          "The primary resets the connection",
	repli.FaultDrip:           "The primary's answer never ends",
	repli.FaultStatus500:      "The primary answers 500",
	repli.FaultStatus404:      "The primary answers 404",
	repli.FaultRedirectLoop:   "The primary redirects to itself",
	repli.FaultNoType:         "The primary answers without a Content-Type",
	repli.FaultWrongType:      "The primary answers with JSON",
	repli.FaultOversize:       "The primary answers with more than 64 kB",
	repli.FaultMalformed:      "The primary answers with malformed XML",
	repli.FaultLowercaseRoot:  "The primary answers with <response>",
	repli.FaultEmpty:          "The primary sends an empty answer",

	repli.FaultPlainError:      "The primary answers with an error message as text/plain",
	repli.FaultHalfAnswer:      "The primary answers with half a text, ended as if it were whole",
	repli.FaultMaintenancePage: "The primary's proxy answers that it is down, as text/plain",
}

func speaker(by repli.Answerer) string {
	return "the " + strings.ReplaceAll(string(by), "_", " ")
}

// ended returns a sentence with exactly one full stop.
func ended(sentence string) string { return strings.TrimSuffix(sentence, ".") + "." }

// quoted returns a text for quoting in a sentence: on one line and shortened.
func quoted(text string) string {
	const most = 80
	line := []rune(strings.Join(strings.Fields(text), " "))
	if len(line) > most {
		line = append(line[:most-1], '…')
	}
	return "“" + string(line) + "”"
}
