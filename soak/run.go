//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A soaking is one run, while it goes on.
type soaking struct {
	o       options
	plan    plan
	s       *server
	stepped string // the binary whose clock is stepped
	began   time.Time
	storms  time.Time // when the storm begins
	watched time.Time // when the size of the last life begins to count
	windows []window
}

// run plays a whole run and returns what was seen.
func run(ctx context.Context, o options) (got report, err error) {
	if o.repli, err = filepath.Abs(o.repli); err != nil {
		return got, err
	}
	work, err := os.MkdirTemp("", "repli-soak-")
	if err != nil {
		return got, err
	}
	defer func() {
		if err == nil {
			err = os.RemoveAll(work)
		}
	}()
	r := soaking{o: o, plan: planned(o.long)}
	if r.stepped, err = buildStepped(ctx, o.source, work); err != nil {
		return got, err
	}
	logged := filepath.Join(work, "log")
	if r.s, err = newServer(o.dir, logged); err != nil {
		return got, err
	}
	if got, err = r.play(ctx); err != nil {
		return got, fmt.Errorf("%w; the server's log: %s", err, logged)
	}
	got.logged, err = logLines(logged)
	return got, err
}

// play plays the quiet start, the storm, and the end.
func (r *soaking) play(ctx context.Context) (got report, err error) {
	c, err := newCustomers("http://" + account + ":" + token + "@127.0.0.1:" + r.s.port + "/repli/v1/reset")
	if err != nil {
		return got, err
	}
	defer c.web.Close()
	if err := r.s.start(ctx, r.o.repli, ""); err != nil {
		return got, err
	}
	defer func() { _ = r.s.end(os.Kill) }()
	p := people{s: r.s, customers: c, numbers: numbers(), again: r.plan.again}
	for _, n := range p.numbers {
		if err := c.add(ctx, r.s, n); err != nil {
			return got, fmt.Errorf("adding %s: %w", n.address, err)
		}
	}
	load := busy()
	r.began = time.Now()
	r.storms = r.began.Add(r.plan.quiet)
	foreign, err := r.weather(ctx, &p, &got)
	if err != nil {
		return got, err
	}
	got.opened, got.guessed, got.let = foreign.opened.Load(), foreign.guessed.Load(), foreign.let.Load()
	got.load = busy().since(load)
	got.texts = p.all()
	got.took, got.storms, got.watched, got.windows, got.lives = time.Since(r.began), r.storms, r.watched, r.windows, r.s.lives
	if r.s.died.Load() {
		return got, errors.New("the server ended by itself")
	}
	return got, r.s.end(syscall.SIGTERM)
}

// weather has people text for the whole time, and after the quiet start everything else happen.
func (r *soaking) weather(ctx context.Context, p *people, got *report) (*strangers, error) {
	ctx, over := context.WithCancel(ctx)
	defer over()
	foreign := newStrangers(r.s.port)
	var all sync.WaitGroup
	all.Go(func() { p.text(ctx, r.o.rate, func() bool { return time.Now().Before(r.storms) }) })
	all.Go(func() { got.samples = r.s.watch(ctx, min(r.o.long/200, time.Second)) })
	var err error
	if pause(ctx, r.plan.quiet) {
		all.Go(func() { foreign.harm(ctx) })
		err = r.storm(ctx)
	}
	over()
	all.Wait()
	return foreign, err
}

// logLines returns how many lines a log has.
func logLines(path string) (int, error) {
	text, err := os.ReadFile(path)
	return strings.Count(string(text), "\n"), err
}

// A processorTime is how long the processors have been busy since boot.
type processorTime struct{ busy, all float64 }

// busy reads it.
//
// Linux: proc_stat(5)
func busy() (t processorTime) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return t
	}
	for i, field := range strings.Fields(strings.SplitN(string(text), "\n", 2)[0]) {
		n := 0.0
		if _, err := fmt.Sscan(field, &n); err != nil || i > 8 { // cpu user nice system idle iowait …
			continue
		}
		if t.all += n; i != 4 && i != 5 {
			t.busy += n
		}
	}
	return t
}

// since returns the share of the processors' time that was used between two readings.
func (t processorTime) since(before processorTime) float64 {
	return (t.busy - before.busy) / max(1, t.all-before.all)
}

// machine describes this machine in a few words.
func machine() string {
	return fmt.Sprintf("%d cores, %s/%s, %s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
}
