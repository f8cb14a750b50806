package rest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/store"
)

// only returns the fields of a resource that are named.
func only(resource map[string]any, names ...string) map[string]any {
	some := map[string]any{}
	for _, name := range names {
		some[name] = resource[name]
	}
	return some
}

func TestANumberIsAddedConfiguredAndAnswers(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		api := s.Twilio()
		fails, says := apptest.Fails(500)(s).URL, apptest.Says("Back soon.")(s).URL
		n := api.Must(201, "POST", "/IncomingPhoneNumbers.json", "PhoneNumber", "(555) 000-2000",
			"SmsUrl", fails, "SmsMethod", "GET", "SmsFallbackUrl", says, "VoiceUrl", "https://voice.example", "FriendlyName", "Shop")
		want := map[string]any{
			"phone_number": "+15550002000", "friendly_name": "Shop", "sms_url": fails, "sms_method": "GET",
			"sms_fallback_url": says, "sms_fallback_method": "POST", "sms_application_sid": nil, "status": "in-use",
			"type": "local", "origin": "twilio", "voice_url": nil, "account_sid": string(apptest.Account),
			"capabilities": map[string]any{"sms": true, "mms": true, "voice": false, "fax": false},
		}
		for name := range want {
			if diff := cmp.Diff(want[name], n[name]); diff != "" {
				t.Errorf("%s: -want +got:\n%s", name, diff)
			}
		}
		ann := s.Phone("+15557770001")
		ann.Texts("+15550002000", "Is my order ready?")
		ann.Expects("Back soon.")

		path := "/IncomingPhoneNumbers/" + n["sid"].(string) + ".json"
		if diff := cmp.Diff(n, api.Must(200, "GET", path)); diff != "" {
			t.Errorf("read again: -want +got:\n%s", diff)
		}
		open := apptest.Says("We are open.")(s).URL
		changed := api.Must(200, "POST", path, "SmsUrl", open, "SmsMethod", "POST")
		got := only(changed, "sms_url", "sms_method", "sms_fallback_url", "friendly_name")
		wanted := map[string]any{"sms_url": open, "sms_method": "POST", "sms_fallback_url": says, "friendly_name": "Shop"}
		if diff := cmp.Diff(wanted, got); diff != "" {
			t.Errorf("changed: -want +got:\n%s", diff)
		}
		ann.Texts("+15550002000", "And now?")
		ann.Expects("We are open.")
		if got := api.Do("DELETE", path); got.Status != 204 {
			t.Errorf("deleted: got %d %s, want 204", got.Status, got.Raw)
		}
		api.Refuses(404, 20404, "GET", path)
		api.Refuses(404, 20404, "POST", path, "SmsUrl", open)
		api.Refuses(404, 20404, "DELETE", path)
	})
}

func TestANumberUsesAnApplicationUntilItIsTakenAway(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		api := s.Twilio()
		app := api.Must(201, "POST", "/Applications.json", "SmsUrl", apptest.Says("The application's.")(s).URL)["sid"]
		own := apptest.Says("The number's.")(s).URL
		n := api.Must(201, "POST", "/IncomingPhoneNumbers.json", "PhoneNumber", "+15550002000", "SmsUrl", own, "SmsApplicationSid", app.(string))
		if n["sms_application_sid"] != app || n["sms_url"] != own {
			t.Errorf("the number has %v and %v, want %v and %v", n["sms_application_sid"], n["sms_url"], app, own)
		}
		ann := s.Phone("+15557770001")
		ann.Texts("+15550002000", "Hello?")
		ann.Expects("The application's.")
		n = api.Must(200, "POST", "/IncomingPhoneNumbers/"+n["sid"].(string)+".json", "SmsApplicationSid", "")
		if n["sms_application_sid"] != nil {
			t.Errorf("the number still has %v", n["sms_application_sid"])
		}
		ann.Texts("+15550002000", "And now?")
		ann.Expects("The number's.")
	})
}

