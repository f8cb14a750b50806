package app

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/repli-sms/repli/config"
	"github.com/repli-sms/repli/sms"
	"github.com/repli-sms/repli/twiml"
)

// check prints the problems of each document like a compiler, and returns the worst exit code:
// that of an unreadable file, of a document with errors, or of one without.
func (p Process) check(c *config.Check) int {
	worst := exitFine
	for _, name := range c.Files {
		worst = max(worst, p.checkFile(name, c.Verbose))
	}
	return worst
}

func (p Process) checkFile(name string, verbose bool) int {
	src, name, err := p.read(name)
	if err != nil {
		return p.fail(err)
	}
	report := twiml.Check(src)
	for _, problem := range report.Problems {
		fmt.Fprintf(p.Stdout, "%s:%v\n", name, problem)
	}
	if !report.Valid {
		return exitBad
	}
	if verbose {
		fmt.Fprintf(p.Stdout, "%s: %s, %s\n", name, report.Label, summary(report.Messages))
	}
	return exitFine
}

// read returns the content of a file, or of standard input for the name -, and the name to print.
func (p Process) read(name string) ([]byte, string, error) {
	if name != "-" {
		src, err := os.ReadFile(name)
		return src, name, err
	}
	name = "<stdin>"
	src, err := io.ReadAll(p.Stdin)
	if err != nil {
		return nil, name, fmt.Errorf("%s: %w", name, err)
	}
	return src, name, nil
}

// summary returns the cost of messages, such as "1 message: UCS-2, 2 segments".
func summary(messages []twiml.MessageText) string {
	if len(messages) == 0 {
		return "no message"
	}
	var costs []string
	for _, m := range messages {
		costs = append(costs, cost(m))
	}
	return count(len(messages), "message") + ": " + strings.Join(costs, "; ")
}

func cost(m twiml.MessageText) string {
	text := sms.Measure(m.Body)
	parts := []string{string(text.Encoding), count(text.Segments, "segment")}
	if len(m.Media) > 0 {
		parts = append(parts, fmt.Sprintf("%d media", len(m.Media)))
	}
	if strings.Contains(m.Body, "{{") {
		parts = append(parts, "before its placeholders are filled in")
	}
	return strings.Join(parts, ", ")
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
