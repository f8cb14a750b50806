package native_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

func TestANumberIsAddedReadReplacedAndDeleted(t *testing.T) {
	s := start(t, nil)
	hello := s.bin("Hello", "<Response/>")
	own := baseURL + "/twiml/" + hello + "?Name=Ann"
	added := s.must(201, "POST", "/repli/v1/numbers", `{
		"number": "+1 (555) 000-1000", "friendly_name": "Shop 🍰", "last_resort": "We are closed.", "answer_by_ms": 20000, "language": "fr",
		"slow_after_ms": 9000, "repeat_after_ms": 3600000, "breaker": "off", "rehearse": true, "keep_content_ms": 86400000, "require_twiml": true,
		"steps": [{"url":"https://example.com/sms","method":"GET"}, {"bin":"EH`+strings.ToUpper(hello[2:])+`"}, {"url":"`+own+`"}]}`)
	want := map[string]any{
		"sid": added["sid"], "number": "+15550001000", "country": "US", "kind": "number", "carrier": "", "friendly_name": "Shop 🍰", "last_resort": "We are closed.", "answer_by_ms": 20000.0, "language": "fr", "answered_for_by": nil,
		"slow_after_ms": 9000.0, "repeat_after_ms": 3600000.0, "breaker": "off", "rehearse": true, "keep_content_ms": 86400000.0, "require_twiml": true,
		"steps": []any{
			map[string]any{"url": "https://example.com/sms", "method": "GET"},
			map[string]any{"bin": hello},
			map[string]any{"url": own, "method": "POST"},
		},
		"date_created": added["date_created"], "date_updated": added["date_created"],
	}
	equal(t, "what is added", want, added)
	sid := added["sid"].(string)
	for _, name := range []string{sid, "+15550001000", "%2B15550001000", "15550001000", "+1%20(555)%20000-1000"} {
		equal(t, "read as "+name, want, s.must(200, "GET", "/repli/v1/numbers/"+name, ""))
	}
	equal(t, "listed", []any{want}, s.must(200, "GET", "/repli/v1/numbers", "")["numbers"])

	replaced := s.must(200, "PUT", "/repli/v1/numbers/+15550001000", `{"number":"+1 555 000 1000"}`)
	delete(replaced, "date_updated")
	equal(t, "replaced by defaults", map[string]any{
		"sid": sid, "number": "+15550001000", "country": "US", "kind": "number", "carrier": "", "friendly_name": "(555) 000-1000", "last_resort": "", "answer_by_ms": 30000.0, "language": "en", "answered_for_by": nil,
		"slow_after_ms": 4000.0, "repeat_after_ms": 0.0, "breaker": "on", "rehearse": false, "keep_content_ms": nil, "require_twiml": false,
		"steps": []any{}, "date_created": added["date_created"],
	}, replaced)

	if a := s.do("DELETE", "/repli/v1/numbers/"+sid, ""); a.status != 204 || a.raw != "" {
		t.Errorf("DELETE: got %d %q", a.status, a.raw)
	}
	s.must(404, "GET", "/repli/v1/numbers/"+sid, "")
	s.must(404, "DELETE", "/repli/v1/numbers/"+sid, "")
}

func TestWhatIsAnsweredCanBePutBack(t *testing.T) {
	s := start(t, nil)
	hello := s.bin("Hello", "<Response/>")
	added := s.must(201, "POST", "/repli/v1/numbers", `{"number":"+447700900123","steps":[{"bin":"`+hello+`"},{"url":"http://localhost:3000/"}]}`)
	equal(t, "friendly_name", any("+44 7700 900123"), added["friendly_name"])
	delete(added, "sid")
	delete(added, "answered_for_by")
	delete(added, "date_created")
	delete(added, "date_updated")
	again := s.must(200, "PUT", "/repli/v1/numbers/+447700900123", jsonOf(added))
	equal(t, "steps", added["steps"], again["steps"])
}

