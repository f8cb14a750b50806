package native_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

const cake = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>\n  <Message>Back soon, {{From}} 🍰</Message>\n</Response>\n"

func TestABinIsAddedReadReplacedAndDeleted(t *testing.T) {
	s := start(t, nil)
	added := s.must(201, "POST", "/repli/v1/bins", jsonOf(map[string]any{"friendly_name": "Backup", "twiml": cake}))
	sid := added["sid"].(string)
	want := map[string]any{
		"sid": sid, "friendly_name": "Backup", "twiml": cake, "url": baseURL + "/twiml/" + sid, "valid": true,
		"label": "Valid Messaging TwiML", "problems": []any{}, "version": 1.0, "used_by": []any{},
		"date_created": added["date_created"], "date_updated": added["date_created"],
	}
	equal(t, "what is added", want, added)
	equal(t, "what is read", want, s.must(200, "GET", "/repli/v1/bins/"+sid, ""))
	equal(t, "what is listed", []any{want}, s.must(200, "GET", "/repli/v1/bins", "")["bins"])

	saved := s.must(200, "PUT", "/repli/v1/bins/"+sid, jsonOf(map[string]any{"friendly_name": "Backup", "twiml": cake}))
	equal(t, "saved as it was", want, saved)
	renamed := s.must(200, "PUT", "/repli/v1/bins/"+sid, jsonOf(map[string]any{"friendly_name": "B", "twiml": cake, "version": 1}))
	equal(t, "version after another name", any(1.0), renamed["version"])
	equal(t, "name after another name", any("B"), renamed["friendly_name"])

	broken := strings.ReplaceAll(cake, "Response", "response")
	changed := s.must(200, "PUT", "/repli/v1/bins/"+sid, jsonOf(map[string]any{"friendly_name": "B", "twiml": broken, "version": 1}))
	equal(t, "version after another text", any(2.0), changed["version"])
	equal(t, "validity after another text", any(false), changed["valid"])
	equal(t, "codes of the problems", []any{12102.0}, values(changed["problems"], "code"))
	equal(t, "lines of the problems", []any{2.0}, values(changed["problems"], "line"))

	s.must(204, "DELETE", "/repli/v1/bins/"+sid, "")
	s.must(404, "GET", "/repli/v1/bins/"+sid, "")
}

func TestAnEarlierVersionIsRestored(t *testing.T) {
	s := start(t, nil)
	sid := s.bin("Hello", "<Response>1</Response>")
	for i := 2; i <= 5; i++ {
		s.must(200, "PUT", "/repli/v1/bins/"+sid, fmt.Sprintf(`{"friendly_name":"Hello","twiml":"<Response>%d</Response>"}`, i))
	}
	restored := s.must(200, "POST", "/repli/v1/bins/"+sid+"/restore", `{"version":2}`)
	equal(t, "version", any(6.0), restored["version"])
	equal(t, "text", any("<Response>2</Response>"), restored["twiml"])
	again := s.must(200, "POST", "/repli/v1/bins/"+sid+"/restore", `{"version":6}`)
	equal(t, "restoring the current version", restored, again)

	seen, _ := s.all("/repli/v1/bins/"+sid+"/versions?limit=4", "versions", "version")
	equal(t, "versions", []any{6.0, 5.0, 4.0, 3.0, 2.0, 1.0}, seen)
}

