//go:build linux

package main

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// A report is what was seen in a run.
type report struct {
	texts           []text
	samples         []sample
	windows         []window
	storms, watched time.Time
	took            time.Duration
	lives           int
	opened          int64 // strangers' connections
	guessed, let    int64
	logged          int     // lines
	load            float64 // share of the processors that was used, by anybody
}

// Limits of what may grow over the time in which it is watched: a part of the mean, and something on top
// for what is noise in a small process.
const (
	mayGrow           = 0.2
	mayGrowResident   = 32  // MB
	mayGrowGoroutines = 200 // when more are in hand than at first
)

// A balance is what became of the texts.
type balance struct {
	sent, acknowledged, refused, answered int
	hostile                               int // acknowledged, to a hostile handler
	lost, twice, wrong                    int
	askedAgain, unasked                   int // honest handlers, no accident being the reason
	excused                               int // handlers asked again after a kill
	example                               string
}

func (r report) balance() (b balance) {
	b.sent = len(r.texts)
	for _, x := range r.texts {
		if x.refused {
			b.refused++
			continue
		}
		b.acknowledged++
		want := answerTo(x.body)
		if x.to.hostile != "" {
			b.hostile++
			want = lastResort
		}
		switch {
		case len(x.answers) == 0:
			b.lost++
			b.example = fmt.Sprintf("%s (%s) has no answer to %q, sent at %v: %s", x.phone, x.to.hostile, x.body, x.sent.Format(time.TimeOnly), x.state)
			continue
		case len(x.answers) > 1:
			b.twice++
			b.example = fmt.Sprintf("%s has %d answers to %q, %s", x.phone, len(x.answers), x.body, x.sid)
		case x.answers[0] != want:
			b.wrong++
			b.example = fmt.Sprintf("%s has %q, want %q, %s, sent at %v", x.phone, x.answers[0], want, x.sid, x.sent.Format(time.TimeOnly))
		}
		b.answered++
		switch {
		case x.to.hostile != "" || x.asked == 1:
		case x.asked == 0:
			b.unasked++
		case disturbed(r.windows, x.sent, x.answered, kill, clock, future):
			b.excused++
		default:
			b.askedAgain++
		}
	}
	return b
}

// waits returns how long texts to honest handlers waited in the quiet start and in the storm, accidents
// aside, in order of size.
func (r report) waits() (quiet, storm []time.Duration) {
	for _, x := range r.texts {
		switch {
		case x.answered.IsZero() || x.to.hostile != "" || disturbed(r.windows, x.sent, x.answered):
		case x.answered.Before(r.storms):
			quiet = append(quiet, x.answered.Sub(x.sent))
		case x.sent.After(r.storms):
			storm = append(storm, x.answered.Sub(x.sent))
		}
	}
	slices.Sort(quiet)
	slices.Sort(storm)
	return quiet, storm
}

// p99 returns the smallest of the sorted waits that 99 % do not exceed.
func p99(sorted []time.Duration) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[(len(sorted)*99+99)/100-1]
}

// sizes returns the trends of resident memory and goroutines in the last life, accidents aside.
func (r report) sizes() (resident, goroutines trend) {
	var steady []sample
	for _, s := range r.samples {
		if !r.watched.IsZero() && s.at.After(r.watched) && !disturbed(r.windows, s.at, s.at) {
			steady = append(steady, s)
		}
	}
	return trendOf(steady, func(s sample) float64 { return s.resident }),
		trendOf(steady, func(s sample) float64 { return s.goroutines })
}

// complaints returns a sentence for each promise that was broken. most is how many times the p99 of the
// quiet start the others may wait; with 0, neither waits nor the server's size are looked at.
func (r report) complaints(most float64) (all []string) {
	complain := func(broken bool, format string, args ...any) {
		if broken {
			all = append(all, fmt.Sprintf(format, args...))
		}
	}
	b := r.balance()
	complain(b.acknowledged < b.sent/4, "only %d of %d texts were acknowledged, which proves too little", b.acknowledged, b.sent)
	complain(b.lost > 0, "%d acknowledged texts have no answer: %s", b.lost, b.example)
	complain(b.twice > 0, "%d texts have more than one answer: %s", b.twice, b.example)
	complain(b.wrong > 0, "%d texts have another answer than their handler gave: %s", b.wrong, b.example)
	complain(b.unasked > 0, "%d texts were answered but their handlers not asked", b.unasked)
	complain(b.askedAgain > 0, "%d texts were put to their handler again, although no process had died", b.askedAgain)
	complain(r.let > 0, "%d requests with a wrong token or for a foreign host were not refused", r.let)
	if most == 0 {
		return all
	}
	quiet, storm := r.waits()
	complain(len(quiet) == 0 || len(storm) == 0, "%d and %d waits were counted, which proves too little", len(quiet), len(storm))
	complain(float64(p99(storm)) > most*float64(p99(quiet)), "the others waited %v at the 99th percentile, want at most %g times the %v of the quiet start",
		p99(storm).Round(time.Millisecond), most, p99(quiet).Round(time.Millisecond))
	resident, goroutines := r.sizes()
	complain(resident.over == 0, "the size of the last life was not sampled, which proves nothing")
	complain(resident.grown() > mayGrow*resident.mean+mayGrowResident, "memory grew by %.0f MB from a mean of %.0f MB", resident.grown(), resident.mean)
	complain(goroutines.grown() > mayGrow*goroutines.mean+mayGrowGoroutines, "goroutines grew by %.0f from a mean of %.0f", goroutines.grown(), goroutines.mean)
	return all
}

// String returns the report as a table.
func (r report) String() string {
	var out strings.Builder
	t := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	row := func(what, format string, args ...any) { fmt.Fprintf(t, "%s\t%s\n", what, fmt.Sprintf(format, args...)) }
	b := r.balance()
	quiet, storm := r.waits()
	resident, goroutines := r.sizes()
	row("machine", "%s; %.0f %% busy in all", machine(), r.load*100)
	row("took", "%v, %d lives of the process", r.took.Round(time.Second), r.lives)
	row("accidents", "%s", r.accidents())
	row("texts", "%d sent, %d acknowledged (%d of them to hostile handlers), %d refused or unknown", b.sent, b.acknowledged, b.hostile, b.refused)
	row("answers", "%d answered, %d twice, %d lost, %d by the wrong one", b.answered, b.twice, b.lost, b.wrong)
	row("handlers", "%d asked again after a kill, %d for no reason, %d not asked", b.excused, b.askedAgain, b.unasked)
	row("others' p99", "%.1f ms quiet (%d texts), %.1f ms in the storm (%d texts), %.2f times",
		milliseconds(p99(quiet)), len(quiet), milliseconds(p99(storm)), len(storm), float64(p99(storm))/float64(max(1, p99(quiet))))
	row("memory", "%.0f MB on average, %+.2f MB a minute over %v", resident.mean, resident.slope, resident.over.Round(time.Second))
	row("goroutines", "%.0f on average, %+.1f a minute", goroutines.mean, goroutines.slope)
	row("strangers", "%d connections, %d guesses refused, %d not", r.opened, r.guessed, r.let)
	row("log", "%d lines", r.logged)
	t.Flush()
	return out.String()
}

// accidents counts the accidents by kind.
func (r report) accidents() string {
	var kinds []string
	for _, a := range []accident{kill, clock, future, full, famine} {
		n := 0
		for _, w := range r.windows {
			if w.accident == a {
				n++
			}
		}
		kinds = append(kinds, fmt.Sprintf("%d × %s", n, a))
	}
	return strings.Join(kinds, ", ")
}

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1000 }
