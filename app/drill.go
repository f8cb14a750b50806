package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/repli-sms/repli/config"
)

// drill drills numbers of a running server, or reports on them, and returns the exit code.
func (p Process) drill(ctx context.Context, c *config.Drill) int {
	d := driller{Drill: c, api: client(c.Client), out: p.Stdout}
	if c.Report {
		return p.report(ctx, &d)
	}
	if c.JSON {
		d.out = io.Discard
	}
	failed := d.all(ctx)
	if c.JUnit != "" {
		text, err := junit(d.drills)
		if err == nil {
			err = os.WriteFile(c.JUnit, text, 0o644)
		}
		if err != nil {
			return p.fail(err)
		}
	}
	if c.JSON {
		if err := printJSON(p.Stdout, map[string]any{"drills": d.raw}); err != nil {
			return p.fail(err)
		}
	}
	if failed != nil {
		return p.fail(failed)
	}
	fmt.Fprint(d.out, toMend(d.drills))
	if slices.ContainsFunc(d.drills, func(r drillReport) bool { return r.Status != "passed" }) {
		return exitBad
	}
	return exitFine
}

// A driller drills numbers one after the other, and prints each result when it is there.
type driller struct {
	*config.Drill
	api    apiClient
	out    io.Writer
	drills []drillReport // those that have ended
	raw    []json.RawMessage
}

// A drillReport is a drill as the API shows it.
type drillReport struct {
	SID     string        `json:"sid"`
	Number  string        `json:"number"`
	Status  string        `json:"status"`
	Reason  string        `json:"reason"`
	Started time.Time     `json:"started"`
	Ended   time.Time     `json:"ended"`
	Results []drillResult `json:"results"`
}

type drillResult struct {
	Fault         string `json:"fault"`
	Passed        bool   `json:"passed"`
	TexterWaitsMS int64  `json:"texter_waits_ms"`
	Reason        string `json:"reason"`
	Mend          string `json:"mend"`
}

// all drills the numbers that were asked for.
func (d *driller) all(ctx context.Context) error {
	numbers := d.Numbers
	if d.All {
		var err error
		if numbers, err = d.everyNumber(ctx); err != nil {
			return err
		}
		if len(numbers) == 0 {
			return fmt.Errorf("%s has no number to drill", d.api.base)
		}
	}
	for _, number := range numbers {
		if err := d.one(ctx, number); err != nil {
			return err
		}
	}
	return nil
}

// everyNumber returns the numbers of the server, oldest first.
func (d *driller) everyNumber(ctx context.Context) ([]string, error) {
	var numbers []string
	for path := "/repli/v1/numbers?limit=1000"; path != ""; {
		var page struct {
			Numbers []struct {
				Number string `json:"number"`
			} `json:"numbers"`
			Next string `json:"next"`
		}
		if err := d.api.call(ctx, "GET", path, nil, &page); err != nil {
			return nil, err
		}
		for _, n := range page.Numbers {
			numbers = append(numbers, n.Number)
		}
		_, query, _ := strings.Cut(page.Next, "?") // its host is the one the world knows
		if path = ""; query != "" {
			path = "/repli/v1/numbers?" + query
		}
	}
	slices.Reverse(numbers)
	return numbers, nil
}

// lookAgain is how long the command waits before it looks for new results.
const lookAgain = 100 * time.Millisecond

// one drills a number and prints what comes of it.
func (d *driller) one(ctx context.Context, number string) error {
	in := map[string]any{"number": number}
	if len(d.Faults) > 0 {
		in["faults"] = d.Faults
	}
	var raw json.RawMessage
	var now drillReport
	shown := map[string]bool{}
	err := d.api.call(ctx, "POST", "/repli/v1/drills", in, &raw)
	for ; err == nil; err = d.api.call(ctx, "GET", "/repli/v1/drills/"+url.PathEscape(now.SID), nil, &raw) {
		now = drillReport{}
		if err := json.Unmarshal(raw, &now); err != nil {
			return fmt.Errorf("%s answers, but not as Repli does: %w", d.api.base, err)
		}
		if len(shown) == 0 {
			fmt.Fprintln(d.out, now.Number)
			shown[""] = true
		}
		for _, r := range now.Results {
			if !shown[r.Fault] {
				shown[r.Fault] = true
				fmt.Fprintf(d.out, "  %-4s  %-15s  %s\n", mark(r.Passed), r.Fault, r.Reason)
			}
		}
		if now.Status != "running" {
			fmt.Fprintf(d.out, "  %s: %s\n", now.Status, now.Reason)
			d.drills, d.raw = append(d.drills, now), append(d.raw, raw)
			return nil
		}
		select {
		case <-time.After(lookAgain):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return err
}

func mark(passed bool) string {
	if passed {
		return "ok"
	}
	return "FAIL"
}

// toMend lists what the drills found wrong, each thing once with the faults that showed it.
func toMend(drills []drillReport) string {
	var b strings.Builder
	bad := 0
	for _, d := range drills {
		if d.Status == "passed" {
			continue
		}
		if bad++; bad == 1 {
			b.WriteString("\nWhat to mend:\n")
		}
		if d.Status == "interrupted" {
			fmt.Fprintf(&b, "  %s: %s\n", d.Number, d.Reason)
		}
		var order []string
		faults := map[string][]string{}
		for _, r := range d.Results {
			if r.Mend == "" {
				continue
			}
			if faults[r.Mend] == nil {
				order = append(order, r.Mend)
			}
			faults[r.Mend] = append(faults[r.Mend], r.Fault)
		}
		for _, mend := range order {
			fmt.Fprintf(&b, "  %s: %s (%s)\n", d.Number, mend, strings.Join(faults[mend], ", "))
		}
	}
	fmt.Fprintf(&b, "\n%s drilled, %d passed.\n", count(len(drills), "number"), len(drills)-bad)
	return b.String()
}

// report prints how far each fallback can be relied on.
func (p Process) report(ctx context.Context, d *driller) int {
	var raw json.RawMessage
	var all struct {
		Numbers []struct {
			Number    string    `json:"number"`
			Grade     string    `json:"grade"`
			Reason    string    `json:"reason"`
			LastDrill time.Time `json:"last_drill"`
			LastUsed  time.Time `json:"last_used"`
		} `json:"numbers"`
	}
	err := d.api.call(ctx, "GET", "/repli/v1/coverage", nil, &raw)
	if err == nil {
		err = json.Unmarshal(raw, &all)
	}
	if err != nil {
		return p.fail(err)
	}
	code := exitFine
	if d.JSON {
		if err := printJSON(p.Stdout, raw); err != nil {
			return p.fail(err)
		}
		d.out = io.Discard
	}
	for _, n := range all.Numbers {
		fmt.Fprintf(d.out, "%-11s  %s  %s (drilled %s, used %s)\n", n.Grade, n.Number, n.Reason, day(n.LastDrill), day(n.LastUsed))
		if slices.Contains([]string{"none", "failing", "shared fate"}, n.Grade) {
			code = exitBad
		}
	}
	return code
}

func day(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format("2006-01-02 15:04 UTC")
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
