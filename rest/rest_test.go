package rest_test

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/store"
)

func TestTheOlderAPISpeaksJSONOnlyWhenAskedFor(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		api := s.Twilio()
		for _, suffix := range []string{"", ".xml", ".csv"} {
			message := api.Refuses(406, 20406, "GET", "/Keys"+suffix)
			if want := "ask for /2010-04-01/Accounts/" + string(apptest.Account) + "/Keys.json"; !strings.HasSuffix(message, want) {
				t.Errorf("%q: the message is %q, want %q", suffix, message, want)
			}
		}
		api.Must(200, "GET", "/Keys.json")
		api.Refuses(404, 20404, "GET", "/Keys.json.json")
		api.Refuses(404, 20404, "GET", "/Calls.xml")
		api.Refuses(404, 20404, "GET", "/keys.json")
		api.Refuses(404, 20404, "GET", "/Keys/SK1.json")
		api.Refuses(404, 20404, "GET", "/Keys/AC00000000000000000000000000000001.json")
		api.Refuses(404, 20404, "GET", accounts+"/me.json")
		api.Refuses(405, 20004, "DELETE", ".json")
	})
}

func TestWhoIsNobodyIsToldSo(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.TwilioAs("", "").Refuses(401, 20003, "GET", accounts+".json")
		s.TwilioAs(string(apptest.Account), "x").Refuses(401, 20003, "GET", ".json")
	})
}

// A page in a browser may not use the API: the credentials of a dev server are known to all.
func TestPagesOfOtherSitesMayNotUseTheAPI(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		for method, want := range map[string]int{"GET": 200, "POST": 403, "OPTIONS": 405} {
			r := httptest.NewRequest(method, accounts+".json", nil)
			r.SetBasicAuth(string(apptest.Account), apptest.Token)
			r.Header.Set("Origin", "https://evil.example")
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			w := httptest.NewRecorder()
			s.Handler.ServeHTTP(w, r)
			if w.Code != want || w.Header().Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s: got %d %v, want %d and no CORS", method, w.Code, w.Header(), want)
			}
		}
	})
}

func TestAnUnknownPathOfTwiliosLeavesAnAlert(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		api := s.Twilio()
		calls := accounts + "/" + string(apptest.Account) + "/Calls"
		for range 3 {
			message := api.Refuses(404, 20404, "POST", calls+".json", "To", "+15557770001")
			if want := "Repli has nothing at POST " + calls + ".json; docs/compatibility.md lists what it has of Twilio's API"; message != want {
				t.Errorf("got  %q\nwant %q", message, want)
			}
		}
		api.Refuses(404, 20404, "GET", calls+"/CA00000000000000000000000000000001.json")
		api.Refuses(404, 20404, "GET", calls+"/CA00000000000000000000000000000002.json")
		api.Refuses(404, 20404, "GET", "/v1/Sims?Secret=1")
		api.Refuses(404, 20404, "GET", "/v2/Services")
		api.Refuses(404, 20404, "GET", "/2010-04-01") // where a mux would redirect
		s.TwilioAs(string(apptest.Account), "x").Refuses(404, 20404, "GET", "/v1/Nothing")
		api.Refuses(404, 20404, "GET", "/Keys/SK00000000000000000000000000000001.json") // there could be such a key

		alerts, err := s.DB.Alerts(t.Context(), apptest.Account, store.AlertFilter{}, store.Page{Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range alerts {
			if a.Code != 20404 || !strings.Contains(a.Detail, "docs/compatibility.md") {
				t.Errorf("the alert is %+v", a)
			}
			path, ours := strings.CutPrefix(a.URL, apptest.BaseURL)
			if !ours {
				t.Errorf("the alert's URL is %q, want one of %s", a.URL, apptest.BaseURL)
			}
			got = append(got, a.Method+" "+path)
		}
		want := []string{"GET /2010-04-01", "GET /v2/Services", "GET /v1/Sims", "GET " + calls + "/CA00000000000000000000000000000001.json", "POST " + calls + ".json"}
		if !slices.Equal(got, want) {
			t.Errorf("alerts %q, want %q", got, want)
		}
	})
}

func TestAFloodOfUnknownPathsLeavesFewAlerts(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		api := s.Twilio()
		for i := range 150 {
			api.Refuses(404, 20404, "GET", "/v1/Nothing"+strings.Repeat("x", i))
		}
		if got := len(s.Alerts()); got != 100 {
			t.Errorf("%d alerts, want 100", got)
		}
	})
}

func TestAnAnswerSaysHowLongItTook(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		a := s.Twilio().Do("GET", ".json")
		if got := a.Header.Get("Twilio-Request-Duration"); got != "0.000" {
			t.Errorf("Twilio-Request-Duration %q, want 0.000, as no time has passed", got)
		}
	})
}
