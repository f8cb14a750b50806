//go:build linux

package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/repli-sms/repli/app" // the code under test: if it changes, cached test results are invalid
)

// TestEverythingGoesWrongAtOnce soaks for a short time: no text is lost or answered twice. Waits and
// sizes are not judged, because the machine has other tests to run.
func TestEverythingGoesWrongAtOnce(t *testing.T) {
	dir := t.TempDir()
	repli, soak := filepath.Join(dir, "repli"), filepath.Join(dir, "soak")
	for binary, source := range map[string]string{repli: "../cmd/repli", soak: "."} {
		if out, err := exec.CommandContext(t.Context(), "go", "build", "-ldflags=-s -w", "-o", binary, source).CombinedOutput(); err != nil {
			t.Fatalf("go build %s: %v\n%s", source, err, out)
		}
	}
	out, err := exec.CommandContext(t.Context(), soak, "-repli", repli, "-source", "..", "-for", "20s", "-p99", "0", "-disk", "128m").CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Error(err)
	}
}

// reported returns what a run would have seen in which nothing went wrong, but for what edit does.
func reported(edit func(*report)) report {
	began := time.Date(2026, time.November, 5, 12, 0, 0, 0, time.UTC)
	r := report{storms: began.Add(time.Minute), watched: began.Add(5 * time.Minute)}
	for i := range 600 {
		x := text{phone: "+15557770001", body: "hello", to: number{address: "+15550000000"}, sid: "SM1", asked: 1, answers: []string{answerTo("hello")}}
		x.sent = began.Add(time.Duration(i) * time.Second)
		x.answered = x.sent.Add(10 * time.Millisecond)
		r.texts = append(r.texts, x)
		r.samples = append(r.samples, sample{at: x.sent, resident: 80, goroutines: 500})
	}
	edit(&r)
	return r
}

func TestABrokenPromiseIsComplainedAbout(t *testing.T) {
	for _, row := range []struct {
		shows string
		edit  func(*report)
		want  string // a part of the only complaint; "" for none
	}{
		{"nothing", func(*report) {}, ""},
		{"a lost text", func(r *report) { r.texts[7].answers = nil }, "1 acknowledged texts have no answer"},
		{"one that was not acknowledged", func(r *report) { r.texts[7].refused = true; r.texts[7].answers = nil }, ""},
		{"two answers", func(r *report) { r.texts[7].answers = append(r.texts[7].answers, lastResort) }, "more than one answer"},
		{"the last resort in place of the handler", func(r *report) { r.texts[7].answers = []string{lastResort} }, "another answer"},
		{"a hostile handler", func(r *report) { r.texts[7].to.hostile = "fat"; r.texts[7].answers = []string{lastResort} }, ""},
		{"a handler that was asked twice", func(r *report) { r.texts[7].asked = 2 }, "again, although no process had died"},
		{"the same when one had", func(r *report) {
			r.texts[7].asked = 2
			r.windows = []window{{kill, r.texts[6].sent, r.texts[8].sent}}
		}, ""},
		{"an answer out of nothing", func(r *report) { r.texts[7].asked = 0 }, "handlers not asked"},
		{"slow answers in the storm", func(r *report) {
			for i := range r.texts[400:] {
				r.texts[400+i].answered = r.texts[400+i].sent.Add(31 * time.Millisecond)
			}
		}, "the others waited 31ms"},
		{"slow answers during an accident", func(r *report) {
			for i := range r.texts[400:] {
				r.texts[400+i].answered = r.texts[400+i].sent.Add(31 * time.Millisecond)
			}
			r.windows = []window{{full, r.texts[399].sent, r.texts[599].answered}}
			r.watched = r.texts[200].sent
		}, ""},
		{"a leak of memory", func(r *report) {
			for i := range r.samples {
				r.samples[i].resident += float64(i) / 4
			}
		}, "memory grew"},
		{"a leak of goroutines", func(r *report) {
			for i := range r.samples {
				r.samples[i].goroutines += float64(2 * i)
			}
		}, "goroutines grew"},
		{"a guess that opened", func(r *report) { r.let = 1 }, "not refused"},
	} {
		got := reported(row.edit).complaints(3)
		if row.want == "" && len(got) > 0 || row.want != "" && (len(got) != 1 || !strings.Contains(got[0], row.want)) {
			t.Errorf("%s: complaints %q, want %q", row.shows, got, row.want)
		}
	}
}
