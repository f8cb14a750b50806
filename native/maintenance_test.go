package native_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestMaintenanceBeginsIsChangedAndEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, nil)
		s.breakable("+15550001000")
		const path = "/repli/v1/numbers/+15550001000/maintenance"
		s.must(404, "GET", path, "")
		began := s.must(200, "PUT", path, `{"until":"2000-01-01T03:00:00+02:00","text":null}`)
		want := map[string]any{"number": "+15550001000", "until": "2000-01-01T01:00:00Z", "text": nil, "began": "2000-01-01T00:00:00Z"}
		equal(t, "what begins", want, began)
		<-time.After(time.Minute)
		changed := s.must(200, "PUT", path, `{"until":"2000-01-02T00:00:00Z","text":{"en":"Until ten.","fr":"Jusqu'à dix."}}`)
		want["until"], want["text"] = "2000-01-02T00:00:00Z", map[string]any{"en": "Until ten.", "fr": "Jusqu'à dix."}
		equal(t, "what is changed", want, changed)
		equal(t, "what is read", want, s.must(200, "GET", path, ""))
		s.must(204, "DELETE", path, "")
		s.must(404, "DELETE", path, "")
		s.must(404, "GET", path, "")
	})
}

func TestAMaintenanceThatCannotBeIsRefused(t *testing.T) {
	s := start(t, nil)
	s.breakable("+15550001000")
	const path = "/repli/v1/numbers/+15550001000/maintenance"
	soon := `{"until":"` + time.Now().Add(time.Hour).Format(time.RFC3339) + `","text":`
	s.refuses([]refusal{
		{"no end", "PUT", path, `{"text":null}`, 400, 20422, `"until" is missing`},
		{"an end that is no time", "PUT", path, `{"until":"soon","text":null}`, 400, 20422, `not "soon"`},
		{"an end that has passed", "PUT", path, `{"until":"2000-01-01T00:00:00Z","text":null}`, 400, 20422, "must lie in the future"},
		{"an end that is far off", "PUT", path, `{"until":"2999-02-01T00:00:00Z","text":null}`, 400, 20422, "within 30 days"},
		{"a text that says nothing", "PUT", path, soon + `{}}`, 400, 20422, "text says nothing"},
		{"a text that shows nothing", "PUT", path, soon + `{"fr":" \n"}}`, 400, 20422, "text in French has no visible character"},
		{"a text that is too long", "PUT", path, soon + `{"en":"` + strings.Repeat("x", 1601) + `"}}`, 400, 21617, "text in English has 1601 characters"},
		{"a number that is not there", "PUT", "/repli/v1/numbers/+15550009999/maintenance", soon + `null}`, 404, 20404, "+15550009999"},
	})
}
