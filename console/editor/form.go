package editor

import (
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/configure"
	"github.com/repli-sms/repli/console/frame"
)

// Fields are those of a bin's form, which the template "bin-fields" shows.
type Fields struct {
	SID      repli.SID // of the bin, "" of a new one
	Form     Form
	Problems frame.Problems
	Users    []string // who answers with it: telephone numbers and services
}

// New returns the fields of a bin that is to be made.
func New() Fields { return Fields{Form: Form{TwiML: NewTwiML, Verdict: Judge(NewTwiML)}} }

// A Form is what an editor holds.
type Form struct {
	Name    string
	TwiML   string
	Seen    string // when the bin was changed last, as its editor has seen it
	Verdict Verdict
	Confirm bool // the document is invalid; saving it needs a confirmation
	Take    bool // the bin has changed meanwhile; saving overwrites that change
}

// NewTwiML is what a new bin begins with.
const NewTwiML = `<?xml version="1.0" encoding="UTF-8"?>
<Response>
  <Message></Message>
</Response>
`

// FormOf returns the form of a bin as it is kept.
func FormOf(b repli.Bin) Form {
	return Form{Name: b.FriendlyName, TwiML: b.TwiML, Seen: Stamp(b.Updated), Verdict: Judge(b.TwiML)}
}

// Typed returns the form as it was sent, and reports whether an invalid document is to be kept.
func Typed(v *frame.Visit) (Form, bool) {
	f := Form{Name: v.Field("name"), TwiML: v.Field("twiml"), Seen: v.Field("seen")}
	f.Verdict = Judge(f.TwiML)
	return f, v.Field("confirm") != ""
}

// Text returns the document as it is kept.
func (f Form) Text() configure.BinText {
	return configure.BinText{FriendlyName: f.Name, TwiML: f.TwiML}
}

// ProblemsOf returns the problems of an editor's fields, nil when an error is about
// none of them.
func ProblemsOf(err error) frame.Problems {
	switch repli.CodeOf(err) {
	case repli.CodeInvalidName:
		return frame.Problems{"name": frame.Sentence(err)}
	case 11750, 12100:
		return frame.Problems{"twiml": frame.Sentence(err)}
	}
	return nil
}

// Stamp returns a time as a form carries it, to the nanosecond; [Unstamp] reads it. What
// nobody here has written is a time at which nothing was seen.
func Stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// Unstamp reads a time that a form carries.
func Unstamp(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Unix(1, 0)
	}
	return t
}

// A Choice is a bin to choose from a list.
type Choice struct {
	SID  repli.SID
	Name string
}
