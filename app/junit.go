package app

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"time"
)

// JUnit's XML, as far as GitHub's and GitLab's readers know it: a suite for each number, a case
// for each fault.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name      string      `xml:"name,attr"`
		Tests     int         `xml:"tests,attr"`
		Failures  int         `xml:"failures,attr"`
		Errors    int         `xml:"errors,attr"`
		Skipped   int         `xml:"skipped,attr"`
		Time      string      `xml:"time,attr"`
		Timestamp string      `xml:"timestamp,attr"`
		Cases     []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		Time    string        `xml:"time,attr"` // what a texter would have waited
		Failure *junitFailure `xml:"failure"`
		Error   *junitFailure `xml:"error"`
		Out     string        `xml:"system-out,omitempty"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// junit returns the report of these drills.
func junit(drills []drillReport) ([]byte, error) {
	all := junitSuites{Name: "repli drill"}
	var took time.Duration
	for _, d := range drills {
		s := junitSuite{
			Name: d.Number, Time: seconds(d.Ended.Sub(d.Started)), Timestamp: d.Started.UTC().Format("2006-01-02T15:04:05"),
		}
		for _, r := range d.Results {
			s.add(d, r)
		}
		if d.Status == "interrupted" {
			s.Tests, s.Errors = s.Tests+1, s.Errors+1
			s.Cases = append(s.Cases, junitCase{
				Name: "drill", Class: class(d), Time: seconds(0), Error: &junitFailure{Message: d.Reason, Type: d.Status, Text: d.Reason},
			})
		}
		took += d.Ended.Sub(d.Started)
		all.Tests, all.Failures, all.Errors = all.Tests+s.Tests, all.Failures+s.Failures, all.Errors+s.Errors
		all.Suites = append(all.Suites, s)
	}
	all.Time = seconds(took)
	var b bytes.Buffer
	b.WriteString(xml.Header)
	enc := xml.NewEncoder(&b)
	enc.Indent("", "  ")
	err := enc.Encode(all)
	b.WriteByte('\n')
	return b.Bytes(), err
}

// add adds the case of one fault.
func (s *junitSuite) add(d drillReport, r drillResult) {
	c := junitCase{Name: r.Fault, Class: class(d), Time: seconds(time.Duration(r.TexterWaitsMS) * time.Millisecond)}
	s.Tests++
	if r.Passed {
		c.Out = r.Reason
	} else {
		s.Failures++
		c.Failure = &junitFailure{Message: r.Mend, Type: d.Status, Text: r.Reason}
	}
	s.Cases = append(s.Cases, c)
}

// class groups the cases of a number where a report shows no suites.
func class(d drillReport) string { return "repli.drill." + d.Number }

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