func TestALongerChainSurvivesAnUpdateOfItsFirstSteps(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Chain("+15550002000", repli.Chain{LastResort: "Sorry."}, apptest.Bin("<Response/>"), apptest.Fails(500), apptest.Fails(501))
		api := s.Twilio()
		n, err := s.DB.NumberByAddress(t.Context(), "+15550002000")
		if err != nil {
			t.Fatal(err)
		}
		path := "/IncomingPhoneNumbers/" + string(n.SID) + ".json"
		shown := api.Must(200, "GET", path)
		bin := repli.BinURL(apptest.BaseURL, n.Chain.Steps[0].Bin)
		if shown["sms_url"] != bin || shown["sms_fallback_url"] != n.Chain.Steps[1].URL {
			t.Errorf("shown as %v, %v; want %v, %v", shown["sms_url"], shown["sms_fallback_url"], bin, n.Chain.Steps[1].URL)
		}
		api.Must(200, "POST", path, "SmsUrl", bin, "SmsFallbackUrl", "https://new.example")
		want := n.Chain
		want.Steps = []repli.Step{n.Chain.Steps[0], {URL: "https://new.example", Method: "POST"}, n.Chain.Steps[2]}
		after, err := s.DB.NumberByAddress(t.Context(), "+15550002000")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, after.Chain); diff != "" {
			t.Errorf("the chain (-want +got):\n%s", diff)
		}
	})
}

func TestANumberThatCannotBeIsRefused(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number("+15550002000")
		api := s.Twilio()
		sub := api.Must(201, "POST", accounts+".json")
		foreign := s.TwilioAs(sub["sid"].(string), sub["auth_token"].(string)).Must(201, "POST", "/Applications.json")["sid"].(string)
		for _, tt := range []struct {
			shows string
			code  int
			form  []string
		}{
			{"no number", 21421, nil},
			{"what is no number", 21421, []string{"PhoneNumber", "12"}},
			{"a number that is kept already", 21422, []string{"PhoneNumber", "+15550002000"}},
			{"a handler that is no URL", 21402, []string{"SmsUrl", "shop.example"}},
			{"a handler that could never be asked", 21402, []string{"SmsUrl", "https://shop.example/#rc=x"}},
			{"a fallback that is no URL", 21402, []string{"SmsUrl", "https://a.example", "SmsFallbackUrl", "x"}},
			{"a method", 21403, []string{"SmsUrl", "https://a.example", "SmsMethod", "PUT"}},
			{"a fallback's method", 21403, []string{"SmsFallbackMethod", "get"}},
			{"a fallback alone", 21406, []string{"SmsFallbackUrl", "https://b.example"}},
			{"an application that is not there", 21420, []string{"SmsApplicationSid", "AP00000000000000000000000000000009"}},
			{"an application of another account", 21420, []string{"SmsApplicationSid", foreign}},
			{"what is no application", 21420, []string{"SmsApplicationSid", "MG1"}},
			{"a long name", 20002, []string{"FriendlyName", strings.Repeat("x", 65)}},
			{"what is no area code", 21451, []string{"AreaCode", "911"}},
			{"an area code nobody offers", 21452, []string{"AreaCode", "242"}},
		} {
			t.Log(tt.shows)
			form := tt.form
			if tt.code != 21421 && tt.code != 21422 && tt.code != 21451 && tt.code != 21452 {
				form = append(form, "PhoneNumber", "+15550002001")
			}
			api.Refuses(400, tt.code, "POST", "/IncomingPhoneNumbers.json", form...)
		}
		api.Refuses(400, 21458, "POST", "/IncomingPhoneNumbers/TollFree.json", "PhoneNumber", "+15550002001")
		api.Refuses(400, 21457, "POST", "/IncomingPhoneNumbers/Local.json", "AreaCode", "415")
		if all, err := s.DB.Numbers(t.Context(), apptest.Account, store.NumberFilter{Address: "+15550002"}, store.Page{Limit: 10}); err != nil || len(all) != 1 {
			t.Errorf("numbers %v, %v; want the one there was", all, err)
		}
		n, err := s.DB.NumberByAddress(t.Context(), "+15550002000")
		if err != nil {
			t.Fatal(err)
		}
		path := "/IncomingPhoneNumbers/" + string(n.SID) + ".json"
		api.Refuses(400, 20422, "POST", path, "AccountSid", sub["sid"].(string))
		own := s.TwilioAs(sub["sid"].(string), sub["auth_token"].(string))
		own.Refuses(404, 20404, "GET", path)
		own.Refuses(404, 20404, "POST", path, "SmsUrl", "https://a.example")
		own.Refuses(404, 20404, "DELETE", path)
	})
}

