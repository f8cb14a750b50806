package editor

import (
	"unicode/utf16"

	"github.com/repli-sms/repli/sms"
	"github.com/repli-sms/repli/twiml"
)

// A Verdict is the text below a document: whether it is valid, what is wrong, and what its
// messages cost.
type Verdict struct {
	Valid    bool
	Ignored  bool // it is, but parts of it will be ignored
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
	v := Verdict{Valid: report.Valid, Ignored: report.Valid && len(report.Problems) > 0}
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

func units(s string) (n int) {
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}