func TestABinIsRefused(t *testing.T) {
	s := start(t, nil)
	sid := s.bin("Hello", "<Response/>")
	s.must(200, "PUT", "/repli/v1/bins/"+sid, `{"friendly_name":"Hello","twiml":"<Response></Response>"}`)
	s.as = bob
	bobs := s.bin("Bob's", "<Response/>")
	s.as = ann
	const all = "/repli/v1/bins"
	raw := func(tag, says string) refusal {
		return refusal{tag, "POST", all, jsonOf(map[string]any{"friendly_name": "x", "twiml": "<Response>\n 🍰<Message>" + tag + "</Message></Response>"}),
			400, 12100, says}
	}
	const missing = "EH00000000000000000000000000000000"
	s.refuses([]refusal{
		{"no name", "POST", all, `{"twiml":"<Response/>"}`, 400, 20422, `The field "friendly_name" is missing`},
		{"an empty name", "POST", all, `{"friendly_name":"","twiml":"<Response/>"}`, 400, 20002, "1 to 64 characters"},
		{"a name that breaks the line", "POST", all, `{"friendly_name":"a\r\nb\u202e","twiml":""}`, 400, 20002, "may not hold the character U+000D"},
		{"no text", "POST", all, `{"friendly_name":"x"}`, 400, 20422, `The field "twiml" is missing (line 1, column 1)`},
		{"a change without the text", "PUT", all + "/" + sid, `{"friendly_name":"renamed"}`, 400, 20422, `The field "twiml" is missing`},
		{"a name too long", "POST", all, `{"friendly_name":"` + strings.Repeat("x", 65) + `","twiml":""}`, 400, 20002, "1 to 64 characters"},
		{"over 64 kB", "POST", all, `{"friendly_name":"x","twiml":"` + strings.Repeat("x", 65537) + `"}`, 400, 11750, "65537 bytes"},
		{"over 1 MiB", "POST", all, `{"friendly_name":"x","twiml":"` + strings.Repeat("x", 1<<20) + `"}`, 413, 20413, "1048576"},
		{"a NUL", "POST", all, `{"friendly_name":"x","twiml":"\u0000"}`, 400, 20422, "U+0000"},
		raw("{{{Body}}}", "(line 2, column 12)"),
		raw("{{&Body}}", "(line 2, column 12)"),
		raw("{{ & Body}}", "(line 2, column 12)"),
		raw("{{>secret}}", "(line 2, column 12)"),
		raw("{{=<% %>=}}", "(line 2, column 12)"),
		raw("{{#a}}{{{b}}}", "(line 2, column 18)"),

		{"a raw tag in a change", "PUT", all + "/" + sid, `{"friendly_name":"x","twiml":"{{{Body}}}"}`, 400, 12100, "(line 1, column 1)"},
		{"an old version", "PUT", all + "/" + sid, `{"friendly_name":"x","twiml":"x","version":1}`, 409, 20409, "it is at version 2, not 1"},
		{"a version to come", "PUT", all + "/" + sid, `{"friendly_name":"x","twiml":"x","version":3}`, 409, 20409, "it is at version 2, not 3"},
		{"a bin that is not there", "PUT", all + "/" + missing, `{"friendly_name":"x","twiml":"x"}`, 404, 20404, `There is no bin "EH000`},
		{"a bin that is not there", "GET", all + "/" + missing, "", 404, 20404, "There is no bin"},
		{"a bin that is not there", "DELETE", all + "/" + missing, "", 404, 20404, "There is no bin"},
		{"a bin that is not there", "GET", all + "/" + missing + "/versions", "", 404, 20404, "There is no bin"},
		{"a bin that is not there", "POST", all + "/" + missing + "/restore", `{"version":1}`, 404, 20404, "There is no bin"},
		{"a bin of another account", "GET", all + "/" + bobs, "", 404, 20404, "There is no bin"},
		{"a bin of another account", "PUT", all + "/" + bobs, `{"friendly_name":"x","twiml":"x"}`, 404, 20404, "There is no bin"},
		{"a bin of another account", "DELETE", all + "/" + bobs, "", 404, 20404, "There is no bin"},
		{"a bin of another account", "POST", all + "/" + bobs + "/restore", `{"version":1}`, 404, 20404, "There is no bin"},
		{"no SID", "GET", all + "/Hello", "", 404, 20404, `There is no bin "Hello"`},
		{"a version that is not there", "POST", all + "/" + sid + "/restore", `{"version":3}`, 404, 20404, "has no version 3; its versions are 1 to 2"},
		{"no version", "POST", all + "/" + sid + "/restore", `{}`, 400, 20422, `The field "version" is missing`},
		{"a page of another list", "GET", all + "/" + sid + "/versions?page=UEFh", "", 400, 21481, "not a page of this list"},
	})
	equal(t, "the bin afterwards", any("<Response></Response>"), s.must(200, "GET", all+"/"+sid, "")["twiml"])
}

