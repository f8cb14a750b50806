package rest_test

import (
	"context"
	"strings"
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

func TestAFromThatSeveralNumbersHaveIsRefused(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		api := s.Twilio()
		us := addShort(t, s, "12345", "US", "PN")
		addShort(t, s, "12345", "GB", "PN")
		for _, to := range []string{"+33612345678", "+4915112345678"} {
			got := api.Refuses(400, 21659, "POST", "/Messages.json", "To", to, "From", "12345", "Body", "Hello")
			if !strings.Contains(got, "2 numbers have the address 12345") || !strings.Contains(got, us+" of US") {
				t.Errorf("%q does not say which two", got)
			}
		}
		for _, row := range []struct{ to, from string }{
			{"+15557770001", "12345"}, // of the phone's country
			{"+447700900123", "12345"},
			{"+33612345678", us}, // by its SID
		} {
			m := api.Must(201, "POST", "/Messages.json", "To", row.to, "From", row.from, "Body", "Hello")
			if m["from"] != "12345" {
				t.Errorf("from %s to %s: it is from %v, want 12345", row.from, row.to, m["from"])
			}
			s.Phone(row.to).Expects("Hello")
		}
	})
}
