// Package timeline shows attempts to answer a message, on any page of the console:
// {{template "timeline" .Timeline}} with what [New] returns.
package timeline

import (
	"cmp"
	"embed"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/console/frame"
	"github.com/repli-sms/repli/store"
)

//go:embed *.html *.json *.css *.js
var files embed.FS

// Folder returns the template, the texts and the styles.
func Folder() frame.Folder { return frame.Folder{Name: "timeline", Files: files} }

// A Timeline shows attempts to answer a text, all of them on one scale. The template
// "timeline" shows it on any page.
type Timeline struct {
	Tries []tried
	Marks []mark // of the scale
	Pager frame.Pager
}

// list is the attempts of a message. Each has its document with it, so a part has few.
func list() frame.List { return frame.List{Query: "attempts", Size: 20} }

// Load returns the timeline of the attempts to answer a message, of which a visit may ask for a part.
// For began see [New].
func Load(v *frame.Visit, db *store.DB, message repli.SID, began time.Time) (Timeline, error) {
	attempts, err := db.Attempts(v.Context(), message, list().PartAfter(v))
	if err != nil {
		return Timeline{}, err
	}
	t := New(began, attempts)
	t.Tries, t.Pager = frame.PagedIn(list(), v, t.Tries, func(one tried) repli.SID { return one.SID })
	return t, nil
}

// A tried is one attempt as it is shown.
type tried struct {
	repli.Attempt
	Key      string // of its step's name; "" for one that has a name of its own
	Nth      string // of several fallbacks
	Judged   judgement
	Title    string // of its error, in English
	Phases   []phase
	Waited   time.Duration // from the beginning of the scale
	Asked    []field       // what was asked: the headers
	Params   []field       // and the parameters
	Blank    []string      // names of parameters without a value
	Answered []field       // the headers of the answer
	Document document
	Open     bool // whether its details are shown at once
}

// A field is a name with a value.
type field struct{ Name, Value string }

// A phase is a part of an attempt's time, and the bar it has on the scale, in percent.
type phase struct {
	Kind  string // dns, connect, tls, wait, body, or lost: what had no answer
	Key   string // of its name
	Took  time.Duration
	At    string
	Width string
}

// Counts reports whether the phase is long enough for its duration to be shown.
func (p phase) Counts() bool { return p.Took >= 500*time.Microsecond }

// A mark is a time on the scale.
type mark struct {
	Took time.Duration
	At   string
	Last bool // at the right edge
}

// New returns the timeline of attempts, in the order in which they were made. Its scale
// begins at a time, which is that of the text, or with the first attempt if that is earlier.
func New(began time.Time, attempts []repli.Attempt) Timeline {
	var t Timeline
	if len(attempts) == 0 {
		return t
	}
	s := scaleOf(began, attempts)
	for i, a := range attempts {
		one := tried{
			Attempt: a, Judged: judgementOf(attempts, i), Phases: s.phases(a), Waited: max(a.Started.Sub(s.begin), 0),
			Asked: fields(a.RequestHeaders), Answered: fields(a.Headers), Document: read(a),
		}
		one.Params, one.Blank = params(a.RequestBody)
		one.Key, one.Nth = stepKey(a.Step)
		if a.ErrorCode != 0 {
			one.Title = repli.LookUp(a.ErrorCode).Title
		}
		one.Open = a.Verdict == repli.Next || a.Verdict == repli.Skipped || a.Verdict == repli.Use && len(attempts) < 4
		t.Tries = append(t.Tries, one)
	}
	t.Marks = s.marks()
	return t
}

// stepKey returns the key of a step's name, and which of several fallbacks it is.
func stepKey(step string) (key, nth string) {
	name, nth, _ := strings.Cut(step, " ")
	switch {
	case name == repli.StepPrimary && nth == "":
		return "timeline.primary", ""
	case name == repli.StepFallback:
		return "timeline.fallback", nth
	case name == repli.StepLastResort && nth == "":
		return "timeline.last_resort", ""
	}
	return "", ""
}

// A judgement is the verdict on an attempt, as it is shown.
type judgement struct {
	Level string // good, warn, bad or dull
	Key   string // of the sentence; "" for a verdict that has none here
	Next  string // key of the step that was asked then, or ""
}

