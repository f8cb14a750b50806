package e2e

import (
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
