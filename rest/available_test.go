package rest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/sms"
)

func TestCountriesAreListed(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		api := s.Twilio()
		all, _ := api.Must(200, "GET", "/AvailablePhoneNumbers.json")["countries"].([]any)
		if len(all) != 19 {
			t.Fatalf("there are %d countries, want 19", len(all))
		}
		for _, one := range all {
			c := one.(map[string]any)
			if diff := cmp.Diff(c, api.Must(200, "GET", c["uri"].(string))); diff != "" {
				t.Errorf("%s alone: -want +got:\n%s", c["country_code"], diff)
			}
			for line, uri := range c["subresource_uris"].(map[string]any) {
				offered, _ := api.Must(200, "GET", uri.(string))["available_phone_numbers"].([]any)
				if len(offered) != 50 {
					t.Errorf("%s: %d %s numbers are offered, want a page of 50", c["country_code"], len(offered), line)
				}
				for _, n := range field(offered, "phone_number") {
					if got, err := sms.Normalize(n.(string), ""); err != nil || sms.Country(got) != c["country_code"] && line != "toll_free" {
						t.Errorf("%s is offered in %s: it is of %q, %v", n, c["country_code"], sms.Country(got), err)
					}
				}
			}
		}
		if few := field(api.Must(200, "GET", "/AvailablePhoneNumbers.json", "PageSize", "2")["countries"], "country_code"); !cmp.Equal(few, []any{"US", "CA"}) {
			t.Errorf("two countries are %v, want US and CA", few)
		}
		api.Refuses(404, 20404, "GET", "/AvailablePhoneNumbers/ZZ.json")
	})
}

func TestNumbersAreOfferedByCountry(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		api := s.Twilio()
		api.Must(201, "POST", "/IncomingPhoneNumbers.json", "PhoneNumber", "+15105550100")
		for _, tt := range []struct {
			shows, path string
			query       []string
			want        []any
		}{
			{"some", "US/Local", []string{"PageSize", "3"}, []any{"+14155550100", "+12125550100", "+13125550100"}},
			{"of an area, but those taken", "US/Local", []string{"AreaCode", "510", "PageSize", "2"}, []any{"+15105550101", "+15105550102"}},
			{"of another country's area", "US/Local", []string{"AreaCode", "416"}, nil},
			{"of an area of this one", "CA/Local", []string{"AreaCode", "867", "PageSize", "1"}, []any{"+18675550100"}},
			{"with a pattern", "US/Local", []string{"Contains", "415****177"}, []any{"+14155550177"}},
			{"with a pattern from the start", "US/Local", []string{"Contains", "+1512", "PageSize", "1"}, []any{"+15125550100"}},
			{"with a word", "US/TollFree", []string{"Contains", "0ten", "AreaCode", "888"}, nil},
			{"with a word there is", "US/TollFree", []string{"Contains", "tjj", "PageSize", "1"}, []any{"+18885550100"}},
			{"a pattern longer than a number", "US/Local", []string{"Contains", "*******************"}, nil},
			{"toll-free ones", "US/TollFree", []string{"PageSize", "2"}, []any{"+18885550100", "+18775550100"}},
			{"a mobile phone's", "GB/Mobile", []string{"PageSize", "2", "VoiceEnabled", "true"}, []any{"+447400123000", "+447400123001"}},
			{"an area where there are none", "GB/Local", []string{"AreaCode", "415"}, nil},
		} {
			got := api.Must(200, "GET", "/AvailablePhoneNumbers/"+tt.path+".json", tt.query...)
			if diff := cmp.Diff(tt.want, field(got["available_phone_numbers"], "phone_number")); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tt.shows, diff)
			}
			if got["next_page_uri"] != nil {
				t.Errorf("%s: there is a page behind it, want one page", tt.shows)
			}
		}
		api.Refuses(404, 20404, "GET", "/AvailablePhoneNumbers/US/Mobile.json")
		api.Refuses(404, 20404, "GET", "/AvailablePhoneNumbers/us/Local.json")
		api.Refuses(404, 20404, "GET", "/AvailablePhoneNumbers/US/National.json")
		api.Refuses(400, 21451, "GET", "/AvailablePhoneNumbers/US/Local.json", "AreaCode", "41")
		api.Refuses(400, 20422, "GET", "/AvailablePhoneNumbers/US/Local.json", "Contains", "4%5")
	})
}
