package app_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/docs"
	"github.com/repli-sms/repli/store"
)

// longName is what a caller may give as a name, a value or a part of a path.
var longName = strings.Repeat("N", 60<<10)

// mostSaid is how long a body with an error may be.
const mostSaid = 4 << 10

// TestErrorsOfTheNativeAPIDoNotRepeatWhatIsLong gives each operation that is described a long value for
// each parameter and each property.
func TestErrorsOfTheNativeAPIDoNotRepeatWhatIsLong(t *testing.T) {
	ask := apptest.Asked(t)
	var doc struct {
		Paths map[string]map[string]struct {
			Parameters []struct {
				Name, In string
			}
			RequestBody *struct {
				Content map[string]struct{ Schema json.RawMessage }
			}
		}
		Components struct {
			Schemas map[string]struct{ Properties map[string]json.RawMessage }
		}
	}
	if err := json.Unmarshal(docs.OpenAPI, &doc); err != nil {
		t.Fatal(err)
	}
	asked := 0
	say := func(method, target, kind, body string) {
		h := http.Header{"Content-Type": {kind}}
		r := http.Request{Header: h}
		r.SetBasicAuth(string(apptest.Account), apptest.Token)
		w := ask(method, target, body, h)
		if w == nil {
			return
		}
		asked++
		if w.Code >= 400 && (w.Body.Len() > mostSaid || w.Code >= 500) {
			t.Errorf("%s %.120s %.60q: %d with %d bytes: %.300s", method, target, body, w.Code, w.Body.Len(), w.Body)
		}
	}
	for path, methods := range doc.Paths {
		if path == "/repli/v1/reset" {
			continue
		}
		plain := strings.NewReplacer("{number}", "+15550001000", "{phone}", "+15557770001").Replace(path)
		for method, op := range methods {
			method = strings.ToUpper(method)
			for _, p := range op.Parameters {
				switch p.In {
				case "path":
					say(method, strings.ReplaceAll(path, "{"+p.Name+"}", longName), "application/json", "{}")
				case "query":
					say(method, plain+"?"+p.Name+"="+longName, "application/json", "")
				}
			}
			say(method, plain+"?"+longName+"=1", "application/json", "")
			if op.RequestBody == nil {
				continue
			}
			say(method, plain, longName, "{}")
			say(method, plain, "application/json", `{"`+longName+`":1}`)
			for _, schema := range doc.Components.Schemas {
				for name := range schema.Properties {
					for _, value := range []string{`"` + longName + `"`, `["` + longName + `"]`, `[{"url":"` + longName + `"}]`} {
						say(method, plain, "application/json", `{"`+name+`":`+value+`}`)
					}
				}
			}
		}
	}
	if asked < 1000 {
		t.Errorf("only %d requests were made, which shows little", asked)
	}
}

