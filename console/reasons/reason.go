// Package reasons says in the languages of the console what package drill says in English, in the same
// words.
package reasons

import (
	"embed"
	"html/template"
	"strconv"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/console/frame"
)

//go:embed *.json
var files embed.FS

// Folder returns the texts, and what templates can call:
//
//	drillReason .Drill     what came of a drill, in a sentence
//	resultReason .         what came of one fault
//	coverReason .Coverage  how far a number's fallback can be relied on
func Folder() frame.Folder {
	return frame.Folder{Name: "reasons", Files: files, Funcs: func(lang frame.Language) template.FuncMap {
		return template.FuncMap{
			"drillReason":  func(d repli.Drill) (string, error) { return Drill(lang, d) },
			"resultReason": func(r repli.DrillResult) (string, error) { return Result(lang, r) },
			"coverReason":  func(c repli.Coverage) (string, error) { return Coverage(lang, c) },
		}
	}}
}

// A reasoner says in one language what package drill says in English, in the same words. It
// keeps the first error.
type reasoner struct {
	lang frame.Language
	err  error
}

// Drill returns the sentence about the result of a drill, "" while it runs.
func Drill(lang frame.Language, d repli.Drill) (string, error) {
	r := reasoner{lang: lang}
	return r.drill(d), r.err
}

// Result says what broke, who answered, what would be read, and what to fix.
func Result(lang frame.Language, one repli.DrillResult) (string, error) {
	r := reasoner{lang: lang}
	return r.result(one), r.err
}

// Coverage says how far a fallback can be relied on, and what to do.
func Coverage(lang frame.Language, c repli.Coverage) (string, error) {
	r := reasoner{lang: lang}
	return r.coverage(c), r.err
}

// Rehearsal says whether a primary answered, and what.
func Rehearsal(lang frame.Language, one repli.Rehearsal) (string, error) {
	r := reasoner{lang: lang}
	return r.rehearsal(one), r.err
}

func (r *reasoner) say(key string, more ...any) string {
	said, err := r.lang.Text(key, more...)
	if r.err == nil {
		r.err = err
	}
	return said
}

// drillReasons are the keys of the sentences about a drill.
func drillReasons() map[repli.DrillStatus]string {
	return map[repli.DrillStatus]string{
		repli.DrillPassed:      "reasons.drill_passed",
		repli.DrillDegraded:    "reasons.drill_degraded",
		repli.DrillBad:         "reasons.drill_failed",
		repli.DrillInterrupted: "reasons.drill_interrupted",
	}
}

// cuts are the keys of the sentences about a drill that was interrupted.
func cuts() map[repli.Cut]string {
	return map[repli.Cut]string{
		repli.ServerStopped: "reasons.cut_server_stopped",
		repli.ServerDied:    "reasons.cut_server_died",
		repli.StoreFailed:   "reasons.cut_store_failed",
		repli.NumberDeleted: "reasons.cut_number_deleted",
	}
}

func (r *reasoner) drill(d repli.Drill) string {
	key, over := drillReasons()[d.Status]
	if !over {
		return ""
	}
	if why, known := cuts()[d.Cut]; known {
		key = why
	}
	bad := 0
	for _, one := range d.Results {
		if !one.Passed {
			bad++
		}
	}
	return r.say(key, "Number", d.Number, "Bad", bad, "Of", len(d.Results))
}

func (r *reasoner) result(one repli.DrillResult) string {
	if one.Fault == repli.DrillQuest {
		return r.quest(one)
	}
	broke := r.say(failing()[one.Fault])
	if one.ErrorCode != 0 {
		broke = r.say("reasons.coded", "Broke", broke, "Code", strconv.Itoa(one.ErrorCode))
	}
	if one.Finding.Kind == "" {
		return r.say("reasons.result", "Broke", broke, "Answer", r.answer(one))
	}
	why := r.found(whys()[one.Finding.Kind], one.Finding)
	return r.say("reasons.result_flawed", "Broke", broke, "Why", why, "Answer", r.answer(one), "Fix", r.fix(one.Finding))
}

