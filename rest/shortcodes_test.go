package rest_test

import (
	"context"
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/configure"
)

// addShort adds a number with this address in a country, and returns its SID with another prefix.
func addShort(t *testing.T, s *apptest.Server, address, country, prefix string) string {
	t.Helper()
	acct := repli.Account{SID: apptest.Account}
	n, err := configure.Editor{DB: s.DB}.AddNumber(context.Background(), acct, address, country, func(*repli.Number) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	return string(n.SID.Key().SID(prefix))
}

func TestAShortCodeIsListedFetchedAndChanged(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		api := s.Twilio()
		sid := addShort(t, s, "12345", "US", "SC")
		addShort(t, s, "12345", "GB", "SC")
		path := "/SMS/ShortCodes/" + sid + ".json"
		api.Must(200, "POST", path, "FriendlyName", "Shop", "SmsUrl", "https://a.example/", "SmsFallbackUrl", "https://b.example/", "SmsMethod", "GET")
		got := api.Must(200, "GET", path)
		if got["short_code"] != "12345" || got["sid"] != sid || got["friendly_name"] != "Shop" || got["sms_method"] != "GET" || got["sms_fallback_url"] != "https://b.example/" {
			t.Errorf("it is %v", got)
		}
		for _, row := range []struct {
			name string
			want int
		}{{"", 2}, {"Shop", 1}} {
			list := api.Must(200, "GET", "/SMS/ShortCodes.json", "FriendlyName", row.name, "ShortCode", "12*45")
			if codes := list["short_codes"].([]any); len(codes) != row.want {
				t.Errorf("called %q: %d short codes, want %d", row.name, len(codes), row.want)
			}
		}
		if all := api.Must(200, "GET", "/IncomingPhoneNumbers.json", "PhoneNumber", "12345")["incoming_phone_numbers"].([]any); len(all) != 0 {
			t.Errorf("the phone numbers are %v, want no short code", all)
		}
	})
}

func TestShortCodesAndNamesJoinAService(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		api := s.Twilio()
		service := services + "/" + api.Must(201, "POST", services, "FriendlyName", "Desk")["sid"].(string)
		code := addShort(t, s, "12345", "US", "SC")
		addShort(t, s, "Acme", "US", "AI")
		for _, row := range []struct{ path, list, parameter, value, field, want string }{
			{"/ShortCodes", "short_codes", "ShortCodeSid", code, "short_code", "12345"},
			{"/AlphaSenders", "alpha_senders", "AlphaSender", "Acme", "alpha_sender", "Acme"},
		} {
			sid := api.Must(201, "POST", service+row.path, row.parameter, row.value)["sid"].(string)
			if got := api.Must(200, "GET", service+row.path+"/"+sid); got[row.field] != row.want {
				t.Errorf("it is %v, want %s", got, row.want)
			}
			if all := api.Must(200, "GET", service+row.path)[row.list].([]any); len(all) != 1 {
				t.Errorf("%s has %v, want one", row.path, all)
			}
			api.Must(204, "DELETE", service+row.path+"/"+sid)
		}
	})
}