// TestErrorsOfTwiliosAPIDoNotRepeatWhatIsLong puts a long value in place of LONG.
func TestErrorsOfTwiliosAPIDoNotRepeatWhatIsLong(t *testing.T) {
	ask := apptest.Asked(t)
	const account = "/2010-04-01/Accounts/" + string(apptest.Account)
	for _, row := range []struct{ method, target, form string }{
		{"GET", "/2010-04-01/Accounts/LONG.json", ""},
		{"POST", account + ".json", "Status=LONG"},
		{"GET", account + "/LONG", ""},
		{"GET", account + "/Messages/LONG.json", ""},
		{"GET", account + "/Messages.json?PageToken=LONG", ""},
		{"GET", account + "/Messages.json?PageSize=LONG", ""},
		{"GET", account + "/Messages.json?DateSent=LONG", ""},
		{"POST", account + "/Messages.json", "To=LONG&From=%2B15550001000&Body=Hi"},
		{"POST", account + "/Messages.json", "To=LONG:x&From=%2B15550001000&Body=Hi"},
		{"POST", account + "/Messages.json", "To=%2B15557770001&From=LONG&Body=Hi"},
		{"POST", account + "/Messages.json", "To=%2B15557770001&From=%2B15550001000&Body=LONG"},
		{"POST", account + "/Messages.json", "To=%2B15557770001&From=%2B15550001000&MediaUrl=LONG"},
		{"POST", account + "/Messages.json", "To=%2B15557770001&From=%2B15550001000&Body=a&StatusCallback=LONG"},
		{"POST", account + "/Messages.json", "To=%2B15557770001&MessagingServiceSid=LONG&Body=a"},
		{"POST", account + "/Messages.json", "To=%2B15557770001&From=%2B15550001000&Body=a&SendAt=LONG"},
		{"POST", account + "/Messages.json", "To=%2B15557770001&From=%2B15550001000&ContentSid=LONG"},
		{"POST", account + "/Messages.json", "To=%2B15557770001&From=%2B15550001000&Body=a&ScheduleType=LONG"},
		{"POST", account + "/Messages.json", "To=%2B15557770001&From=%2B15550001000&Body=a&ValidityPeriod=LONG"},
		{"POST", account + "/Messages.json", "To=%2B15557770001&From=%2B15550001000&Body=a&SmartEncoded=LONG"},
		{"POST", account + "/IncomingPhoneNumbers.json", "PhoneNumber=LONG"},
		{"POST", account + "/IncomingPhoneNumbers.json", "AreaCode=LONG"},
		{"POST", account + "/IncomingPhoneNumbers.json", "PhoneNumber=%2B15550001007&SmsUrl=http://LONG"},
		{"POST", account + "/IncomingPhoneNumbers.json", "PhoneNumber=%2B15550001007&SmsUrl=https://a.example%23rp=LONG"},
		{"POST", account + "/IncomingPhoneNumbers.json", "PhoneNumber=%2B15550001007&SmsUrl=https://a.example&SmsMethod=LONG"},
		{"POST", account + "/IncomingPhoneNumbers.json", "PhoneNumber=%2B15550001007&SmsApplicationSid=LONG"},
		{"GET", account + "/AvailablePhoneNumbers/LONG/Local.json", ""},
		{"POST", account + "/Applications.json", "SmsUrl=LONG"},
		{"POST", account + "/Keys.json", "FriendlyName=LONG"},
		{"GET", account + "/Notifications.json?Log=LONG", ""},
		{"GET", "/v1/Alerts?LogLevel=LONG", ""},
		{"GET", "/v1/Alerts/LONG", ""},
		{"POST", "/v1/Services", "FriendlyName=LONG"},
		{"POST", "/v1/Services", "FriendlyName=a&ScanMessageContent=LONG"},
		{"GET", "/v1/Services/LONG", ""},
		{"GET", "/LONG", ""},
		{"LONG", account + "/Messages.json", ""},
	} {
		h := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
		r := http.Request{Header: h}
		r.SetBasicAuth(string(apptest.Account), apptest.Token)
		long := func(s string) string { return strings.ReplaceAll(s, "LONG", longName) }
		w := ask(long(row.method), long(row.target), long(row.form), h)
		if w == nil || w.Code < 400 || w.Code >= 500 || w.Body.Len() > mostSaid {
			t.Errorf("%s %s %s: got %+v", row.method, row.target, row.form, w)
		}
	}
}

// TestStrangersNamesAreNotRepeated gives the host, the credentials and the signature of a request a long
// value.
func TestStrangersNamesAreNotRepeated(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		for shows, change := range map[string]func(*http.Request){
			"a host":     func(r *http.Request) { r.Host = longName + ".example" },
			"an account": func(r *http.Request) { r.SetBasicAuth(longName, "x") },
			"a token":    func(r *http.Request) { r.SetBasicAuth(string(apptest.Account), longName) },
			"a signature": func(r *http.Request) {
				r.URL.Path = "/twiml/EH" + longName
				r.Header.Set("X-Twilio-Signature", longName)
			},
			"a form's name": func(r *http.Request) { r.URL.RawQuery = url.Values{longName: {"1"}}.Encode() },
		} {
			r, err := http.NewRequest("GET", "http://127.0.0.1:8080/repli/v1/messages", nil)
			if err != nil {
				t.Fatal(err)
			}
			change(r)
			w := httptest.NewRecorder()
			s.Handler.ServeHTTP(w, r)
			if w.Code < 300 || w.Body.Len() > 32<<10 {
				t.Errorf("%s: got %d with %d bytes: %.200s", shows, w.Code, w.Body.Len(), w.Body)
			}
		}
		alerts, err := s.DB.Alerts(t.Context(), apptest.Account, store.AlertFilter{}, store.Page{Limit: 100})
		for _, a := range alerts {
			if len(a.Detail) > 1000 || len(a.URL) > repli.MaxURL || len(a.Method) > 100 {
				t.Errorf("an alert says %.200s…", a.Detail)
			}
		}
		if err != nil {
			t.Error(err)
		}
	})
}
