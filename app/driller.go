package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/config"
)

// A driller drills numbers, several concurrently, and prints results as they arrive, in the order
// of the numbers.
type driller struct {
	*config.Drill
	api    apiClient
	out    io.Writer
	drills []drillReport // those that have ended
	raw    []json.RawMessage
}

// A drillReport is a drill as the API returns it.
type drillReport struct {
	SID        string            `json:"sid"`
	Number     string            `json:"number"`
	Status     string            `json:"status"`
	Reason     string            `json:"reason"`
	Started    time.Time         `json:"started"`
	Ended      time.Time         `json:"ended"`
	Results    []drillResult     `json:"results"`
	NotCovered []repli.FaultKind `json:"not_covered"`
}

type drillResult struct {
	Fault         string `json:"fault"`
	Passed        bool   `json:"passed"`
	TexterWaitsMS int64  `json:"texter_waits_ms"`
	Reason        string `json:"reason"`
	Fix           string `json:"fix"`
}

// all drills the numbers of the command line.
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
	return d.each(ctx, numbers)
}

// atOnce is the number of concurrent drills.
const atOnce = 4

// A drilled is a number being drilled.
type drilled struct {
	number string
	lines  chan string // lines to print; closed when the drill is over
	report drillReport
	raw    json.RawMessage
	err    error
}

// each drills numbers. It stops at the first one that cannot be drilled.
func (d *driller) each(ctx context.Context, numbers []string) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	all := make([]*drilled, len(numbers))
	for i, number := range numbers {
		all[i] = &drilled{number: number, lines: make(chan string, 32)}
	}
	go d.start(ctx, all)
	for _, one := range all {
		for line := range one.lines {
			fmt.Fprint(d.out, line)
		}
		if one.err != nil {
			return one.err
		}
		d.drills, d.raw = append(d.drills, one.report), append(d.raw, one.raw)
	}
	return nil
}

// start drills numbers, several concurrently, in their order, until one cannot be drilled; it
// skips those after it.
func (d *driller) start(ctx context.Context, all []*drilled) {
	free := make(chan struct{}, atOnce)
	var gaveUp atomic.Bool
	for _, one := range all {
		free <- struct{}{}
		if gaveUp.Load() {
			return
		}
		go func() {
			defer func() { <-free }()
			defer close(one.lines)
			if one.err = d.one(ctx, one); one.err != nil {
				gaveUp.Store(true)
			}
		}()
	}
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
		_, query, _ := strings.Cut(page.Next, "?") // the host of the URL is the public one
		if path = ""; query != "" {
			path = "/repli/v1/numbers?" + query
		}
	}
	slices.Reverse(numbers)
	return numbers, nil
}

// lookAgain is the polling interval for new results.
const lookAgain = 100 * time.Millisecond

// one drills a number and prints the result.
func (d *driller) one(ctx context.Context, one *drilled) error {
	in := map[string]any{"number": one.number}
	if len(d.Faults) > 0 {
		in["faults"] = d.Faults
	}
	shown := map[string]bool{}
	err := d.api.call(ctx, "POST", "/repli/v1/drills", in, &one.raw)
	for ; err == nil; err = d.api.call(ctx, "GET", "/repli/v1/drills/"+url.PathEscape(one.report.SID), nil, &one.raw) {
		one.report = drillReport{}
		if err := json.Unmarshal(one.raw, &one.report); err != nil {
			return fmt.Errorf("%s answers, but it is not a Repli server: %w", d.api.base, err)
		}
		if one.say(ctx, shown); one.report.Status != "running" {
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

// say prints what has not been printed yet.
func (one *drilled) say(ctx context.Context, shown map[string]bool) {
	var lines []string
	if len(shown) == 0 {
		lines = append(lines, one.report.Number+"\n")
		shown[""] = true
	}
	for _, r := range one.report.Results {
		if !shown[r.Fault] {
			shown[r.Fault] = true
			lines = append(lines, fmt.Sprintf("  %-4s  %-15s  %s\n", mark(r.Passed), r.Fault, visible(r.Reason)))
		}
	}
	if one.report.Status != "running" {
		for _, k := range one.report.NotCovered {
			lines = append(lines, fmt.Sprintf("  %-4s  %-15s  Not covered: it would be texted as it is, because TwiML is not required.\n", "--", k))
		}
		lines = append(lines, fmt.Sprintf("  %s: %s\n", one.report.Status, visible(one.report.Reason)))
	}
	for _, line := range lines {
		select {
		case one.lines <- line:
		case <-ctx.Done():
		}
	}
}