// judgementOf returns the verdict on the attempt at an index.
func judgementOf(attempts []repli.Attempt, i int) judgement {
	switch a := attempts[i]; a.Verdict {
	case repli.Use:
		if a.Step == repli.StepLastResort {
			return judgement{"warn", "timeline.spoke", ""}
		}
		return judgement{"good", "timeline.used", ""}
	case repli.Again:
		return judgement{"warn", "timeline.again", ""}
	case repli.Next:
		for _, later := range attempts[i+1:] {
			if later.Step != a.Step && later.Verdict != repli.Late {
				next, _ := stepKey(later.Step)
				return judgement{"bad", "timeline.next", next}
			}
		}
		return judgement{"bad", "timeline.failed", ""}
	case repli.Late:
		return judgement{"warn", "timeline.late", ""}
	case repli.Skipped:
		return judgement{"dull", "timeline.skipped", ""}
	default:
		return judgement{"dull", "", ""}
	}
}

// fields returns a header's fields by name, a value each.
func fields(h repli.Header) []field {
	var all []field
	for name, values := range h {
		for _, v := range values {
			all = append(all, field{name, v})
		}
	}
	slices.SortStableFunc(all, func(a, b field) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// params returns the parameters of a form in their order, and the names of those without a
// value; none if the body is no form.
func params(body string) (all []field, blank []string) {
	for pair := range strings.SplitSeq(body, "&") {
		name, value, ok := strings.Cut(pair, "=")
		n, err1 := url.QueryUnescape(name)
		v, err2 := url.QueryUnescape(value)
		if !ok || err1 != nil || err2 != nil {
			return nil, nil
		}
		if v == "" {
			blank = append(blank, n)
			continue
		}
		all = append(all, field{n, v})
	}
	return all, blank
}

// A scale is the time in which attempts were made.
type scale struct {
	begin time.Time
	whole time.Duration
}

func scaleOf(began time.Time, attempts []repli.Attempt) scale {
	s := scale{begin: attempts[0].Started}
	if !began.IsZero() && began.Before(s.begin) {
		s.begin = began
	}
	for _, a := range attempts {
		if a.Started.Before(s.begin) {
			s.begin = a.Started
		}
	}
	for _, a := range attempts {
		s.whole = max(s.whole, a.Started.Add(a.Total).Sub(s.begin))
	}
	s.whole = max(s.whole, time.Millisecond)
	return s
}

// percent returns how much of the scale a time takes.
func (s scale) percent(d time.Duration) float64 { return 100 * float64(d) / float64(s.whole) }

func percentage(f float64) string { return strconv.FormatFloat(f, 'f', 2, 64) + "%" }

// thinnest is the width of a bar that can still be seen, in percent.
const thinnest = 0.4

// phases returns the parts of an attempt that took time; of one that took none, one part.
func (s scale) phases(a repli.Attempt) []phase {
	rest := phase{Kind: "body", Key: "timeline.body"}
	if a.Status == 0 && a.Verdict != repli.Use {
		rest = phase{Kind: "lost", Key: "timeline.lost"}
	}
	rest.Took = max(a.Total-a.DNS-a.Connect-a.TLS-a.Wait, 0)
	all := []phase{
		{Kind: "dns", Key: "timeline.dns", Took: a.DNS},
		{Kind: "connect", Key: "timeline.connect", Took: a.Connect},
		{Kind: "tls", Key: "timeline.tls", Took: a.TLS},
		{Kind: "wait", Key: "timeline.wait", Took: a.Wait},
		rest,
	}
	all = slices.DeleteFunc(all, func(p phase) bool { return p.Took <= 0 })
	if len(all) == 0 && a.Verdict != repli.Skipped {
		all = []phase{rest} // it took no time, but was there
	}
	at := a.Started.Sub(s.begin)
	for i := range all {
		p := &all[i]
		wide := max(s.percent(p.Took), thinnest)
		p.At, p.Width = percentage(min(s.percent(at), 100-wide)), percentage(wide)
		at += p.Took
	}
	return all
}

// marks returns round times on the scale, at most five, the end besides.
func (s scale) marks() []mark {
	step := time.Millisecond
	for i := 0; s.whole/step > 5; i++ {
		step = step * time.Duration([]int{2, 5, 2}[i%3]) / time.Duration([]int{1, 2, 1}[i%3])
	}
	var all []mark
	for d := step; d <= s.whole; d += step {
		at := s.percent(d)
		all = append(all, mark{d, percentage(at), at > 92})
	}
	return all
}