func TestANumberSaysWhoAnswersForIt(t *testing.T) {
	s := start(t, nil)
	const path = "/repli/v1/numbers/+15550001000"
	sid := repli.SID(s.number("+15550001000"))
	now := time.Now()
	app := repli.Application{SID: repli.NewSID(repli.AppPrefix), Account: ann.SID, Created: now, Updated: now}
	service := repli.Service{SID: repli.NewSID(repli.ServicePrefix), Account: ann.SID, UseInboundWebhookOnNumber: true, Created: now, Updated: now}
	s.configure(func(ctx context.Context, tx *store.Tx) error {
		return errors.Join(tx.AddApplication(ctx, app), tx.AddService(ctx, service))
	})
	n, err := s.db.Number(t.Context(), sid)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		shows       string
		application repli.SID
		service     repli.SID
		onNumber    bool // the service leaves it to the number
		want        any
	}{
		{"itself", "", "", true, nil},
		{"its application", app.SID, "", true, string(app.SID)},
		{"its application, because its service leaves it to the number", app.SID, service.SID, true, string(app.SID)},
		{"its service", app.SID, service.SID, false, string(service.SID)},
		{"itself, because its service leaves it to the number", "", service.SID, true, nil},
	} {
		n.Application, n.Service, service.UseInboundWebhookOnNumber = tt.application, tt.service, tt.onNumber
		s.configure(func(ctx context.Context, tx *store.Tx) error {
			return errors.Join(tx.SetNumber(ctx, n), tx.SetService(ctx, service))
		})
		equal(t, tt.shows+", read", tt.want, s.must(200, "GET", path, "")["answered_for_by"])
		equal(t, tt.shows+", listed", []any{tt.want}, values(s.must(200, "GET", "/repli/v1/numbers", "")["numbers"], "answered_for_by"))
		equal(t, tt.shows+", replaced", tt.want, s.must(200, "PUT", path, `{}`)["answered_for_by"])
	}
	s.refuses([]refusal{{"set here", "PUT", path, `{"answered_for_by":null}`, 400, 20422, `There is no field "answered_for_by" here`}})
}

