package app

import (
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// An element is one of a report, as GitHub's and GitLab's readers look at it.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []element  `xml:",any"`
}

func (n element) attr(name string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// outline returns each element with what readers need of it.
func (n element) outline(depth int) []string {
	line := strings.Repeat("  ", depth) + n.XMLName.Local
	for _, name := range []string{"name", "classname", "tests", "failures", "errors", "time", "timestamp", "type", "message"} {
		if v := n.attr(name); v != "" {
			line += " " + name + "=" + v
		}
	}
	if text := strings.TrimSpace(n.Text); text != "" {
		line += ": " + text
	}
	all := []string{line}
	for _, c := range n.Children {
		all = append(all, c.outline(depth+1)...)
	}
	return all
}

// testsuites, testsuite, testcase and failure, with these attributes, are what GitLab's parser and
// those of GitHub's actions read.
func TestTheReportIsTheJUnitThatBuildServersRead(t *testing.T) {
	at := time.Date(2026, time.November, 25, 3, 30, 0, 0, time.UTC)
	text, err := junit([]drillReport{
		{Number: "+15550001000", Status: "failed", Started: at, Ended: at.Add(1500 * time.Millisecond), Results: []drillResult{
			{Fault: "dns", Passed: true, Reason: "The fallback says “<a & b>\x01”."},
			{Fault: "timeout", TexterWaitsMS: 15_000, Reason: "It says nothing. Fix it.", Fix: "Fix it."},
		}},
		{Number: "+15550002000", Status: "interrupted", Reason: "The server stopped.", Started: at, Ended: at},
	})
	if err != nil {
		t.Fatal(err)
	}
	var got element
	if err := xml.Unmarshal(text, &got); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	want := []string{
		"testsuites name=repli drill tests=3 failures=1 errors=1 time=1.500",
		"  testsuite name=+15550001000 tests=2 failures=1 errors=0 time=1.500 timestamp=2026-11-25T03:30:00",
		"    testcase name=dns classname=repli.drill.+15550001000 time=0.000",
		"      system-out: The fallback says “<a & b>\uFFFD”.",
		"    testcase name=timeout classname=repli.drill.+15550001000 time=15.000",
		"      failure type=failed message=Fix it.: It says nothing. Fix it.",
		"  testsuite name=+15550002000 tests=1 failures=0 errors=1 time=0.000 timestamp=2026-11-25T03:30:00",
		"    testcase name=drill classname=repli.drill.+15550002000 time=0.000",
		"      error type=interrupted message=The server stopped.: The server stopped.",
	}
	if diff := cmp.Diff(want, got.outline(0)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !strings.HasPrefix(string(text), `<?xml version="1.0" encoding="UTF-8"?>`) {
		t.Errorf("the report begins with %.60s", text)
	}
}
