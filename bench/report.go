package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// A report is what was measured, line by line.
type report struct {
	machine string
	date    time.Time
	took    time.Duration
	lines   []line
}

// A line is one number beside what it must be and what it should be.
type line struct{ what, measured, must, goal, verdict string }

// A bound says what a number must be and what it should be.
type bound struct {
	must, goal float64
	atLeast    bool
}

func atLeast(must, goal float64) bound { return bound{must, goal, true} }
func atMost(must, goal float64) bound  { return bound{must, goal, false} }

// verdict says whether a value keeps within the bound.
func (b bound) verdict(value float64) string {
	within := func(limit float64) bool {
		if b.atLeast {
			return value >= limit
		}
		return value <= limit
	}
	switch {
	case within(b.goal):
		return "met, goal met"
	case within(b.must):
		return "met"
	default:
		return "**missed**"
	}
}

// judge adds a number that has a bound. format prints it and its limits.
func (r *report) judge(what, format string, value float64, b bound) {
	sign := "≤ "
	if b.atLeast {
		sign = "≥ "
	}
	r.lines = append(r.lines, line{
		what, fmt.Sprintf(format, value), sign + fmt.Sprintf(format, b.must), sign + fmt.Sprintf(format, b.goal), b.verdict(value),
	})
}

// tell adds a number that has none.
func (r *report) tell(what, format string, values ...any) {
	r.lines = append(r.lines, line{what: what, measured: fmt.Sprintf(format, values...)})
}

// describeMachine says in a line what this was measured on.
func describeMachine() string {
	model := "unknown processor"
	if b, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for l := range strings.Lines(string(b)) {
			if name, value, ok := strings.Cut(l, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%d cores of %s, %s/%s, %s", runtime.NumCPU(), model, runtime.GOOS, runtime.GOARCH, runtime.Version())
}

// String returns the report as a table in Markdown.
func (r report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s, in %v.\n\n", r.date.UTC().Format("2 January 2006 15:04 UTC"), r.machine, r.took.Round(time.Second))
	rows := append([]line{{"what", "measured", "must", "goal", "verdict"}, {}}, r.lines...)
	widths := make([]int, 5)
	for _, l := range rows {
		for i, cell := range l.cells() {
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	for i, l := range rows {
		b.WriteString("|")
		for j, cell := range l.cells() {
			fill := " "
			if i == 1 {
				fill = "-"
			}
			fmt.Fprintf(&b, "%s%s%s|", fill, cell+strings.Repeat(fill, widths[j]-len([]rune(cell))), fill)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func (l line) cells() [5]string { return [5]string{l.what, l.measured, l.must, l.goal, l.verdict} }

// Between these lines of a document the tables stand.
const (
	tableBegins = "<!-- make bench: from here -->\n"
	tableEnds   = "<!-- to here -->\n"
)

// writeInto puts the report in its place in a document.
func (r report) writeInto(path string) error {
	doc, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(doc), tableBegins)
	_, after, ends := strings.Cut(rest, tableEnds)
	if !ok || !ends {
		return fmt.Errorf("%s has no place for the tables", path)
	}
	return os.WriteFile(path, []byte(before+tableBegins+"\n"+r.String()+"\n"+tableEnds+after), 0o644)
}
