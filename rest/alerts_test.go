package rest_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
)

func TestAnAlertShowsTheRequestThatFailed(t *testing.T) {
	for _, method := range []string{"POST", "GET"} {
		t.Run(method, func(t *testing.T) {
			apptest.Run(t, func(t *testing.T, s *apptest.Server) {
				handler := s.URL(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Type", "text/plain")
					w.WriteHeader(500)
					w.Write([]byte("no \xff cake & no tea"))
				}) + "?tenant=7"
				s.Chain("+15550002000", repli.Chain{LastResort: "Sorry."}, apptest.Fails(503),
					func(*apptest.Server) repli.Step { return repli.Step{URL: handler, Method: method} })
				phone := s.Phone("+15557770001")
				sid := phone.Texts("+15550002000", "hello & bye")
				phone.Expects("Sorry.")

				api := s.Twilio()
				listed := api.Must(200, "GET", "/v1/Alerts")["alerts"].([]any)
				if len(listed) != 2 {
					t.Fatalf("%d alerts, want one for each step: %v", len(listed), listed)
				}
				alert := listed[0].(map[string]any) // the fallback's
				text := form(t, alert["alert_text"])
				no := alert["sid"].(string)
				if text.Get("ErrorCode") != "11217" || text.Get("LogLevel") != "ERROR" || text.Get("url") != handler || text.Get("Msg") == "" {
					t.Errorf("alert_text is %v", text)
				}
				want := map[string]any{
					"account_sid": string(apptest.Account), "alert_text": alert["alert_text"], "api_version": "2010-04-01",
					"date_created": "2000-01-01T00:00:00Z", "date_generated": "2000-01-01T00:00:00Z", "date_updated": "2000-01-01T00:00:00Z",
					"error_code": "11217", "log_level": "error", "more_info": "https://www.twilio.com/docs/errors/11217",
					"request_method": method, "request_url": handler, "resource_sid": string(sid), "service_sid": nil,
					"sid": no, "url": apptest.BaseURL + "/v1/Alerts/" + no,
				}
				if diff := cmp.Diff(want, alert); diff != "" {
					t.Errorf("listed: -want +got:\n%s", diff)
				}

				fetched := api.Must(200, "GET", alert["url"].(string))
				checkEvidence(t, fetched, method)
				if got := form(t, fetched["request_headers"]).Get("X-Twilio-Signature"); got == "" {
					t.Errorf("request_headers are %v, want the signature among them", fetched["request_headers"])
				}
				for name := range fetched {
					if _, ok := want[name]; !ok {
						delete(fetched, name)
					}
				}
				if diff := cmp.Diff(want, fetched); diff != "" {
					t.Errorf("fetched: -want +got:\n%s", diff)
				}

				note := api.Must(200, "GET", "/Notifications/"+no+".json")
				checkEvidence(t, note, method)
				for name, want := range map[string]any{
					"log": "0", "error_code": "11217", "message_text": alert["alert_text"], "request_url": handler, "call_sid": nil,
					"message_date": "Sat, 01 Jan 2000 00:00:00 +0000", "uri": accounts + "/" + string(apptest.Account) + "/Notifications/" + no + ".json",
				} {
					if note[name] != want {
						t.Errorf("%s of the notification is %v, want %v", name, note[name], want)
					}
				}
			})
		})
	}
}

// checkEvidence looks for what was asked and answered.
func checkEvidence(t *testing.T, got map[string]any, method string) {
	t.Helper()
	variables := form(t, got["request_variables"])
	if variables.Get("Body") != "hello & bye" || variables.Has("tenant") != (method == "GET") {
		t.Errorf("request_variables of a %s are %v", method, variables)
	}
	if h := form(t, got["response_headers"]); h.Get("Content-Type") != "text/plain" {
		t.Errorf("response_headers are %v", h)
	}
	if got["response_body"] != "no \uFFFD cake & no tea" {
		t.Errorf("response_body is %q", got["response_body"])
	}
}

// form reads a field in form encoding.
func form(t *testing.T, field any) url.Values {
	t.Helper()
	text, _ := field.(string)
	v, err := url.ParseQuery(text)
	if err != nil {
		t.Errorf("%q: %v", text, err)
	}
	return v
}

// raised keeps alerts that happened at these times.
func raised(t *testing.T, s *apptest.Server, account repli.SID, alerts ...repli.Alert) []repli.Alert {
	t.Helper()
	for i := range alerts {
		alerts[i].SID, alerts[i].Account = repli.NewSID(repli.AlertPrefix), account
	}
	if err := s.DB.Commit(t.Context(), repli.Change{Alerts: alerts}); err != nil {
		t.Fatal(err)
	}
	return alerts
}

