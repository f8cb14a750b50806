package numbers

import (
	"cmp"
	"strconv"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/console/frame"
)

// A moreForm is what the page of a number holds behind "More".
type moreForm struct {
	Breaker     bool
	Rehearse    bool
	SlowAfter   string // seconds
	RepeatAfter string // minutes
	KeepContent string // hours; "" is as the server does, 0 as long as the message
}

func moreFormOf(n repli.Number) moreForm {
	in := func(d, unit time.Duration) string { return strconv.FormatFloat(float64(d)/float64(unit), 'f', -1, 64) }
	return moreForm{
		Breaker: !n.BreakerOff, Rehearse: n.Rehearse,
		SlowAfter:   in(cmp.Or(n.Chain.SlowAfter, repli.DefaultSlowAfter), time.Second),
		RepeatAfter: in(n.Chain.RepeatAfter, time.Minute),
		KeepContent: shownKeep(n.KeepContent),
	}
}

// shownKeep returns how long a number keeps content as its form has it.
func shownKeep(keep time.Duration) string {
	if keep == 0 {
		return ""
	}
	return strconv.FormatFloat(max(0, keep).Hours(), 'f', -1, 64)
}

// typedKeep is the inverse of shownKeep.
func typedKeep(typed string) (time.Duration, bool) {
	if typed == "" {
		return 0, true
	}
	keep, ok := typedTime(typed, time.Hour, 0, repli.MaxKeepContent)
	if keep == 0 {
		keep = repli.WithMessage
	}
	return keep, ok
}

// typedMore returns the form as it was sent, or as n has it when it was not: a box without a
// tick sends nothing.
func typedMore(v *frame.Visit, n repli.Number) moreForm {
	if v.Field("more") == "" {
		return moreFormOf(n)
	}
	return moreForm{v.Field("breaker") != "", v.Field("rehearse") != "", v.Field("slow_after"), v.Field("repeat_after"), v.Field("keep_content")}
}

// apply makes n what the form says. Its errors are [fieldError].
func (f moreForm) apply(n *repli.Number) error {
	slow, ok := typedTime(f.SlowAfter, time.Second, time.Millisecond, repli.MaxAnswerBy)
	if !ok {
		return fieldError{"slow_after", repli.Errorf(20422, "A primary hangs after a number of seconds above 0 and up to %.0f, not %.32q",
			repli.MaxAnswerBy.Seconds(), f.SlowAfter)}
	}
	repeat, ok := typedTime(f.RepeatAfter, time.Minute, 0, repli.MaxRepeatAfter)
	if !ok {
		return fieldError{"repeat_after", repli.Errorf(20422, "A text is said again after a number of minutes from 0 to %.0f, not %.32q",
			repli.MaxRepeatAfter.Minutes(), f.RepeatAfter)}
	}
	keep, ok := typedKeep(f.KeepContent)
	if !ok {
		return fieldError{"keep_content", repli.Errorf(20422, "Content is kept for a number of hours from 0 to %.0f, not %.32q",
			repli.MaxKeepContent.Hours(), f.KeepContent)}
	}
	if slow == repli.DefaultSlowAfter {
		slow = 0
	}
	n.BreakerOff, n.Rehearse, n.KeepContent = !f.Breaker, f.Rehearse, keep
	n.Chain.SlowAfter, n.Chain.RepeatAfter = slow, repeat
	return nil
}

// typedTime reads a number of units that lies between two times.
func typedTime(typed string, unit, least, most time.Duration) (time.Duration, bool) {
	n, err := strconv.ParseFloat(typed, 64)
	if err != nil || !(n >= 0 && n <= float64(most/unit)) {
		return 0, false
	}
	d := time.Duration(n * float64(unit)).Round(time.Millisecond)
	return d, d >= least
}

// A fieldError is the problem of one field of a form.
type fieldError struct {
	field string
	err   error
}

func (e fieldError) Error() string { return e.err.Error() }
func (e fieldError) Unwrap() error { return e.err }
