package editor

import (
	"unicode/utf16"

	"github.com/repli-sms/repli/console/frame"
	"github.com/repli-sms/repli/sms"
	"github.com/repli-sms/repli/twiml"
)

// A Verdict is the text below a document: whether it is valid, what is wrong, and what its
// messages cost.
type Verdict struct {
	Valid    bool
	State    frame.Label
	Problems []mistake
	Messages []cost // the first of them
	Texts    int    // how many there are
}

// mostCosts is how many messages of a document are shown: a text has at most ten replies.
const mostCosts = 20

// A mistake is a problem of a document, at its place. From and To count UTF-16 units, as a
// browser does.
type mistake struct {
	twiml.Problem
	From, To int
}

// A cost is a text and what sending it takes.
type cost struct {
	Body string
	sms.Text
	Wide bool // it is sent in UCS-2, in which fewer characters fit
}

// Judge returns the Verdict on a document.
func Judge(src string) Verdict {
	report := twiml.Check([]byte(src))
	v := Verdict{Valid: report.Valid, State: stateOf(report)}
	for _, p := range report.Problems {
		from := units(src[:min(p.Offset, len(src))])
		to := from + units(src[min(p.Offset, len(src)):min(p.Offset+p.Length, len(src))])
		v.Problems = append(v.Problems, mistake{p, from, to})
	}
	v.Texts = len(report.Messages)
	for _, m := range report.Messages[:min(v.Texts, mostCosts)] {
		t := sms.Measure(m.Body)
		v.Messages = append(v.Messages, cost{m.Body, t, t.Encoding == sms.UCS2})
	}
	return v
}

// StateOf returns the verdict on a document in one word or two, for lists.
func StateOf(src string) frame.Label {
	switch report := twiml.Check([]byte(src)); {
	case !report.Valid:
		return frame.Label{Level: "bad", Key: "editor.invalid"}
	case report.Silent:
		return frame.Label{Level: "warn", Key: "editor.silent"}
	}
	return frame.Label{Level: "good", Key: "editor.valid"}
}

// stateOf returns the verdict on a document in a few words.
func stateOf(report twiml.Report) frame.Label {
	switch {
	case !report.Valid:
		return frame.Label{Level: "bad", Key: "editor.verdict_invalid"}
	case report.Silent:
		return frame.Label{Level: "warn", Key: "editor.silent"}
	case len(report.Problems) > 0:
		return frame.Label{Level: "warn", Key: "editor.verdict_ignored"}
	}
	return frame.Label{Level: "good", Key: "editor.verdict_valid"}
}

func units(s string) (n int) {
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}
