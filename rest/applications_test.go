package rest_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli/app/apptest"
)

func TestAnApplicationIsMadeChangedAndDeleted(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		api := s.Twilio()
		a := api.Must(201, "POST", "/Applications.json", "FriendlyName", "Desk", "SmsUrl", "https://a.example",
			"SmsFallbackUrl", "https://b.example", "SmsFallbackMethod", "GET",
			"MessageStatusCallback", "https://c.example", "SmsStatusCallback", "https://d.example", "VoiceUrl", "https://voice.example")
		want := map[string]any{
			"friendly_name": "Desk", "sms_url": "https://a.example", "sms_method": "POST", "sms_fallback_url": "https://b.example",
			"sms_fallback_method": "GET", "message_status_callback": "https://c.example", "sms_status_callback": "https://d.example",
			"voice_url": nil, "account_sid": string(apptest.Account),
		}
		for name := range want {
			if diff := cmp.Diff(want[name], a[name]); diff != "" {
				t.Errorf("%s: -want +got:\n%s", name, diff)
			}
		}
		path := "/Applications/" + a["sid"].(string) + ".json"
		changed := api.Must(200, "POST", path, "SmsFallbackUrl", "", "MessageStatusCallback", "")
		got := only(changed, "friendly_name", "sms_url", "sms_fallback_url", "message_status_callback", "sms_status_callback")
		wanted := map[string]any{
			"friendly_name": "Desk", "sms_url": "https://a.example", "sms_fallback_url": "", "message_status_callback": "",
			"sms_status_callback": "https://d.example",
		}
		if diff := cmp.Diff(wanted, got); diff != "" {
			t.Errorf("changed: -want +got:\n%s", diff)
		}
		if diff := cmp.Diff(changed, api.Must(200, "GET", path)); diff != "" {
			t.Errorf("read again: -want +got:\n%s", diff)
		}
		bare := api.Must(201, "POST", "/Applications.json")
		for _, tt := range []struct {
			shows string
			query []string
			want  []any
		}{
			{"all, newest first", nil, []any{bare["sid"], a["sid"]}},
			{"by name", []string{"FriendlyName", "Desk"}, []any{a["sid"]}},
		} {
			if diff := cmp.Diff(tt.want, field(api.Must(200, "GET", "/Applications.json", tt.query...)["applications"], "sid")); diff != "" {
				t.Errorf("%s: -want +got:\n%s", tt.shows, diff)
			}
		}
		for code, form := range map[int][]string{
			20002: {"FriendlyName", strings.Repeat("x", 65)},
			21402: {"SmsUrl", "x"},
			21403: {"SmsMethod", "DELETE"},
			21406: {"SmsUrl", "", "SmsFallbackUrl", "https://b.example"},
			21502: {"SmsStatusCallback", "https://d.example/#rc=x"},
		} {
			api.Refuses(400, code, "POST", path, form...)
		}
		api.Must(204, "DELETE", path)
		api.Refuses(404, 20404, "GET", path)
		api.Refuses(404, 20404, "DELETE", path)
	})
}