func TestANumberIsRefused(t *testing.T) {
	s := start(t, nil)
	s.number("+15550001000")
	s.as = bob
	s.number("+15550001001")
	bobs := s.bin("Bob's", "<Response/>")
	s.as = ann
	const all = "/repli/v1/numbers"
	post := func(shows, body string, status, code int, says string) refusal {
		return refusal{shows, "POST", all, body, status, code, says}
	}
	steps := func(shows, steps string, code int, says string) refusal {
		return post(shows, `{"number":"+15550001002","steps":`+steps+`}`, 400, code, says)
	}
	s.refuses([]refusal{
		post("no number", `{}`, 400, 21421, "number: it is empty"),
		post("no plus", `{"number":"5550001000"}`, 400, 21421, "it has no +"),
		post("a short code without a country", `{"number":"12345"}`, 400, 20422, "country: it is missing"),
		post("a country there is not", `{"number":"12345","country":"ZZ"}`, 400, 20422, "ISO 3166"),
		post("a carrier there is not", `{"number":"12345","country":"US","carrier":"fast"}`, 400, 20422, "carrier: there is none called"),
		post("a name with a handler", `{"number":"Acme","country":"US","steps":[{"url":"https://example.com"}]}`, 400, 20422, "sender's name"),
		post("hostile text", `{"number":"'; DROP TABLE numbers; --"}`, 400, 21421, "character 1 is"),
		post("a number that is kept", `{"number":"+15550001000"}`, 409, 20409, "+15550001000 is kept here already"),
		post("a number another account has", `{"number":"+15550001001"}`, 409, 20409, "+15550001001 belongs to another account"),
		post("an empty name", `{"number":"+15550001002","friendly_name":""}`, 400, 20002, "1 to 64 characters; it has 0"),
		post("a name too long", `{"number":"+15550001002","friendly_name":"`+strings.Repeat("🍰", 33)+`"}`, 400, 20002, "it has 66"),
		post("a last resort too long", `{"number":"+15550001002","last_resort":"`+strings.Repeat("x", 1601)+`"}`, 400, 21617, "1601 characters"),
		post("a language it does not write", `{"number":"+15550001002","language":"de"}`, 400, 20422, `must be en or fr, not "de"`),
		post("a language in capitals", `{"number":"+15550001002","language":"FR"}`, 400, 20422, "must be en or fr"),
		post("no time to answer", `{"number":"+15550001002","answer_by_ms":0}`, 400, 20422, "between 1000 and 600000"),
		post("an idea of eternity", `{"number":"+15550001002","slow_after_ms":9223372036854775807}`, 400, 20422, "slow_after_ms"),
		post("a repeat before now", `{"number":"+15550001002","repeat_after_ms":-1}`, 400, 20422, "repeat_after_ms"),
		post("a breaker that is neither", `{"number":"+15550001002","breaker":"maybe"}`, 400, 20422, "on or off"),
		post("negative time", `{"number":"+15550001002","answer_by_ms":-9223372036854775808}`, 400, 20422, "between 1000 and 600000"),
		post("eternity", `{"number":"+15550001002","answer_by_ms":9223372036854775807}`, 400, 20422, "between 1000 and 600000"),
		post("an unknown field", `{"nummer":"+15550001002"}`, 400, 20422, `There is no field "nummer" here`),
		steps("an empty step", `[{}]`, 20422, "Step 1 (primary): a step needs a url or a bin"),
		steps("a null step", `[null]`, 20422, "Each of steps must be an object"),
		steps("a step that is both", `[{"url":"https://example.com","bin":"`+bobs+`"}]`, 20422, "not both"),
		steps("a bin with a method", `[{"bin":"`+bobs+`","method":"GET"}]`, 20422, "Step 1 (primary): a bin has no method"),
		steps("no URL", `[{"url":"https://example.com"},{"url":"example.com"}]`, 21402, "Step 2 (fallback): "),
		steps("another scheme", `[{"url":"javascript:alert(1)"}]`, 21402, "must begin with http:// or https://"),
		steps("a port that cannot be", `[{"url":"https://example.com"},{"url":"https://example.com:65536/"}]`, 21402, `Step 2 (fallback): The URL "https://example.com:65536/" has a host or port that cannot be asked`),
		steps("a password that must be encoded", `[{"url":"https://ann:p&ss@example.com/"}]`, 21402, "must be percent-encoded"),
		steps("a limit that is no number", `[{"url":"https://example.com/#ct=soon"}]`, 21402, `ct in the URL's fragment must be a number, not "soon"`),
		steps("an edge nobody knows", `[{"url":"https://example.com/#e=paris"}]`, 21402, `"paris" in the URL's fragment is not an edge`),
		steps("a policy nobody knows", `[{"url":"https://example.com/#rp=3xx"}]`, 21402, `not "3xx"`),
		steps("another method", `[{"url":"https://example.com","method":"PUT"}]`, 21403, `not "PUT"`),
		steps("no SID", `[{"bin":"EH1"}]`, 20422, "not the SID of a bin"),
		steps("a bin that is not there", `[{"bin":"EH00000000000000000000000000000000"}]`, 20422, "there is no bin EH000"),
		steps("a bin of another account", `[{"bin":"`+bobs+`"}]`, 20422, "there is no bin"),
		steps("eleven steps", `[`+strings.Repeat(`{"url":"https://example.com"},`, 10)+`{"url":"https://example.com"}]`, 20422, "at most 10 steps"),

		{"another number", "PUT", all + "/+15550001000", `{"number":"+15550009999"}`, 400, 20422, `cannot become "+15550009999"`},
		{"no number", "PUT", all + "/+15550001000", `{"number":"x"}`, 400, 20422, `cannot become "x"`},
		{"a missing bin", "PUT", all + "/+15550001000", `{"steps":[{"bin":"` + bobs + `"}]}`, 400, 20422, "there is no bin"},
		{"a number that is not there", "PUT", all + "/+15550009999", `{}`, 404, 20404, `There is no number "+15550009999"`},
		{"a number that is not there", "GET", all + "/+15550009999", "", 404, 20404, `There is no number "+15550009999"`},
		{"a SID that is not there", "GET", all + "/PN00000000000000000000000000000000", "", 404, 20404, "There is no number"},
		{"a number of another account", "GET", all + "/+15550001001", "", 404, 20404, `There is no number "+15550001001"`},
		{"a number of another account", "DELETE", all + "/+15550001001", "", 404, 20404, "There is no number"},
		{"hostile text", "GET", all + "/%00%22%3Cb%3E", "", 404, 20404, `There is no number "\x00\"<b>"`},
		{"text without end", "GET", all + "/" + strings.Repeat("9", 5000), "", 404, 20404, "There is no number"},
		{"a method nobody has", "PATCH", all + "/+15550001000", "{}", 405, 20004, "PATCH is not allowed"},
	})
	equal(t, "numbers afterwards", []any{"+15550001000"}, values(s.must(200, "GET", all, "")["numbers"], "number"))
}

