package drill

import (
	"strings"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/inbound"
)

func TestWhyAFallbackIsOfNoUse(t *testing.T) {
	const backup = "https://backup.example/sms"
	apart := []repli.Step{{URL: primary}, {URL: backup}}
	same := []repli.Step{{URL: primary}, {URL: "https://shop.example:443/backup"}}
	bins := []repli.Step{{Bin: "EH00000000000000000000000000000001"}, {Bin: "EH00000000000000000000000000000002"}}
	struck := repli.Header{"X-Repli-Fault": {"refused"}}
	fails := repli.Alert{SID: "NO2", Code: 11217, URL: backup, Detail: "It answered 500."}
	nobody := outcome(repli.Nobody, repli.Unanswered)
	silent := outcome(repli.ByFallback, repli.Silent)
	tried := func(o inbound.Outcome, tries ...repli.Attempt) inbound.Outcome {
		o.Change.Attempts = append(o.Change.Attempts, tries...)
		return o
	}
	for _, row := range []struct {
		shows string
		fault repli.FaultKind
		steps []repli.Step
		out   inbound.Outcome
		want  repli.FindingKind
		says  string
	}{
		{"it is on the host that is struck", repli.FaultRefused, same, with(nobody, fails), repli.SharedHost, "shop.example:443"},
		{"it is on a host that is well", repli.FaultStatus500, same, with(nobody, fails), repli.HandlerFails, "It answered 500."},
		{"both are bins", repli.FaultRefused, bins, nobody, repli.NoMessage, "Put a <Message>"},
		{"it redirects to the host that is struck", repli.FaultRefused, apart,
			tried(nobody, repli.Attempt{Step: repli.StepFallback, RequestHeaders: struck}), repli.LeadsToHost, "independent of shop.example:443"},
		{"only the primary is struck", repli.FaultRefused, apart,
			tried(nobody, repli.Attempt{Step: repli.StepPrimary, RequestHeaders: struck}), repli.NoMessage, ""},
		{"it redirects there, but the host is well", repli.FaultStatus500, apart,
			tried(nobody, repli.Attempt{Step: repli.StepFallback, RequestHeaders: struck}), repli.NoMessage, ""},
		{"it is not asked in time", repli.FaultTimeout, apart,
			tried(nobody, repli.Attempt{Step: repli.StepFallback, Verdict: repli.Skipped}), repli.OutOfTime, "15s"},
		{"it answers too late", repli.FaultTimeout, apart,
			tried(nobody, repli.Attempt{Step: repli.StepFallback, Verdict: repli.Late}), repli.OutOfTime, "15s"},
		{"it is asked in time", repli.FaultTimeout, apart,
			tried(nobody, repli.Attempt{Step: repli.StepFallback, Verdict: repli.Use}), repli.NoMessage, ""},
		{"the primary is late", repli.FaultTimeout, apart,
			tried(nobody, repli.Attempt{Step: repli.StepPrimary, Verdict: repli.Late}), repli.NoMessage, ""},
		{"it fails twice", repli.FaultTimeout, apart,
			with(nobody, fails, repli.Alert{SID: "NO3", Code: 11200, URL: backup, Detail: "The last."}), repli.HandlerFails, "The last."},
		{"an error that is nobody's", repli.FaultTimeout, apart, with(nobody, repli.Alert{SID: "NO2", Code: 11217}), repli.NoMessage, ""},
		{"a warning about its document", repli.FaultTimeout, apart,
			with(silent, repli.Alert{SID: "NO2", Code: 12200, URL: backup, Detail: "<Foo> is no verb."}), repli.NoMessage, "<Foo> is no verb."},
		{"only the primary fails", repli.FaultTimeout, apart, silent, repli.NoMessage, ""},
		{"its text is blank", repli.FaultTimeout, apart, outcome(repli.ByFallback, repli.Answered, " "), repli.NothingVisible, "visible text"},
		{"the primary answers", repli.FaultTimeout, apart, outcome(repli.ByPrimary, repli.Answered, "Hi"), repli.PrimaryAnswers, "a bug in Repli"},
	} {
		num := repli.Number{Address: shop, Chain: repli.Chain{Steps: row.steps, AnswerBy: 15 * time.Second}}
		r := judge(trip{num: num, fault: row.fault, out: row.out})
		if r.Passed || r.Finding.Kind != row.want || !strings.Contains(r.Reason, row.says) {
			t.Errorf("%s: passed %t, %s: %s\nwant %s: …%s…", row.shows, r.Passed, r.Finding.Kind, r.Reason, row.want, row.says)
		}
	}
}

func TestOnlyAProblemOfTheDocumentIsNamedForAMissingMessage(t *testing.T) {
	num := repli.Number{Address: shop, Chain: repli.Chain{Steps: []repli.Step{{URL: primary}, {URL: "https://backup.example/sms"}}, AnswerBy: 15 * time.Second}}
	out := with(outcome(repli.ByFallback, repli.Silent), repli.Alert{SID: "NO2", Code: 20480, URL: primary, Detail: "It fails on purpose."})
	if r := judge(trip{num: num, fault: repli.FaultTimeout, out: out}); r.Finding.Kind != repli.NoMessage || strings.Contains(r.Reason, "on purpose") {
		t.Errorf("%s: %s, want no message and no other alert named", r.Finding.Kind, r.Reason)
	}
}