func TestInvalidTwiMLIsKeptAndReported(t *testing.T) {
	s := start(t, nil)
	for _, twiml := range []string{"", "hello", "<response/>", "<Response>", "{{#a}}<Response/>", "{{"} {
		a := s.must(201, "POST", "/repli/v1/bins", jsonOf(map[string]any{"friendly_name": "x", "twiml": twiml}))
		if a["valid"] != false || len(a["problems"].([]any)) == 0 {
			t.Errorf("%q: got valid %v, problems %v", twiml, a["valid"], a["problems"])
		}
	}
}

func TestABinInUseIsNotDeleted(t *testing.T) {
	s := start(t, nil)
	byName, byURL := s.bin("By name", "<Response/>"), s.bin("By URL", "<Response/>")
	s.must(201, "POST", "/repli/v1/numbers", `{"number":"+15550001000","steps":[{"bin":"`+byName+`"},{"bin":"`+byName+`"}]}`)
	s.must(201, "POST", "/repli/v1/numbers", `{"number":"+15550001001","steps":[{"bin":"`+byName+`"},{"url":"`+baseURL+"/twiml/"+byURL+`?a=b#rc=2"}]}`)
	s.refuses([]refusal{
		{"named by a step", "DELETE", "/repli/v1/bins/" + byName, "", 409, 20409, "answers +15550001001, +15550001000; give them"},
		{"the URL of a step", "DELETE", "/repli/v1/bins/" + byURL, "", 409, 20409, "answers +15550001001; give them"},
	})
	equal(t, "used_by", any([]any{"+15550001001", "+15550001000"}), s.must(200, "GET", "/repli/v1/bins/"+byName, "")["used_by"])
	equal(t, "used_by in the list", []any{[]any{"+15550001001"}, []any{"+15550001001", "+15550001000"}},
		values(s.must(200, "GET", "/repli/v1/bins", "")["bins"], "used_by"))
	s.must(200, "PUT", "/repli/v1/numbers/+15550001001", `{}`)
	s.must(204, "DELETE", "/repli/v1/bins/"+byURL, "")
}

func TestABinThatApplicationsAndServicesUseIsNotDeleted(t *testing.T) {
	s := start(t, nil)
	byApp, byService := s.bin("Of an application", "<Response/>"), s.bin("Of a service", "<Response/>")
	now := time.Now()
	app := repli.Application{SID: repli.NewSID(repli.AppPrefix), Account: ann.SID, Created: now, Updated: now,
		Steps: []repli.Step{{URL: "https://example.com", Method: "POST"}, {URL: baseURL + "/twiml/" + byApp, Method: "POST"}}}
	service := repli.Service{SID: repli.NewSID(repli.ServicePrefix), Account: ann.SID, Created: now, Updated: now,
		Steps: []repli.Step{{Bin: repli.SID(byService)}}}
	s.configure(func(ctx context.Context, tx *store.Tx) error {
		return errors.Join(tx.AddApplication(ctx, app), tx.AddService(ctx, service))
	})
	s.must(201, "POST", "/repli/v1/numbers", `{"number":"+15550001000","steps":[{"bin":"`+byService+`"}]}`)
	s.refuses([]refusal{
		{"a step of an application", "DELETE", "/repli/v1/bins/" + byApp, "", 409, 20409, "answers " + string(app.SID) + "; give them"},
		{"a step of a service, and of a number", "DELETE", "/repli/v1/bins/" + byService, "", 409, 20409,
			"answers +15550001000, " + string(service.SID) + "; give them"},
	})
	equal(t, "used_by", any([]any{string(app.SID)}), s.must(200, "GET", "/repli/v1/bins/"+byApp, "")["used_by"])
	s.must(200, "PUT", "/repli/v1/numbers/+15550001000", `{}`)
	s.configure(func(ctx context.Context, tx *store.Tx) error {
		return errors.Join(tx.DeleteApplication(ctx, app.SID), tx.DeleteService(ctx, service.SID))
	})
	s.must(204, "DELETE", "/repli/v1/bins/"+byApp, "")
	s.must(204, "DELETE", "/repli/v1/bins/"+byService, "")
}

