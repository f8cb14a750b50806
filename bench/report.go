package main

import (
	"fmt"
	"os"
	"strings"
	"time"
	"unicode/utf8"
)

// A report has a table for each measurement.
type report struct {
	machine string
	date    time.Time
	took    time.Duration
	tables  []table
}

// A table is the result of one measurement.
type table struct {
	title string
	lines []line
	note  string // a sentence under it, or ""
}

// A line is one number with its required limit and its goal.
type line struct{ what, measured, must, goal, verdict string }

// A bound is a required limit and a goal.
type bound struct {
	must, goal float64
	atLeast    bool
}

func atLeast(must, goal float64) bound { return bound{must, goal, true} }
func atMost(must, goal float64) bound  { return bound{must, goal, false} }

// verdict compares a value with the bound.
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

// judge adds a number with a bound. format formats the value and its limits.
func (t *table) judge(what, format string, value float64, b bound) {
	sign := "≤ "
	if b.atLeast {
		sign = "≥ "
	}
	t.lines = append(t.lines, line{
		what, fmt.Sprintf(format, value), sign + fmt.Sprintf(format, b.must), sign + fmt.Sprintf(format, b.goal), b.verdict(value),
	})
}

// tell adds a number without a bound.
func (t *table) tell(what, format string, values ...any) {
	t.lines = append(t.lines, line{what: what, measured: fmt.Sprintf(format, values...)})
}

// String returns the report in Markdown.
func (r report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s, in %v.\n", r.date.UTC().Format("2 January 2006 15:04 UTC"), r.machine, r.took.Round(time.Second))
	for _, t := range r.tables {
		fmt.Fprintf(&b, "\n### %s\n\n", t.title)
		t.print(&b)
		if t.note != "" {
			fmt.Fprintf(&b, "\n%s\n", t.note)
		}
	}
	return b.String()
}

// print prints the lines of a table in columns.
func (t table) print(b *strings.Builder) {
	rows := append([]line{{"what", "measured", "must", "goal", "verdict"}, {}}, t.lines...)
	widths := make([]int, 5)
	for _, l := range rows {
		for i, cell := range l.cells() {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for i, l := range rows {
		b.WriteString("|")
		for j, cell := range l.cells() {
			fill := " "
			if i == 1 {
				fill = "-"
			}
			fmt.Fprintf(b, "%s%s%s|", fill, cell+strings.Repeat(fill, widths[j]-utf8.RuneCountInString(cell)), fill)
		}
		b.WriteString("\n")
	}
}

func (l line) cells() [5]string { return [5]string{l.what, l.measured, l.must, l.goal, l.verdict} }

// The lines between which the tables stand in a document.
const (
	tableBegins = "<!-- make bench: from here -->\n"
	tableEnds   = "<!-- to here -->\n"
)

// writeInto replaces the tables of a document.
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
