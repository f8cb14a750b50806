package e2e

import (
	"strings"
	"testing"

	api "github.com/twilio/twilio-go/rest/api/v2010"
	messaging "github.com/twilio/twilio-go/rest/messaging/v1"
)

func TestTwilioGoConfiguresANumberAndAService(t *testing.T) {
	s := dev(t)
	sdk := s.twilioGo(t, s.account, s.token)
	offered, err := sdk.Api.ListAvailablePhoneNumberLocal("US", (&api.ListAvailablePhoneNumberLocalParams{}).SetAreaCode(510).SetLimit(3))
	if err != nil || len(offered) != 3 {
		t.Fatalf("%d numbers are offered, %v, want 3", len(offered), err)
	}
	n, err := sdk.Api.CreateIncomingPhoneNumber((&api.CreateIncomingPhoneNumberParams{}).SetPhoneNumber(*offered[0].PhoneNumber).
		SetSmsUrl("https://a.example").SetSmsFallbackUrl("https://b.example").SetVoiceUrl("https://voice.example"))
	if err != nil {
		t.Fatal(err)
	}
	n, err = sdk.Api.UpdateIncomingPhoneNumber(*n.Sid, (&api.UpdateIncomingPhoneNumberParams{}).SetSmsFallbackUrl("https://c.example"))
	if err != nil || *n.SmsUrl != "https://a.example" || *n.SmsFallbackUrl != "https://c.example" {
		t.Errorf("the number is %+v, %v", n, err)
	}
	app, err := sdk.Api.CreateApplication((&api.CreateApplicationParams{}).SetFriendlyName("Desk").SetSmsUrl("https://d.example"))
	if err != nil || *app.SmsUrl != "https://d.example" {
		t.Errorf("the application is %+v, %v", app, err)
	}
	m, err := sdk.MessagingV1.CreateService((&messaging.CreateServiceParams{}).SetFriendlyName("Desk").SetInboundRequestUrl("https://e.example"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sdk.MessagingV1.CreatePhoneNumber(*m.Sid, (&messaging.CreatePhoneNumberParams{}).SetPhoneNumberSid(*n.Sid)); err != nil {
		t.Fatal(err)
	}
	in, err := sdk.MessagingV1.ListPhoneNumber(*m.Sid, &messaging.ListPhoneNumberParams{})
	if err != nil || len(in) != 1 || *in[0].PhoneNumber != *n.PhoneNumber {
		t.Errorf("the service has %d numbers, %v, want the one", len(in), err)
	}
	if err := sdk.MessagingV1.DeletePhoneNumber(*m.Sid, *n.Sid); err != nil {
		t.Error(err)
	}
	if err := sdk.Api.DeleteIncomingPhoneNumber(*n.Sid, &api.DeleteIncomingPhoneNumberParams{}); err != nil {
		t.Error(err)
	}
}

func TestTwilioGoFetchesAndUpdatesAShortCode(t *testing.T) {
	s := dev(t)
	sdk := s.twilioGo(t, s.account, s.token)
	var sids []string
	for _, country := range []string{"US", "GB"} { // two countries may have granted the same one
		var added struct{ SID string }
		s.call(t, "POST", "/numbers", map[string]string{"number": "12345", "country": country}, &added)
		sids = append(sids, "SC"+strings.TrimPrefix(added.SID, "PN"))
	}
	got, err := sdk.Api.FetchShortCode(sids[0], &api.FetchShortCodeParams{})
	if err != nil || *got.Sid != sids[0] || *got.ShortCode != "12345" {
		t.Fatalf("the short code is %+v, %v", got, err)
	}
	_, err = sdk.Api.UpdateShortCode(sids[0], (&api.UpdateShortCodeParams{}).SetFriendlyName("Desk").
		SetSmsUrl("https://a.example").SetSmsMethod("GET").SetSmsFallbackUrl("https://b.example"))
	if err != nil {
		t.Fatal(err)
	}
	got, err = sdk.Api.FetchShortCode(sids[0], &api.FetchShortCodeParams{})
	if err != nil || *got.FriendlyName != "Desk" || *got.SmsUrl != "https://a.example" || *got.SmsMethod != "GET" || *got.SmsFallbackUrl != "https://b.example" {
		t.Errorf("the short code is %+v, %v, want it changed", got, err)
	}
	other, err := sdk.Api.FetchShortCode(sids[1], &api.FetchShortCodeParams{})
	if err != nil || *other.ShortCode != "12345" || *other.SmsUrl != "" {
		t.Errorf("the other country's is %+v, %v, want it as it was", other, err)
	}
	all, err := sdk.Api.ListShortCode((&api.ListShortCodeParams{}).SetShortCode("12345"))
	if err != nil || len(all) != 2 {
		t.Errorf("%d short codes, %v, want both", len(all), err)
	}
}
