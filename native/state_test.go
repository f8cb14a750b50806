package native_test

import (
	"testing"
	"time"

	"github.com/repli-sms/repli"
)

func TestANumbersStateSaysWhoAnswersAndSinceWhen(t *testing.T) {
	since := time.Date(2026, 11, 25, 22, 10, 0, 0, time.UTC)
	for _, row := range []struct {
		shows string
		by    repli.Answerer
		since time.Time
		texts int
		want  map[string]any
	}{
		{"a primary that has always answered", repli.ByPrimary, time.Time{}, 0,
			map[string]any{"answering": "primary", "since": nil, "breaker": "closed", "answered_by_fallback": 0.0}},
		{"a primary that is back", repli.ByPrimary, since, 0,
			map[string]any{"answering": "primary", "since": "2026-11-25T22:10:00Z", "breaker": "closed", "answered_by_fallback": 0.0}},
		{"a fallback that answers", repli.ByFallback, since, 12,
			map[string]any{"answering": "fallback", "since": "2026-11-25T22:10:00Z", "breaker": "closed", "answered_by_fallback": 12.0}},
		{"a last resort that answers", repli.ByLastResort, since, 1,
			map[string]any{"answering": "last_resort", "since": "2026-11-25T22:10:00Z", "breaker": "closed", "answered_by_fallback": 1.0}},
		{"nobody who answers", repli.Nobody, since, 1,
			map[string]any{"answering": "nobody", "since": "2026-11-25T22:10:00Z", "breaker": "closed", "answered_by_fallback": 1.0}},
	} {
		s := start(t, nil)
		sid := s.number("+15550001000")
		s.commit(repli.Change{Standings: []repli.Standing{{
			Number: repli.SID(sid), By: row.by, Since: row.since, Texts: row.texts, Version: 1,
		}}})
		for _, name := range []string{sid, "+15550001000"} {
			equal(t, row.shows, row.want, s.must(200, "GET", "/repli/v1/numbers/"+name+"/state", ""))
		}
	}
}

func TestTheStateOfANumberThatIsNotOursIsNotFound(t *testing.T) {
	s := start(t, nil)
	s.must(404, "GET", "/repli/v1/numbers/+15550001000/state", "")
	s.number("+15550001000")
	s.as = bob
	s.must(404, "GET", "/repli/v1/numbers/+15550001000/state", "")
}
