package rest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/store"
)

const services = "/v1/Services"

func TestAServiceIsMadeChangedAndDeleted(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		api := s.Twilio()
		bare := api.Must(201, "POST", services, "FriendlyName", "Bare")
		url := apptest.BaseURL + services + "/" + bare["sid"].(string)
		want := map[string]any{
			"sid": bare["sid"], "account_sid": string(apptest.Account), "friendly_name": "Bare",
			"date_created": "2000-01-01T00:00:00Z", "date_updated": "2000-01-01T00:00:00Z",
			"inbound_request_url": nil, "inbound_method": "POST", "fallback_url": nil, "fallback_method": "POST",
			"status_callback": nil, "sticky_sender": true, "mms_converter": true, "smart_encoding": true,
			"scan_message_content": "inherit", "fallback_to_long_code": true, "area_code_geomatch": true,
			"synchronous_validation": false, "validity_period": 36000.0, "url": url,
			"links": map[string]any{
				"phone_numbers": url + "/PhoneNumbers", "short_codes": url + "/ShortCodes", "alpha_senders": url + "/AlphaSenders",
			}, "usecase": "undeclared",
			"us_app_to_person_registered": false, "use_inbound_webhook_on_number": false,
		}
		if diff := cmp.Diff(want, bare); diff != "" {
			t.Errorf("what nobody asked about: -want +got:\n%s", diff)
		}
		all := []string{
			"FriendlyName", "Desk", "InboundRequestUrl", "https://a.example", "InboundMethod", "GET",
			"FallbackUrl", "https://b.example", "FallbackMethod", "GET", "StatusCallback", "https://c.example",
			"StickySender", "false", "MmsConverter", "false", "SmartEncoding", "false", "ScanMessageContent", "disable",
			"FallbackToLongCode", "false", "AreaCodeGeomatch", "false", "ValidityPeriod", "60", "SynchronousValidation", "true",
			"Usecase", "poll", "UseInboundWebhookOnNumber", "true",
		}
		made, changed := api.Must(201, "POST", services, all...), api.Must(200, "POST", url, all...)
		for _, m := range []map[string]any{made, changed, api.Must(200, "GET", url)} {
			got := only(m, "friendly_name", "inbound_request_url", "inbound_method", "fallback_url", "fallback_method",
				"status_callback", "sticky_sender", "mms_converter", "smart_encoding", "scan_message_content", "fallback_to_long_code",
				"area_code_geomatch", "validity_period", "synchronous_validation", "usecase", "use_inbound_webhook_on_number")
			want := map[string]any{
				"friendly_name": "Desk", "inbound_request_url": "https://a.example", "inbound_method": "GET",
				"fallback_url": "https://b.example", "fallback_method": "GET", "status_callback": "https://c.example",
				"sticky_sender": false, "mms_converter": false, "smart_encoding": false, "scan_message_content": "disable",
				"fallback_to_long_code": false, "area_code_geomatch": false, "validity_period": 60.0,
				"synchronous_validation": true, "usecase": "poll", "use_inbound_webhook_on_number": true,
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		}
		if got := api.Must(200, "POST", url, "FriendlyName", "Desk 2"); got["usecase"] != "poll" || got["fallback_url"] != "https://b.example" {
			t.Errorf("a new name has changed more: %v", got)
		}
		if diff := cmp.Diff([]any{made["sid"], bare["sid"]}, field(api.Must(200, "GET", services)["services"], "sid")); diff != "" {
			t.Errorf("the list: -want +got:\n%s", diff)
		}
		api.Must(204, "DELETE", url)
		api.Refuses(404, 20404, "GET", url)
		api.Refuses(404, 20404, "DELETE", url)
	})
}