func TestAlertsAreFoundByLevelAndTime(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		day := time.Date(2000, 1, 2, 0, 0, 0, 0, time.UTC)
		raised(t, s, apptest.Account,
			repli.Alert{Code: 11200, Created: day.Add(-time.Microsecond), Method: "DELETE", Detail: "the day before"},
			repli.Alert{Code: 12200, Created: day, Detail: "a warning"},
			repli.Alert{Code: 11205, Created: day.AddDate(0, 0, 1).Add(-time.Microsecond), Detail: "late"},
			repli.Alert{Code: 11206, Created: day.AddDate(0, 0, 1), Detail: "the day after"})
		const old, list = "/Notifications.json", "/v1/Alerts"
		for _, tt := range []struct {
			shows, path string
			query       []string
			want        []any
		}{
			{"all, newest first", list, nil, []any{"11206", "11205", "12200", "11200"}},
			{"errors", list, []string{"LogLevel", "error"}, []any{"11206", "11205", "11200"}},
			{"warnings", list, []string{"LogLevel", "warning"}, []any{"12200"}},
			{"a level that is never raised", list, []string{"LogLevel", "debug"}, nil},
			{"from a day on", list, []string{"StartDate", "2000-01-02"}, []any{"11206", "11205", "12200"}},
			{"to the end of a day", list, []string{"EndDate", "2000-01-02"}, []any{"11205", "12200", "11200"}},
			{"within a day", list, []string{"StartDate", "2000-01-02", "EndDate", "2000-01-02"}, []any{"11205", "12200"}},
			{"to a moment", list, []string{"EndDate", "2000-01-02T00:00:00Z"}, []any{"12200", "11200"}},
			{"to the beginning of all times", list, []string{"EndDate", "1970-01-01T00:00:00Z"}, nil},
			{"from a moment elsewhere", list, []string{"StartDate", "2000-01-03T01:00:00+01:00"}, []any{"11206"}},

			{"all, in the older form", old, nil, []any{"11206", "11205", "12200", "11200"}},
			{"errors", old, []string{"Log", "0"}, []any{"11206", "11205", "11200"}},
			{"warnings", old, []string{"Log", "1"}, []any{"12200"}},
			{"of a day", old, []string{"MessageDate", "2000-01-02"}, []any{"11205", "12200"}},
			{"of a day and before", old, []string{"MessageDate<", "2000-01-02"}, []any{"11205", "12200", "11200"}},
			{"of a day and after", old, []string{"MessageDate>", "2000-01-02"}, []any{"11206", "11205", "12200"}},
			{"of a day that is before another", old, []string{"MessageDate", "2000-01-02", "MessageDate<", "2000-01-01"}, nil},
			{"of a day that is after another", old, []string{"MessageDate", "2000-01-01", "MessageDate>", "2000-01-03"}, nil},
			{"between two", old, []string{"MessageDate>", "2000-01-01", "MessageDate<", "2000-01-01"}, []any{"11200"}},
		} {
			got := s.Twilio().Must(200, "GET", tt.path, tt.query...)
			items := got["alerts"]
			if tt.path == old {
				items = got["notifications"]
			}
			if diff := cmp.Diff(tt.want, field(items, "error_code")); diff != "" {
				t.Errorf("%s %s: -want +got:\n%s", tt.path, tt.shows, diff)
			}
		}
		api := s.Twilio()
		api.Refuses(400, 20422, "GET", list, "LogLevel", "loud")
		api.Refuses(400, 20422, "GET", list, "StartDate", "yesterday")
		api.Refuses(400, 20422, "GET", old, "Log", "2")
		api.Refuses(400, 20422, "GET", old, "MessageDate<", "yesterday")

		page := api.Must(200, "GET", list, "PageSize", "3", "LogLevel", "error", "EndDate", "2000-01-03")
		meta := page["meta"].(map[string]any)
		if meta["key"] != "alerts" || meta["next_page_url"] != nil {
			t.Errorf("meta of a list of three is %v", meta)
		}
		page = api.Must(200, "GET", list, "PageSize", "2", "LogLevel", "error")
		next := api.Must(200, "GET", page["meta"].(map[string]any)["next_page_url"].(string))
		if diff := cmp.Diff([]any{"11200"}, field(next["alerts"], "error_code")); diff != "" {
			t.Errorf("the second page of errors: -want +got:\n%s", diff)
		}
		if next["alerts"].([]any)[0].(map[string]any)["request_method"] != nil {
			t.Errorf("a DELETE, for which Twilio has no word, is %v, want no method", next["alerts"])
		}
	})
}

func TestAlertsBelongToTheirAccount(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		api := s.Twilio()
		sub := api.Must(201, "POST", accounts+".json")
		own := s.TwilioAs(sub["sid"].(string), sub["auth_token"].(string))
		theirs := raised(t, s, repli.SID(own.User), repli.Alert{Code: 11200, Created: time.Now()})[0].SID
		mine := raised(t, s, apptest.Account, repli.Alert{Code: 11205, Created: time.Now(), Attempt: repli.NewSID(repli.AttemptPrefix)})[0].SID
		own.Refuses(404, 20404, "GET", "/v1/Alerts/"+string(mine))
		own.Refuses(404, 20404, "GET", "/Notifications/"+string(mine)+".json")
		if got := field(own.Must(200, "GET", "/v1/Alerts")["alerts"], "sid"); len(got) != 1 || got[0] != string(theirs) {
			t.Errorf("the subaccount sees %v, want %s alone", got, theirs)
		}
		if got := field(own.Must(200, "GET", "/Notifications.json")["notifications"], "sid"); len(got) != 1 || got[0] != string(theirs) {
			t.Errorf("the subaccount has the notifications %v, want %s alone", got, theirs)
		}
		api.Must(200, "GET", accounts+"/"+own.User+"/Notifications/"+string(theirs)+".json")
		api.Refuses(404, 20404, "GET", "/v1/Alerts/NO00000000000000000000000000000000")

		alert := api.Must(200, "GET", "/v1/Alerts/"+strings.ToUpper(string(mine)))
		for _, name := range []string{"request_variables", "request_headers", "response_headers", "response_body", "request_url", "resource_sid"} {
			if alert[name] != nil {
				t.Errorf("%s of an alert whose attempt is forgotten is %v, want null", name, alert[name])
			}
		}
		if want := apptest.BaseURL + "/v1/Alerts/" + string(mine); alert["url"] != want {
			t.Errorf("its address is %v, want %s", alert["url"], want)
		}
	})
}
