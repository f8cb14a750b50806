package repli_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/repli-sms/repli"
)

// looks reads answers: . said something, _ was silent, 0 had neither type nor body, ! looked like an error.
func looks(c rune) repli.Look {
	return repli.Look{Silent: c == '_' || c == '0', Blank: c == '0', Suspect: c == '!'}
}

func TestAnswersThatMakeAnEvent(t *testing.T) {
	for _, row := range []struct{ shows, answers, want string }{
		{"an ordinary number", strings.Repeat(".", 40), ""},
		{"three silent ones after ten that spoke", "..........___", "S12"},
		{"a longer silence is one event", ".........._____________", "S12"},
		{"nine of ten spoke", "...._.....___", "S12"},
		{"eight of ten spoke", "..._.._...___", ""},
		{"only nine before them", ".........___", ""},
		{"two silent ones", "..........__.__.", ""},
		{"it spoke before its silence, and again", "..........___..........___", "S12 S25"},
		{"a number that is mostly silent", "___.___.___.___.___", ""},
		{"a number that is silent from the start", "_____________________", ""},
		{"the last of those before was silent", "........._____", ""},
		{"an answer with neither type nor body", ".0000.", "S1"},
		{"again after another", "0_0.", "S0 S2"},
		{"five that look like errors", "!!!!!!!!!", "E4"},
		{"four, and four more", "!!!!.!!!!", ""},
		{"five, and five more", "!!!!!.!!!!!", "E4 E10"},
	} {
		var h repli.History
		var got []string
		for i, c := range row.answers {
			var kind repli.EventKind
			h, kind = h.Looked(looks(c))
			switch kind {
			case repli.AnswersSilent:
				got = append(got, "S"+strconv.Itoa(i))
			case repli.AnswersSuspect:
				got = append(got, "E"+strconv.Itoa(i))
			}
		}
		if diff := cmp.Diff(row.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.shows, diff)
		}
	}
}

// A number whose answers are all alike has a history that does not change any more, so that nothing
// is written for them.
func TestAHistoryOfLikeAnswersStaysTheSame(t *testing.T) {
	for _, c := range ".!0_" {
		var h repli.History
		for range 13 {
			h, _ = h.Looked(looks(c))
		}
		if next, kind := h.Looked(looks(c)); next != h || kind != "" {
			t.Errorf("%c: got %+v and %q, want %+v", c, next, kind, h)
		}
	}
}

func TestAHistoryIsBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var h repli.History
		for range rapid.IntRange(0, 60).Draw(t, "answers") {
			h, _ = h.Looked(repli.Look{Silent: rapid.Bool().Draw(t, "silent"), Suspect: rapid.Bool().Draw(t, "suspect")})
		}
		if h.Spoken >= 1<<14 || h.Suspects > repli.SuspectRun {
			t.Errorf("got %+v", h)
		}
	})
}

func TestEventsOnAnswersSayWhatToDo(t *testing.T) {
	n := repli.Number{Address: "+15550001000"}
	for kind, h := range map[repli.EventKind]repli.History{
		repli.AnswersSuspect: {}, repli.AnswersSilent: {Blank: true},
	} {
		e := h.Event(n, kind, time.Now())
		if e.Kind != kind || !strings.Contains(e.Sentence, n.Address) || e.Texts == 0 {
			t.Errorf("%s: got %+v", kind, e)
		}
	}
}
