package timeline

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func ms(n int) time.Duration { return time.Duration(n) * time.Millisecond }

func TestAllAttemptsStandOnOneScale(t *testing.T) {
	line := New(noon, []repli.Attempt{
		{Step: "primary", Try: 1, Started: noon.Add(ms(100)), DNS: ms(100), Connect: ms(100), Total: ms(300), Verdict: repli.Next, ErrorCode: 11205},
		{Step: "fallback", Try: 1, Started: noon.Add(ms(400)), Wait: ms(500), Total: ms(600), Status: 200, Verdict: repli.Use},
	})
	type bar struct{ Kind, At, Width string }
	var got [][]bar
	for _, one := range line.Tries {
		var bars []bar
		for _, p := range one.Phases {
			bars = append(bars, bar{p.Kind, p.At, p.Width})
		}
		got = append(got, bars)
	}
	want := [][]bar{
		{{"dns", "10.00%", "10.00%"}, {"connect", "20.00%", "10.00%"}, {"lost", "30.00%", "10.00%"}},
		{{"wait", "40.00%", "50.00%"}, {"body", "90.00%", "10.00%"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("the bars (-want +got):", diff)
	}
	var marks []time.Duration
	for _, m := range line.Marks {
		marks = append(marks, m.Took)
	}
	if diff := cmp.Diff([]time.Duration{ms(200), ms(400), ms(600), ms(800), ms(1000)}, marks); diff != "" {
		t.Error("the marks (-want +got):", diff)
	}
	if line.Tries[1].Waited != ms(400) {
		t.Errorf("the fallback was asked after %v, want 400ms", line.Tries[1].Waited)
	}
}

func TestAScaleHasRoomForWhateverClocksSay(t *testing.T) {
	for _, row := range []struct {
		shows    string
		attempts []repli.Attempt
	}{
		{"none", nil},
		{"one that took no time", []repli.Attempt{{Started: noon}}},
		{"one from before the text", []repli.Attempt{{Started: noon.Add(-time.Hour), Total: ms(1)}}},
		{"one that took a negative time", []repli.Attempt{{Started: noon, Total: -ms(5), Wait: -ms(3)}}},
		{"days", []repli.Attempt{{Started: noon.Add(90 * 24 * time.Hour), Total: ms(1)}}},
		{"phases that are longer than the whole", []repli.Attempt{{Started: noon, DNS: ms(9), Total: ms(3)}}},
	} {
		line := New(noon, row.attempts)
		if len(line.Marks) > 5 {
			t.Errorf("%s: %d marks, want five at most", row.shows, len(line.Marks))
		}
		if len(line.Tries) != len(row.attempts) {
			t.Errorf("%s: %d attempts are shown, want %d", row.shows, len(line.Tries), len(row.attempts))
		}
	}
}

func TestEachAttemptSaysWhatWasMadeOfIt(t *testing.T) {
	for _, row := range []struct {
		shows    string
		attempts []repli.Attempt
		want     []judgement
	}{
		{"a primary that answers", []repli.Attempt{{Step: "primary", Verdict: repli.Use}}, []judgement{{"good", "timeline.used", ""}}},
		{
			"one that fails twice, and the fallback",
			[]repli.Attempt{{Step: "primary", Verdict: repli.Again}, {Step: "primary", Verdict: repli.Next}, {Step: "fallback", Verdict: repli.Use}},
			[]judgement{{"warn", "timeline.again", ""}, {"bad", "timeline.next", "timeline.fallback"}, {"good", "timeline.used", ""}},
		},
		{"nobody after it", []repli.Attempt{{Step: "primary", Verdict: repli.Next}}, []judgement{{"bad", "timeline.failed", ""}}},
		{
			"the last resort, and an answer that came too late",
			[]repli.Attempt{{Step: "primary", Verdict: repli.Next}, {Step: "last_resort", Verdict: repli.Use}, {Step: "primary", Verdict: repli.Late}},
			[]judgement{{"bad", "timeline.next", "timeline.last_resort"}, {"warn", "timeline.spoke", ""}, {"warn", "timeline.late", ""}},
		},
		{"one that was skipped", []repli.Attempt{{Step: "primary", Verdict: repli.Skipped}}, []judgement{{"dull", "timeline.skipped", ""}}},
		{"a verdict nobody here knows", []repli.Attempt{{Step: "oracle", Verdict: "pondered"}}, []judgement{{"dull", "", ""}}},
	} {
		var got []judgement
		for i := range row.attempts {
			got = append(got, judgementOf(row.attempts, i))
		}
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.shows, diff)
		}
	}
}

func TestTheParametersOfARequestAreReadInTheirOrder(t *testing.T) {
	all, blank := params("ToCity=&Body=a%26b+%F0%9F%8D%B0&From=%2B15557770001")
	if diff := cmp.Diff([]field{{"Body", "a&b 🍰"}, {"From", "+15557770001"}}, all); diff != "" {
		t.Error("the parameters (-want +got):", diff)
	}
	if diff := cmp.Diff([]string{"ToCity"}, blank); diff != "" {
		t.Error("those without a value (-want +got):", diff)
	}
	if all, blank = params(`{"no":"form"}`); all != nil || blank != nil {
		t.Errorf("what is no form has %v and %v", all, blank)
	}
}
