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

// A trip is one text of a drill and what would have come of it.
type trip struct {
	num   repli.Number // with the steps that answered
	by    repli.SID    // whose they are, or "" for the number's own
	fault repli.FaultKind
	out   inbound.Outcome
}

// judge returns what a trip shows. It has passed when a fallback sent the texter at least one
// text, and no warning dropped one.
func judge(t trip) repli.DrillResult {
	r := repli.DrillResult{
		Fault: t.fault, Message: t.out.Message, ErrorCode: t.broke(), AnsweredBy: t.out.Move().AnsweredBy, Waits: t.out.Waits,
	}
	read(&r, t.texts())
	if r.Segments == 0 {
		r.AnsweredBy = repli.Nobody
	}
	var why string
	r.Finding, why, r.Mend = t.complaint(r)
	r.Passed = r.Mend == ""
	r.Reason = t.sentence(r, why)
	return r
}

// read notes what a texter would read.
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

// lacksMedia reports whether media of a message are on the primary's host and port, which the fault
// strikes: a message whose media cannot be fetched is not sent.
func (t trip) lacksMedia(m repli.Message) bool {
	return t.fault.StrikesHost() && len(t.num.Chain.Steps) > 0 && slices.ContainsFunc(m.Media, func(a repli.Attachment) bool {
		return repli.HostPort(a.URL) != "" && repli.HostPort(a.URL) == repli.HostPort(t.num.Chain.Steps[0].URL)
	})
}

// broke returns why the primary did not answer: the code of the first alert, which is about it.
func (t trip) broke() int {
	if len(t.num.Chain.Steps) == 0 || len(t.out.Change.Alerts) == 0 {
		return 0
	}
	return t.out.Change.Alerts[0].Code
}

// dropping are the codes of the warnings that drop a message.
var dropping = []int{14101, 14102, 14103, 14104, 14105, 14109, 21620, 21623}

// found returns a finding of this kind on the trip's number.
func (t trip) found(k repli.FindingKind) repli.Finding {
	return repli.Finding{Kind: k, Number: t.num.Address, By: t.by}
}

// complaint says why a trip has not passed, and what to mend; mend is "" when it has.
func (t trip) complaint(r repli.DrillResult) (found repli.Finding, why, mend string) {
	chain := t.num.Chain
	dropped := t.last(func(a repli.Alert) bool { return slices.Contains(dropping, a.Code) })
	switch {
	case r.AnsweredBy == repli.ByFallback && dropped.Code == 0:
		return repli.Finding{}, "", ""
	case len(chain.Steps) == 0:
		return t.found(repli.NobodyAsked), "nobody is asked", "Give " + t.whose() + " a primary handler and a fallback."
	case len(chain.Steps) == 1:
		return t.found(repli.NoFallback), "there is no fallback", t.giveOne()
	case r.AnsweredBy == repli.ByPrimary:
		return t.found(repli.PrimaryAnswers), "the primary answers all the same", "Drill again; if this comes back, it is a fault of Repli."
	case dropped.Code != 0:
		found = t.found(repli.MessageDropped)
		found.Code, found.Detail = dropped.Code, ended(dropped.Detail)
		return found, fmt.Sprintf("a message of the fallback is dropped (%d)", found.Code), "Mend the fallback's document: " + found.Detail
	case t.fault.StrikesHost() && t.sharesHost():
		found = t.found(repli.SharedHost)
		found.Place = repli.HostPort(chain.Steps[0].URL)
		return found, "the fallback is on the primary's host and port, and fails with it",
			"Put the fallback elsewhere than at " + found.Place + ", or make it a bin, which Repli keeps itself."
	case t.fault.StrikesHost() && t.leadsToHost():
		found = t.found(repli.LeadsToHost)
		found.Place = repli.HostPort(chain.Steps[0].URL)
		return found, "the fallback leads to the primary's host and port, and fails with it",
			"Let the fallback answer by itself, without leading to " + found.Place + "."
	case t.late():
		found = t.found(repli.OutOfTime)
		found.Time = chain.AnswerBy
		return found, fmt.Sprintf("the chain's %v are over before a fallback has answered", chain.AnswerBy), fmt.Sprintf(
			"Raise answer_by_ms (it is %d), or lower the limits of the primary (add #tt=5000 to its URL).", chain.AnswerBy.Milliseconds())
	}
	return t.useless()
}

