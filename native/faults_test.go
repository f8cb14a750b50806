package native_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/repli-sms/repli"
)

// breakable adds a number with a handler, and returns the path of its faults.
func (s *server) breakable(address string) string {
	s.t.Helper()
	s.must(201, "POST", "/repli/v1/numbers", `{"number":"`+address+`","steps":[{"url":"https://example.com/sms"}]}`)
	return "/repli/v1/numbers/" + address + "/faults"
}

func TestFaultsBeginAreListedAndEnd(t *testing.T) {
	s := start(t, nil)
	path := s.breakable("+15550001000")
	counted := s.must(201, "POST", path, `{"kind":"connect_timeout","messages":3}`)
	equal(t, "a fault of 3 texts", map[string]any{
		"sid": counted["sid"], "kind": "connect_timeout", "messages_left": 3.0, "ends": nil, "struck": 0.0, "began": counted["began"],
	}, counted)
	timed := s.must(201, "POST", path, `{"kind":"lowercase_root","minutes":5}`)
	began, err := time.Parse(time.RFC3339, timed["began"].(string))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "a fault of 5 minutes", map[string]any{
		"sid": timed["sid"], "kind": "lowercase_root", "messages_left": nil, "struck": 0.0,
		"ends": began.Add(5 * time.Minute).Format(time.RFC3339Nano), "began": timed["began"],
	}, timed)
	equal(t, "listed, newest first", []any{timed, counted}, s.must(200, "GET", path, "")["faults"])

	s.must(204, "DELETE", path+"/"+timed["sid"].(string), "")
	equal(t, "once one has ended", []any{counted}, s.must(200, "GET", path, "")["faults"])
	s.must(404, "DELETE", path+"/"+timed["sid"].(string), "")
	s.must(204, "DELETE", path, "")
	s.must(204, "DELETE", path, "") // nothing is left to end
	equal(t, "in the end", []any{}, s.must(200, "GET", path, "")["faults"])
	equal(t, "alerts", 4, len(s.must(200, "GET", "/repli/v1/alerts", "")["alerts"].([]any)))
}

func TestAFaultIsNotListedOnceItIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, nil)
		path := s.breakable("+15550001000")
		sid := s.must(201, "POST", path, `{"kind":"reset","minutes":1}`)["sid"].(string)
		<-time.After(time.Minute)
		equal(t, "faults", []any{}, s.must(200, "GET", path, "")["faults"])
		s.must(404, "DELETE", path+"/"+sid, "") // its end is the engine's to say
	})
}

func TestAFaultThatCannotBeIsRefused(t *testing.T) {
	s := start(t, nil)
	path := s.breakable("+15550001000")
	s.number("+15550002000")
	s.as = bob
	theirs := s.breakable("+15550003000")
	sid := s.must(201, "POST", theirs, `{"kind":"empty","messages":1}`)["sid"].(string)
	s.as = ann
	s.refuses([]refusal{
		{"no kind", "POST", path, `{"messages":1}`, 400, 20422, "kind"},
		{"a kind that is none", "POST", path, `{"kind":"fire","messages":1}`, 400, 20422, `There is no fault "fire"; the kinds are refused, dns,`},
		{"no bound", "POST", path, `{"kind":"empty"}`, 400, 20422, "after how many messages, or after how many minutes"},
		{"two bounds", "POST", path, `{"kind":"empty","messages":1,"minutes":1}`, 400, 20422, "A fault ends by itself"},
		{"fewer than no texts", "POST", path, `{"kind":"empty","messages":-1}`, 400, 20422, "between 1 and 10000, not -1"},
		{"too many texts", "POST", path, `{"kind":"empty","messages":10001}`, 400, 20422, "between 1 and 10000, not 10001"},
		{"far too many texts", "POST", path, `{"kind":"empty","messages":9223372036854775807}`, 400, 20422, "between 1 and 10000"},
		{"too many minutes", "POST", path, `{"kind":"empty","minutes":1441}`, 400, 20422, "between 1 and 1440, not 1441"},
		{"a number without a handler", "POST", "/repli/v1/numbers/+15550002000/faults", `{"kind":"empty","messages":1}`, 409, 20409, "+15550002000 has no handler that could fail"},
		{"a number that is not there", "POST", "/repli/v1/numbers/+15550009999/faults", `{"kind":"empty","messages":1}`, 404, 20404, "+15550009999"},
		{"another account's number", "POST", theirs, `{"kind":"empty","messages":1}`, 404, 20404, "+15550003000"},
		{"another account's faults", "GET", theirs, "", 404, 20404, "+15550003000"},
		{"another account's, to end", "DELETE", theirs, "", 404, 20404, "+15550003000"},
		{"another account's fault", "DELETE", path + "/" + sid, "", 404, 20404, sid},
		{"a fault that is none", "DELETE", path + "/fire", "", 404, 20404, `"fire"`},
	})
	for range repli.MaxFaults {
		s.must(201, "POST", path, `{"kind":"empty","messages":1}`)
	}
	s.refuses([]refusal{{"too many faults", "POST", path, `{"kind":"empty","messages":1}`, 409, 20409, "20 faults already"}})
}