// quest says what TwilioQuest makes of a fallback.
func (r *reasoner) quest(one repli.DrillResult) string {
	switch f := one.Finding; f.Kind {
	case "":
		return r.say("reasons.quest_passed")
	case repli.OutOfTime:
		return r.say("reasons.quest_out_of_time")
	case repli.NoFallback:
		return r.say("reasons.quest_no_fallback") + " " + r.fix(f)
	case repli.HandlerFails:
		return r.found("reasons.quest_handler_fails", f) + " " + r.fix(f)
	default:
		return r.say("reasons.quest_no_message") + " " + r.fix(f)
	}
}

// answer returns the sentence about the step that would have answered, and its text.
func (r *reasoner) answer(one repli.DrillResult) string {
	key := "reasons.read_nothing"
	switch one.AnsweredBy {
	case repli.ByPrimary:
		key = "reasons.read_primary"
	case repli.ByFallback:
		key = "reasons.read_fallback"
	case repli.ByLastResort:
		key = "reasons.read_last_resort"
	}
	return r.read(key, one)
}

// read returns the sentence with the text that was read, and after how long.
func (r *reasoner) read(key string, one repli.DrillResult) string {
	wait := one.Waits.Round(100 * time.Millisecond).Seconds()
	return r.say(key, "Text", oneLine(one.Text), "Wait", r.lang.Decimal(wait))
}

// oneLine returns a text as a sentence quotes it: on one line, and not too long.
func oneLine(text string) string {
	const most = 80
	line := []rune(strings.Join(strings.Fields(text), " "))
	if len(line) > most {
		line = append(line[:most-1], '…')
	}
	return string(line)
}

func (r *reasoner) rehearsal(one repli.Rehearsal) string {
	switch result := one.Result; {
	case result.Finding.Kind == repli.NobodyAsked:
		return r.found("reasons.rehearsed_nobody", result.Finding)
	case !one.Passed:
		return r.found("reasons.rehearsed_fails", result.Finding)
	case result.Segments == 0:
		return r.read("reasons.rehearsed_silent", result)
	default:
		return r.read("reasons.rehearsed", result)
	}
}

// coverage says why a number has its grade.
func (r *reasoner) coverage(c repli.Coverage) string {
	f := c.Finding
	switch {
	case c.Grade == repli.GradeProven:
		return r.drill(c.Last)
	case c.Grade == repli.GradeFailing:
		return r.say("reasons.covered_failing", "Worst", r.failed(c), "Number", c.Number)
	case c.Grade == repli.GradeNone:
		return r.found(covers()[f.Kind], f) + " " + r.fix(f)
	case f.Kind == repli.LongAgo && f.Time < 48*time.Hour:
		return r.say("reasons.covered_hours_ago", "Count", int(f.Time.Hours()), "Number", c.Number)
	case f.Kind == repli.LongAgo:
		return r.say("reasons.covered_days_ago", "Count", int(f.Time.Hours()/24), "Number", c.Number)
	}
	return r.found(covers()[f.Kind], f)
}

// failed says how the last drill failed.
func (r *reasoner) failed(c repli.Coverage) string {
	switch {
	case c.Finding.Kind == "":
		return r.result(repli.WorstOf(c.Last.Results))
	case c.Last.Status == repli.DrillDegraded:
		return r.say("reasons.covered_degraded_before")
	}
	return r.say("reasons.covered_failed_before")
}

// fix says what to do about a finding.
func (r *reasoner) fix(f repli.Finding) string {
	said := r.found(fixes()[f.Kind], f)
	if f.Kind == repli.NoMessage && f.Detail != "" {
		said += " " + r.found("reasons.odd_document", f)
	}
	return said
}

// found says a text with the parts of a finding.
func (r *reasoner) found(key string, f repli.Finding) string {
	whose := f.Number
	if f.By != "" {
		whose = r.say("reasons.whose", "By", string(f.By), "Number", f.Number)
	}
	return r.say(key, "Number", f.Number, "Whose", whose, "Place", f.Place, "Code", strconv.Itoa(f.Code), "Detail", f.Detail,
		"Time", f.Time.String(), "Milliseconds", strconv.FormatInt(f.Time.Milliseconds(), 10))
}