// whose returns whose handlers answer, for a sentence.
func (t trip) whose() string {
	if t.by != "" {
		return fmt.Sprintf("%s, which answers for %s,", t.by, t.num.Address)
	}
	return t.num.Address
}

// giveOne is what to mend where there is no fallback.
func (t trip) giveOne() string {
	return "Give " + t.whose() + " a fallback; a bin answers even when every server is down."
}

// putMessage is what to mend in most fallbacks that do not pass.
const putMessage = "Put a <Message> with text into the fallback's <Response>."

// useless is complaint of a fallback that was asked and is of no use.
func (t trip) useless() (found repli.Finding, why, mend string) {
	failed := t.last(func(a repli.Alert) bool { return a.URL != "" && a.Level() == repli.LevelError })
	if failed.Code != 0 && len(t.out.Change.Alerts) > 1 && failed.SID != t.out.Change.Alerts[0].SID {
		found = t.found(repli.HandlerFails)
		found.Code, found.Place, found.Detail = failed.Code, failed.URL, ended(failed.Detail)
		return found, fmt.Sprintf("the fallback fails too (%d)", failed.Code), "Mend the fallback at " + found.Place + ": " + found.Detail
	}
	if len(t.out.Change.New) > 0 {
		return t.found(repli.NothingVisible), "the fallback sends nothing that the texter can read",
			"Let the fallback's <Message> have visible text, and no \"to\" that is somebody else's number."
	}
	found, mend = t.found(repli.NoMessage), putMessage
	if odd := t.last(func(a repli.Alert) bool { return a.Code == 12200 }); odd.Code != 0 {
		found.Detail = ended(odd.Detail)
		mend += " Its document has a problem: " + found.Detail
	}
	return found, "the fallback answers without a message", mend
}

// last returns the last alert of this kind, or none.
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

// leadsToHost reports whether what strikes the primary's host and port has struck where a fallback
// redirects, or where its media are.
func (t trip) leadsToHost() bool {
	return slices.ContainsFunc(t.out.Change.New, t.lacksMedia) || slices.ContainsFunc(t.out.Change.Attempts, func(a repli.Attempt) bool {
		return a.Step != repli.StepPrimary && len(a.RequestHeaders["X-Repli-Fault"]) > 0
	})
}

// late reports whether the chain's time was up before all fallbacks had been heard.
func (t trip) late() bool {
	return slices.ContainsFunc(t.out.Change.Attempts, func(a repli.Attempt) bool {
		return a.Step != repli.StepPrimary && (a.Verdict == repli.Skipped || a.Verdict == repli.Late)
	})
}

// sentence says what broke, who answered and what would be read, and what is to be mended.
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
		s += "the texter reads nothing."
	default:
		s += fmt.Sprintf("%s says %s after %.1f s.", speaker(r.AnsweredBy), quoted(r.Text), wait)
	}
	if r.Mend != "" {
		s += " " + r.Mend
	}
	return s
}

// broken says how a primary fails.
var broken = map[repli.FaultKind]string{
	repli.FaultRefused:        "The primary refuses the connection",
	repli.FaultDNS:            "The primary's name has no address",
	repli.FaultConnectTimeout: "No connection to the primary comes about",
	repli.FaultTLS:            "The primary's certificate is nobody's",
	repli.FaultTimeout:        "The primary says nothing",
	repli.FaultReset:          "The primary resets the connection",
	repli.FaultDrip:           "The primary's answer never ends",
	repli.FaultStatus500:      "The primary answers 500",
	repli.FaultStatus404:      "The primary answers 404",
	repli.FaultRedirectLoop:   "The primary redirects to itself",
	repli.FaultNoType:         "The primary answers without a Content-Type",
	repli.FaultWrongType:      "The primary answers with JSON",
	repli.FaultOversize:       "The primary answers with more than 64 kB",
	repli.FaultMalformed:      "The primary answers with broken XML",
	repli.FaultLowercaseRoot:  "The primary answers with <response>",
	repli.FaultEmpty:          "The primary answers with nothing",
}

func speaker(by repli.Answerer) string {
	return "the " + strings.ReplaceAll(string(by), "_", " ")
}

// ended returns a sentence with its full stop.
func ended(sentence string) string { return strings.TrimSuffix(sentence, ".") + "." }

// quoted returns a text as a sentence shows it: on one line, and not too long.
func quoted(text string) string {
	const most = 80
	line := []rune(strings.Join(strings.Fields(text), " "))
	if len(line) > most {
		line = append(line[:most-1], '…')
	}
	return "“" + string(line) + "”"
}
