package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/repli-sms/repli/config"
	"github.com/repli-sms/repli/quote"
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
	fmt.Fprint(d.out, toFix(d.drills))
	if slices.ContainsFunc(d.drills, func(r drillReport) bool { return r.Status != "passed" }) {
		return exitBad
	}
	return exitFine
}

func mark(passed bool) string {
	if passed {
		return "ok"
	}
	return "FAIL"
}

// toFix lists what the drills found wrong, each problem once with the faults that showed it.
func toFix(drills []drillReport) string {
	var b strings.Builder
	bad := 0
	for _, d := range drills {
		if d.Status == "passed" {
			continue
		}
		if bad++; bad == 1 {
			b.WriteString("\nWhat to fix:\n")
		}
		if d.Status == "interrupted" {
			fmt.Fprintf(&b, "  %s: %s\n", d.Number, visible(d.Reason))
		}
		var order []string
		faults := map[string][]string{}
		for _, r := range d.Results {
			if r.Fix == "" {
				continue
			}
			if faults[r.Fix] == nil {
				order = append(order, r.Fix)
			}
			faults[r.Fix] = append(faults[r.Fix], r.Fault)
		}
		for _, fix := range order {
			fmt.Fprintf(&b, "  %s: %s (%s)\n", d.Number, visible(fix), strings.Join(faults[fix], ", "))
		}
	}
	fmt.Fprintf(&b, "\n%s drilled, %d passed.\n", count(len(drills), "number"), len(drills)-bad)
	return b.String()
}

// report prints how well each fallback is proven.
func (p Process) report(ctx context.Context, d *driller) int {
	var raw json.RawMessage
	var all struct {
		Numbers []struct {
			Number     string    `json:"number"`
			Grade      string    `json:"grade"`
			Reason     string    `json:"reason"`
			LastDrill  time.Time `json:"last_drill"`
			LastUsed   time.Time `json:"last_used"`
			NotCovered []struct {
				Fault string `json:"fault"`
				Text  string `json:"text"`
			} `json:"not_covered"`
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
		fmt.Fprintf(d.out, "%-11s  %s  %s (drilled %s, used %s)\n", n.Grade, n.Number, visible(n.Reason), day(n.LastDrill), day(n.LastUsed))
		for _, u := range n.NotCovered {
			fmt.Fprintf(d.out, "             not covered: %s would text “%s”\n", u.Fault, quote.Words(u.Text, 80))
		}
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