func TestAServiceThatCannotBeIsRefused(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		api := s.Twilio()
		api.Refuses(400, 20002, "POST", services)
		m := api.Must(201, "POST", services, "FriendlyName", "Desk")
		for _, tt := range []struct {
			code int
			form []string
		}{
			{20002, []string{"FriendlyName", strings.Repeat("x", 65)}},
			{21402, []string{"InboundRequestUrl", "a.example"}},
			{21403, []string{"FallbackMethod", "PUT"}},
			{21406, []string{"FallbackUrl", "https://b.example"}},
			{21502, []string{"StatusCallback", "x"}},
			{21502, []string{"StatusCallback", "https://c.example/#rc=x"}},
			{21624, []string{"ValidityPeriod", "0"}},
			{21624, []string{"ValidityPeriod", "36001"}},
			{21624, []string{"ValidityPeriod", "soon"}},
			{21713, []string{"Usecase", "spam"}},
			{20422, []string{"ScanMessageContent", "maybe"}},
			{20422, []string{"StickySender", "maybe"}},
		} {
			api.Refuses(400, tt.code, "POST", services+"/"+m["sid"].(string), tt.form...)
		}
		if diff := cmp.Diff(m, api.Must(200, "GET", services+"/"+m["sid"].(string))); diff != "" {
			t.Errorf("something of it was kept: -want +got:\n%s", diff)
		}
		sub := api.Must(201, "POST", accounts+".json")
		s.TwilioAs(sub["sid"].(string), sub["auth_token"].(string)).Refuses(404, 20404, "GET", services+"/"+m["sid"].(string))
	})
}

func TestNumbersJoinAndLeaveAService(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		api := s.Twilio()
		number := func(address string) string {
			return api.Must(201, "POST", "/IncomingPhoneNumbers.json", "PhoneNumber", address)["sid"].(string)
		}
		one, two := number("+15550002000"), number("+447400123456")
		desk := services + "/" + api.Must(201, "POST", services, "FriendlyName", "Desk")["sid"].(string)
		other := services + "/" + api.Must(201, "POST", services, "FriendlyName", "Other")["sid"].(string)
		members := desk + "/PhoneNumbers"

		got := api.Must(201, "POST", members, "PhoneNumberSid", two)
		want := map[string]any{
			"sid": two, "account_sid": string(apptest.Account), "service_sid": strings.TrimPrefix(desk, services+"/"),
			"date_created": "2000-01-01T00:00:00Z", "date_updated": "2000-01-01T00:00:00Z", "phone_number": "+447400123456",
			"country_code": "GB", "capabilities": []any{"SMS", "MMS"}, "url": apptest.BaseURL + members + "/" + two,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		if diff := cmp.Diff(want, api.Must(200, "GET", members+"/"+two)); diff != "" {
			t.Errorf("read again: -want +got:\n%s", diff)
		}
		api.Must(201, "POST", members, "PhoneNumberSid", one)
		if diff := cmp.Diff([]any{two, one}, field(api.Must(200, "GET", members)["phone_numbers"], "sid")); diff != "" {
			t.Errorf("the list: -want +got:\n%s", diff)
		}
		api.Refuses(409, 21710, "POST", members, "PhoneNumberSid", two)
		api.Refuses(409, 21712, "POST", other+"/PhoneNumbers", "PhoneNumberSid", two)
		api.Refuses(400, 20422, "POST", members, "PhoneNumberSid", "two")
		api.Refuses(404, 20404, "POST", members, "PhoneNumberSid", "PN00000000000000000000000000000009")
		api.Refuses(404, 20404, "GET", other+"/PhoneNumbers/"+two)
		api.Refuses(400, 21711, "DELETE", other+"/PhoneNumbers/"+two)
		api.Refuses(404, 20404, "GET", services+"/MG00000000000000000000000000000009/PhoneNumbers")

		api.Must(204, "DELETE", members+"/"+two)
		api.Refuses(404, 20404, "GET", members+"/"+two)
		api.Must(201, "POST", other+"/PhoneNumbers", "PhoneNumberSid", two)
		api.Must(200, "GET", "/IncomingPhoneNumbers/"+two+".json")
		api.Must(204, "DELETE", other)
		api.Must(201, "POST", members, "PhoneNumberSid", two)
	})
}

func TestAServiceHasFourHundredNumbersAtMost(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		api := s.Twilio()
		m := repli.SID(api.Must(201, "POST", services, "FriendlyName", "Desk")["sid"].(string))
		ctx, now := t.Context(), time.Now()
		var last repli.Number
		err := s.DB.Configure(ctx, func(tx *store.Tx) error {
			for i := range 401 {
				last = repli.Number{
					SID: repli.NewSID(repli.NumberPrefix), Account: apptest.Account, Address: fmt.Sprintf("+1555000%04d", 2000+i),
					FriendlyName: "n", Service: m, Joined: now, Created: now, Updated: now,
				}
				if i == 400 {
					last.Service = ""
				}
				if err := tx.AddNumber(ctx, last); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		api.Refuses(412, 21714, "POST", services+"/"+string(m)+"/PhoneNumbers", "PhoneNumberSid", string(last.SID))
	})
}