func TestListsComeInPagesNewestFirst(t *testing.T) {
	s := start(t, nil)
	bins := map[string]bool{}
	for _, n := range []string{"+15550001000", "+15550001001", "+15550001002", "+15550001003", "+15550001004"} {
		s.number(n)
		bins[s.bin(n, "<Response/>")] = true
	}
	seen, pages := s.all("/repli/v1/numbers?limit=2", "numbers", "number")
	equal(t, "numbers", []any{"+15550001004", "+15550001003", "+15550001002", "+15550001001", "+15550001000"}, seen)
	equal(t, "pages", 3, pages)

	full := s.must(200, "GET", "/repli/v1/numbers?limit=5", "")
	equal(t, "next after a page that holds all", nil, full["next"])

	listed, _ := s.all("/repli/v1/bins?limit=2", "bins", "sid")
	for _, sid := range listed {
		if !bins[sid.(string)] {
			t.Errorf("the bin %s stands in two pages", sid)
		}
		delete(bins, sid.(string))
	}
	equal(t, "bins not listed", 0, len(bins))
}

func TestAPageThatDoesNotExistIsRefused(t *testing.T) {
	s := start(t, nil)
	s.number("+15550001000")
	s.number("+15550001001")
	next := s.must(200, "GET", "/repli/v1/numbers?limit=1", "")["next"].(string)
	_, token, _ := strings.Cut(next, "page=")
	for _, list := range []string{"numbers", "bins", "messages", "alerts", "events", "subscriptions"} {
		path := "/repli/v1/" + list
		s.refuses([]refusal{
			{list + ": no items", "GET", path + "?limit=0", "", 400, 20007, "between 1 and 1000; it is 0"},
			{list + ": too many items", "GET", path + "?limit=1001", "", 400, 20007, "between 1 and 1000; it is 1001"},
			{list + ": no number", "GET", path + "?limit=ten", "", 400, 20422, "limit must be a whole number"},
			{list + ": a made-up page", "GET", path + "?page=2", "", 400, 21481, `"2" is not a page of this list`},
			{list + ": base64 of nothing", "GET", path + "?page=UEE", "", 400, 21481, "is not a page of this list"},
			{list + ": hostile text", "GET", path + "?page=UEH_AA", "", 400, 21481, "is not a page of this list"},
		})
		if list != "numbers" {
			s.refuses([]refusal{{list + ": a page of another list", "GET", path + "?page=" + token, "", 400, 21481, "is not a page of this list"}})
		}
	}
}

func TestAnotherAccountsNumbersAreNotListed(t *testing.T) {
	s := start(t, nil)
	s.number("+15550001000")
	s.as = bob
	equal(t, "Bob's numbers", []any{}, s.must(200, "GET", "/repli/v1/numbers", "")["numbers"])
}

func TestTheNumberInTheStoreIsWhatWasAsked(t *testing.T) {
	s := start(t, nil)
	s.must(201, "POST", "/repli/v1/numbers", `{"number":"+15550001000","last_resort":"Bye","steps":[{"url":"https://example.com/"}]}`)
	n, err := s.db.NumberByAddress(context.Background(), "+15550001000")
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "account", ann.SID, n.Account)
	equal(t, "chain", repli.Chain{
		Steps: []repli.Step{{URL: "https://example.com/", Method: "POST"}}, LastResort: "Bye", AnswerBy: repli.DefaultAnswerBy,
	}, n.Chain)
	if all, err := s.db.Numbers(context.Background(), ann.SID, store.NumberFilter{}, store.Page{Limit: 9}); err != nil || len(all) != 1 {
		t.Errorf("the store has %d numbers, %v", len(all), err)
	}
}
