package repli_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
)

func TestADrillCoversWhatTheNumberDefendsAgainst(t *testing.T) {
	plain, strict := repli.Number{}, repli.Number{RequireTwiML: true}
	if diff := cmp.Diff(repli.DrillKinds(), strict.DrillKinds()); diff != "" {
		t.Errorf("with TwiML required (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(repli.DrillKinds(), append(plain.DrillKinds(), plain.Uncovered()...)); diff != "" {
		t.Errorf("what is drilled and what is not (-want +got):\n%s", diff)
	}
	if len(strict.Uncovered()) > 0 || !plain.IsWhole(plain.DrillKinds()) || strict.IsWhole(plain.DrillKinds()) {
		t.Errorf("uncovered %v, whole %v and %v", strict.Uncovered(), plain.IsWhole(plain.DrillKinds()), strict.IsWhole(plain.DrillKinds()))
	}
	for _, k := range repli.DrillKinds() {
		if k.IsPlain() != slices.Contains(repli.PlainFaults(), k) || k.IsPlain() != (k.PlainText() != "") {
			t.Errorf("%s: plain %v, text %q", k, k.IsPlain(), k.PlainText())
		}
	}
}

func TestADrillFromBeforeTwiMLWasRequiredDoesNotCoverIt(t *testing.T) {
	var d repli.Drill
	if !d.Covers(repli.Number{}) || d.Covers(repli.Number{RequireTwiML: true}) {
		t.Error("an old drill: want it to cover a number as it was, not one that requires TwiML")
	}
	for _, k := range repli.PlainFaults() {
		d.Results = append(d.Results, repli.DrillResult{Fault: k})
	}
	if !d.Covers(repli.Number{RequireTwiML: true}) {
		t.Error("a drill with all results: want it to cover")
	}
}
