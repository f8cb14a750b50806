package numbers

import (
	"errors"
	"regexp"
	"strconv"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/console/editor"
	"github.com/repli-sms/repli/console/frame"
)

// A numberForm is what the page of a number holds.
type numberForm struct {
	Name       string
	Steps      []stepForm
	LastResort string
	AnswerBy   string // seconds
	Require    bool   // TwiML is required
	Language   string
	Carrier    string // "" lets the routes choose
	More       moreForm
	Seen       string // when the number was changed last, as its editor has seen it
	Take       bool   // the number has changed meanwhile; saving overwrites that change
}

// A stepForm is one handler: of no kind, a webhook, or a bin.
type stepForm struct {
	Index  int
	Kind   string // "", webhook or bin
	URL    string
	Method string
	Bin    repli.SID
}

// The kinds of handlers.
const (
	kindWebhook = "webhook"
	kindBin     = "bin"
)

// Name returns the name of a field of the step, such as url-1.
func (f stepForm) Name(field string) string { return field + "-" + strconv.Itoa(f.Index) }

// Label returns the key of what the step is called.
func (f stepForm) Label() string {
	switch f.Index {
	case 0:
		return "numbers.primary_label"
	case 1:
		return "numbers.fallback_label"
	default:
		return "numbers.further_label"
	}
}

func numberFormOf(n repli.Number) numberForm {
	f := numberForm{
		Name: n.FriendlyName, LastResort: n.Chain.LastResort, Language: n.Language, Carrier: n.Carrier, Seen: editor.Stamp(n.Updated), Require: n.RequireTwiML,
		AnswerBy: strconv.FormatFloat(n.Chain.AnswerBy.Seconds(), 'f', -1, 64), More: moreFormOf(n),
	}
	for _, s := range n.Chain.Steps {
		one := stepForm{Kind: kindWebhook, URL: s.URL, Method: s.Method}
		if s.Bin != "" {
			one = stepForm{Kind: kindBin, Bin: s.Bin}
		}
		f.Steps = append(f.Steps, one)
	}
	return f
}

// spaced returns the form with a place for each step there is, for a fallback, and for one
// more, as far as a chain may go.
func (f numberForm) spaced() numberForm {
	steps := make([]stepForm, min(max(2, len(f.Steps))+1, repli.MaxSteps))
	copy(steps, f.Steps)
	for i := range steps {
		steps[i].Index = i
	}
	f.Steps = steps
	return f
}

// typedNumber returns the form of n as it was sent.
func typedNumber(v *frame.Visit, n repli.Number) numberForm {
	f := numberForm{
		Name: v.Field("name"), LastResort: v.Field("last_resort"), AnswerBy: v.Field("answer_by"),
		Language: v.Field("language"), Carrier: v.Field("carrier"), Seen: v.Field("seen"), More: typedMore(v, n), Require: typedRequire(v, n),
	}
	for i := range repli.MaxSteps {
		s := stepForm{Index: i}
		s.Kind = v.Field(s.Name("kind"))
		s.URL, s.Method, s.Bin = v.Field(s.Name("url")), v.Field(s.Name("method")), repli.SID(v.Field(s.Name("bin")))
		f.Steps = append(f.Steps, s)
	}
	for len(f.Steps) > 0 && f.Steps[len(f.Steps)-1].Kind == "" {
		f.Steps = f.Steps[:len(f.Steps)-1]
	}
	return f
}

// typedRequire reports whether TwiML is required, as n has it if the form was sent without that field.
// A box without a tick sends nothing, so a hidden field says that it was there.
func typedRequire(v *frame.Visit, n repli.Number) bool {
	if v.Field("requires") == "" {
		return n.RequireTwiML
	}
	return v.Field("require_twiml") != ""
}

// apply makes n what the form says, all but what is wrong with it: that is for those to find
// who keep it. A place that was left open counts as a step, unless it is the last.
func (f numberForm) apply(n *repli.Number) error {
	seconds, err := strconv.ParseFloat(f.AnswerBy, 64)
	if err != nil || !(seconds >= 0 && seconds <= 2*repli.MaxAnswerBy.Seconds()) {
		return repli.Errorf(20422, "answer_by must be a number of seconds, not %.32q", f.AnswerBy)
	}
	n.FriendlyName, n.Language, n.Carrier, n.RequireTwiML = f.Name, f.Language, f.Carrier, f.Require
	n.Chain = repli.Chain{LastResort: f.LastResort, AnswerBy: time.Duration(seconds * float64(time.Second)).Truncate(time.Millisecond)}
	if err := f.More.apply(n); err != nil {
		return err
	}
	for i, s := range f.Steps {
		switch s.Kind {
		case kindWebhook:
			n.Chain.Steps = append(n.Chain.Steps, repli.Step{URL: s.URL, Method: s.Method})
		case kindBin:
			if s.Bin == "" {
				return repli.Errorf(20422, "Step %d (%s): choose a bin, or make one", i+1, repli.StepName(i))
			}
			n.Chain.Steps = append(n.Chain.Steps, repli.Step{Bin: s.Bin})
		case "":
			return repli.Errorf(21406, "Step %d (%s): a later handler needs this one to stand in for", i+1, repli.StepName(i))
		default:
			return repli.Errorf(20422, "Step %d (%s): %.32q is no kind of handler", i+1, repli.StepName(i), s.Kind)
		}
	}
	return nil
}

// numberProblems returns what is wrong with the fields of a number's form, nil when an error
// is about none of them.
func numberProblems(err error) frame.Problems {
	code := repli.CodeOf(err)
	said := frame.Sentence(err)
	var at fieldError
	if errors.As(err, &at) {
		return frame.Problems{at.field: said}
	}
	if m := regexp.MustCompile(`^Step (\d+) `).FindStringSubmatch(said); code != 0 && m != nil {
		n, _ := strconv.Atoi(m[1]) // it is digits
		return frame.Problems{stepForm{Index: n - 1}.Name("step"): said}
	}
	switch code {
	case repli.CodeInvalidName:
		return frame.Problems{"name": said}
	case 21617:
		return frame.Problems{"last_resort": said}
	case 20422:
		return frame.Problems{"": said}
	}
	return nil
}
