package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestVerdictNamesTheFirstLimitThatIsKept(t *testing.T) {
	for _, row := range []struct {
		name  string
		value float64
		bound bound
		want  string
	}{
		{"at the goal", 0.85, atLeast(0.75, 0.85), "met, goal met"},
		{"between must and goal", 0.8, atLeast(0.75, 0.85), "met"},
		{"under what it must be", 0.74, atLeast(0.75, 0.85), "**missed**"},
		{"a time within the goal", 2, atMost(4, 2.5), "met, goal met"},
		{"a time over what it must be", 4.1, atMost(4, 2.5), "**missed**"},
	} {
		if got := row.bound.verdict(row.value); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}

func TestASlowDiskExcusesTheSlowestTexts(t *testing.T) {
	for _, row := range []struct {
		name       string
		disk, p99  float64
		want, must string
	}{
		{"a quick disk", 1, 20, "**missed**", "≤ 15.0 ms"},
		{"a slow disk", 10, 20, "met", "≤ 30.0 ms"},
	} {
		var table table
		pace := paces[len(paces)-1]
		table.latency(waits{p50: []float64{1}, p99: []float64{row.disk}}, []waits{{pace: pace, p50: []float64{1}, p99: []float64{row.p99}}})
		for _, l := range table.lines {
			if strings.HasSuffix(l.what, "p99") && l.must != "" && (l.verdict != row.want || l.must != row.must) {
				t.Errorf("%s: got %s of %s, want %s of %s", row.name, l.verdict, l.must, row.want, row.must)
			}
		}
	}
}

func TestReportTakesItsPlaceInADocument(t *testing.T) {
	path := filepath.Join(t.TempDir(), "performance.md")
	doc := "Before.\n" + tableBegins + "an old table\n" + tableEnds + "After.\n"
	if err := os.WriteFile(path, []byte(doc), 0o600); err != nil {
		t.Fatal(err)
	}
	texts := table{title: "Texts", note: "Nobody else was there."}
	texts.judge("texts", "%.0f", 5, atLeast(4, 6))
	r := report{machine: "2 cores", date: time.Unix(0, 0), took: time.Minute, tables: []table{texts}}
	for range 2 { // writing twice is idempotent
		if err := r.writeInto(path); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := `Before.
` + tableBegins + `
1 January 1970 00:00 UTC, 2 cores, in 1m0s.

### Texts

| what  | measured | must | goal | verdict |
|-------|----------|------|------|---------|
| texts | 5        | ≥ 4  | ≥ 6  | met     |

Nobody else was there.

` + tableEnds + `After.
`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if err := r.writeInto(os.Args[0]); err == nil {
		t.Error("a file without a place for tables was overwritten")
	}
}
