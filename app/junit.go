package app

import (
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/drill"
)

// junit returns the report of these drills, as XML.
func junit(drills []drillReport) ([]byte, error) {
	var all []repli.Drill
	for _, d := range drills {
		one := repli.Drill{
			SID: repli.SID(d.SID), Number: d.Number, Status: repli.DrillStatus(d.Status), Reason: d.Reason,
			Started: d.Started, Ended: d.Ended, Uncovered: d.NotCovered,
		}
		for _, r := range d.Results {
			one.Results = append(one.Results, repli.DrillResult{
				Fault: repli.FaultKind(r.Fault), Passed: r.Passed, Waits: time.Duration(r.TexterWaitsMS) * time.Millisecond,
				Reason: r.Reason, Fix: r.Fix,
			})
		}
		all = append(all, one)
	}
	return drill.JUnit(all)
}
