package drill

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"time"

	"github.com/repli-sms/repli"
)

// JUnit's XML, limited to what the readers of GitHub and GitLab understand: a suite for each
// number and a case for each fault.
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
		Time    string        `xml:"time,attr"` // how long a texter would have waited
		Skipped *junitSkipped `xml:"skipped"`
		Failure *junitFailure `xml:"failure"`
		Error   *junitFailure `xml:"error"`
		Out     string        `xml:"system-out,omitempty"`
	}
	junitSkipped struct {
		Message string `xml:"message,attr"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// JUnit returns a report of finished drills as XML.
func JUnit(drills []repli.Drill) ([]byte, error) {
	all := junitSuites{Name: "repli drill"}
	var took time.Duration
	for _, d := range drills {
		s := junitSuite{
			Name: d.Number, Time: seconds(d.Ended.Sub(d.Started)), Timestamp: d.Started.UTC().Format("2006-01-02T15:04:05"),
		}
		for _, r := range d.Results {
			s.add(d, r)
		}
		for _, k := range d.Uncovered {
			s.Tests, s.Skipped = s.Tests+1, s.Skipped+1
			s.Cases = append(s.Cases, junitCase{Name: string(k), Class: class(d), Time: seconds(0), Skipped: &junitSkipped{
				"Not covered: text/plain is sent as it is, because TwiML is not required (require_twiml)."}})
		}
		if d.Status == repli.DrillInterrupted {
			s.Tests, s.Errors = s.Tests+1, s.Errors+1
			s.Cases = append(s.Cases, junitCase{
				Name: "drill", Class: class(d), Time: seconds(0), Error: &junitFailure{Message: d.Reason, Type: string(d.Status), Text: d.Reason},
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
func (s *junitSuite) add(d repli.Drill, r repli.DrillResult) {
	c := junitCase{Name: string(r.Fault), Class: class(d), Time: seconds(r.Waits)}
	s.Tests++
	if r.Passed {
		c.Out = r.Reason
	} else {
		s.Failures++
		c.Failure = &junitFailure{Message: r.Fix, Type: string(d.Status), Text: r.Reason}
	}
	s.Cases = append(s.Cases, c)
}

// class groups the cases of a number, for reports that do not show suites.
func class(d repli.Drill) string { return "repli.drill." + d.Number }

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
