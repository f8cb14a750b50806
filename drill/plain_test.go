package drill

import (
	"strings"
	"testing"

	"github.com/repli-sms/repli"
)

// A plain fault that is named passes only where TwiML is required: otherwise it is texted.
func TestAPlainFaultIsTextedUnlessTwiMLIsRequired(t *testing.T) {
	num := repli.Number{Address: shop, Chain: repli.Chain{Steps: []repli.Step{{URL: primary}, {URL: "https://backup.example/sms"}}, AnswerBy: repli.DefaultAnswerBy}}
	texted := outcome(repli.ByPrimary, repli.Answered)
	texted.Change.New = []repli.Message{{State: repli.Queued, To: repli.DrillPhone, Body: repli.FaultHalfAnswer.PlainText()}}
	r := judge(trip{num: num, fault: repli.FaultHalfAnswer, out: texted})
	if r.Passed || r.Finding.Kind != repli.PlainTexted || !strings.Contains(r.Reason, "“Your balance is”") || !strings.Contains(r.Fix, "require_twiml of "+shop) {
		t.Errorf("got %+v", r)
	}
}

func TestWhatIsNotCoveredIsSkippedInJUnit(t *testing.T) {
	d := repli.Drill{Number: shop, Status: repli.DrillPassed, Whole: true, Uncovered: repli.PlainFaults()}
	b, err := JUnit([]repli.Drill{d})
	if err != nil || strings.Count(string(b), "<skipped message=\"Not covered: ") != 3 || !strings.Contains(string(b), `skipped="3"`) {
		t.Errorf("error %v, got:\n%s", err, b)
	}
}

func TestRequiringTwiMLMakesAnOldDrillUntested(t *testing.T) {
	chain := []repli.Step{{URL: primary}, {URL: "https://backup.example/sms"}}
	s := standing{stale: repli.DefaultStale,
		num:  repli.Number{Address: shop, RequireTwiML: true, Chain: repli.Chain{Steps: chain}},
		last: repli.Drill{SID: "DR00000000000000000000000000000001", Status: repli.DrillPassed, Whole: true, Steps: chain}}
	if got, _, says := grade(s); got != repli.GradeUntested {
		t.Errorf("got %s: %s", got, says)
	}
}