func TestNumbersAreListedByWhatTheyAre(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		api := s.Twilio()
		demo, err := s.DB.Numbers(t.Context(), apptest.Account, store.NumberFilter{}, store.Page{Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range demo { // what a server for development begins with
			api.Do("DELETE", "/IncomingPhoneNumbers/"+string(n.SID)+".json")
		}
		for i, number := range []string{"+14155550100", "+18885550100", "+447400123456", "+14155550101"} {
			api.Must(201, "POST", "/IncomingPhoneNumbers.json", "PhoneNumber", number, "FriendlyName", fmt.Sprint("n", i%3))
		}
		for _, tt := range []struct {
			shows, path string
			query       []string
			want        []any
		}{
			{"all, newest first", "", nil, []any{"+14155550101", "+447400123456", "+18885550100", "+14155550100"}},
			{"by number", "", []string{"PhoneNumber", "+447400123456"}, []any{"+447400123456"}},
			{"by a pattern", "", []string{"PhoneNumber", "555010*"}, []any{"+14155550101", "+18885550100", "+14155550100"}},
			{"by name", "", []string{"FriendlyName", "n0"}, []any{"+14155550101", "+14155550100"}},
			{"from elsewhere", "", []string{"Origin", "hosted"}, nil},
			{"from here", "", []string{"Origin", "twilio", "Beta", "false", "PageSize", "1"}, []any{"+14155550101"}},
			{"new ones to Twilio", "", []string{"Beta", "true"}, nil},
			{"local ones", "/Local", nil, []any{"+14155550101", "+14155550100"}},
			{"the first local one", "/Local", []string{"PageSize", "1"}, []any{"+14155550101"}},
			{"mobile ones", "/Mobile", nil, []any{"+447400123456"}},
			{"toll-free ones", "/TollFree", nil, []any{"+18885550100"}},
			{"toll-free ones with another name", "/TollFree", []string{"FriendlyName", "n0"}, nil},
		} {
			got := api.Must(200, "GET", "/IncomingPhoneNumbers"+tt.path+".json", tt.query...)
			if diff := cmp.Diff(tt.want, field(got["incoming_phone_numbers"], "phone_number")); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tt.shows, diff)
			}
		}
		first := api.Must(200, "GET", "/IncomingPhoneNumbers/Local.json", "PageSize", "1")
		second := api.Must(200, "GET", first["next_page_uri"].(string))
		if got := field(second["incoming_phone_numbers"], "phone_number"); len(got) != 1 || got[0] != "+14155550100" || second["next_page_uri"] != nil {
			t.Errorf("the second local page has %v and leads to %v", got, second["next_page_uri"])
		}
	})
}

func TestANumberOfAnAreaComesFromTheSupply(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		api := s.Twilio()
		for _, want := range []string{"+15105550100", "+15105550101"} {
			if n := api.Must(201, "POST", "/IncomingPhoneNumbers.json", "AreaCode", "510"); n["phone_number"] != want {
				t.Errorf("got %v, want %s", n["phone_number"], want)
			}
		}
		if n := api.Must(201, "POST", "/IncomingPhoneNumbers/TollFree.json", "PhoneNumber", "+18335550107"); n["phone_number"] != "+18335550107" {
			t.Errorf("got %v, want +18335550107", n["phone_number"])
		}
		if n := api.Must(201, "POST", "/IncomingPhoneNumbers.json", "AreaCode", "833"); n["phone_number"] != "+18335550100" {
			t.Errorf("got %v, want +18335550100", n["phone_number"])
		}
		if n := api.Must(201, "POST", "/IncomingPhoneNumbers.json", "AreaCode", "416"); n["phone_number"] != "+14165550100" {
			t.Errorf("got %v, want +14165550100", n["phone_number"])
		}
	})
}