func TestAFewOfTheManyNumbersOfABinAreNamed(t *testing.T) {
	s := start(t, nil)
	sid := s.bin("Popular", "<Response/>")
	for i := range 7 {
		s.must(201, "POST", "/repli/v1/numbers", fmt.Sprintf(`{"number":"+1555000100%d","steps":[{"bin":"%s"}]}`, i, sid))
	}
	s.refuses([]refusal{{"seven numbers", "DELETE", "/repli/v1/bins/" + sid, "", 409, 20409,
		"answers +15550001006, +15550001005, +15550001004, +15550001003, +15550001002 and 2 more; give them"}})
}

func TestOfTwoWhoSaveAtOnceOneIsTold(t *testing.T) {
	s := start(t, nil)
	sid := s.bin("Hello", "<Response/>")
	statuses := make([]int, 8)
	var all sync.WaitGroup
	for i := range statuses {
		all.Go(func() {
			statuses[i] = s.do("PUT", "/repli/v1/bins/"+sid, fmt.Sprintf(`{"friendly_name":"x","twiml":"<Response>%d</Response>","version":1}`, i)).status
		})
	}
	all.Wait()
	count := map[int]int{}
	for _, status := range statuses {
		count[status]++
	}
	equal(t, "statuses", map[int]int{200: 1, 409: 7}, count)
}

func TestTwiMLIsChecked(t *testing.T) {
	s := start(t, nil)
	check := func(body string) answer {
		r := httptest.NewRequest("POST", "/repli/v1/twiml/check", strings.NewReader(body))
		r.Header.Set("Content-Type", "text/xml")
		r.SetBasicAuth(string(ann.SID), ann.AuthToken)
		return s.send(r)
	}
	equal(t, "a good document", map[string]any{
		"valid": true, "label": "Valid Messaging TwiML", "problems": []any{}, "messages": []any{
			map[string]any{"body": "Back soon, {{From}} 🍰", "encoding": "UCS-2", "segments": 1.0, "units": 22.0},
			map[string]any{"body": "€ " + strings.Repeat("x", 160), "encoding": "GSM-7", "segments": 2.0, "units": 163.0},
		}}, check("<Response><Message>Back soon, {{From}} 🍰</Message><Message>€ "+strings.Repeat("x", 160)+"</Message></Response>").json)
	bad := check("<Response>\n\t🍰<Foo/></Response>").json
	equal(t, "codes", []any{12200.0, 12200.0}, values(bad["problems"], "code"))
	equal(t, "columns", []any{2.0, 3.0}, values(bad["problems"], "column"))
	equal(t, "levels", []any{"warning", "warning"}, values(bad["problems"], "level"))
	for _, hostile := range []string{"", "\x00\xff", "<!DOCTYPE x [<!ENTITY a \"b\">]><Response>&a;</Response>", strings.Repeat("<a>", 20000)} {
		if a := check(hostile); a.status != 200 || a.json["valid"] != false {
			t.Errorf("%.20q: got %d %s", hostile, a.status, a.raw)
		}
	}
	if a := check(strings.Repeat(" ", 65537)); a.status != 400 || a.json["code"] != 11750.0 {
		t.Errorf("over 64 kB: got %d %s", a.status, a.raw)
	}
	if a := check(strings.Repeat(" ", 1<<20+1)); a.status != 413 || a.json["code"] != 20413.0 {
		t.Errorf("over 1 MiB: got %d %s", a.status, a.raw)
	}
}
