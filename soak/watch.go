//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"time"
)

// A sample is the size of the server's process at a time.
type sample struct {
	at                   time.Time
	resident, goroutines float64 // in MB; how many
}

// watch samples the process at each interval until ctx ends.
func (s *server) watch(ctx context.Context, each time.Duration) (all []sample) {
	for pause(ctx, each) {
		if got, err := s.sample(ctx); err == nil {
			all = append(all, got)
		}
	}
	return all
}

var goroutines = regexp.MustCompile(`(?m)^go_goroutines (\S+)$`)

func (s *server) sample(ctx context.Context) (sample, error) {
	got := sample{at: time.Now()}
	statm, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", s.pid.Load()))
	if err != nil {
		return got, err
	}
	var pages, resident int
	if _, err := fmt.Sscan(string(statm), &pages, &resident); err != nil {
		return got, err
	}
	got.resident = float64(resident*os.Getpagesize()) / 1e6
	resp, err := s.get(ctx, "/metrics")
	if err != nil {
		return got, err
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		return got, err
	}
	m := goroutines.FindSubmatch(page)
	if m == nil {
		return got, fmt.Errorf("/metrics has no go_goroutines")
	}
	got.goroutines, err = strconv.ParseFloat(string(m[1]), 64)
	return got, err
}

// A trend is the line of least squares through samples.
type trend struct {
	mean  float64
	slope float64 // a minute
	over  time.Duration
}

// grown returns by how much the line rises over its time.
func (t trend) grown() float64 { return t.slope * t.over.Minutes() }

// trendOf returns the trend of what value says of the samples.
func trendOf(samples []sample, value func(sample) float64) (t trend) {
	if len(samples) < 2 {
		return t
	}
	n := float64(len(samples))
	var x, xx, xy float64
	for _, s := range samples {
		at := s.at.Sub(samples[0].at).Minutes()
		x += at
		xx += at * at
		xy += at * value(s)
		t.mean += value(s) / n
	}
	t.over = samples[len(samples)-1].at.Sub(samples[0].at)
	if d := xx - x*x/n; d > 0 {
		t.slope = (xy - x*t.mean) / d
	}
	return t
}
