package e2e

import (
	"testing"
	"time"

	api "github.com/twilio/twilio-go/rest/api/v2010"
	monitor "github.com/twilio/twilio-go/rest/monitor/v1"
)

// What a program asks for in vain leaves alerts, which the same program can read.
func TestTwilioGoReadsAlerts(t *testing.T) {
	s := dev(t)
	sdk := s.twilioGo(t, s.account, s.token)
	if _, err := sdk.Api.ListCall(&api.ListCallParams{}); err == nil {
		t.Error("there are calls")
	}
	if _, err := sdk.Api.ListConference(&api.ListConferenceParams{}); err == nil {
		t.Error("there are conferences")
	}
	if _, err := sdk.Api.ListQueue(&api.ListQueueParams{}); err == nil {
		t.Error("there are queues")
	}
	const hour = time.Hour
	params := (&monitor.ListAlertParams{}).SetLogLevel("error").SetStartDate(time.Now().Add(-hour)).SetEndDate(time.Now().Add(hour)).SetPageSize(2)
	alerts, err := sdk.MonitorV1.ListAlert(params)
	if err != nil || len(alerts) != 3 {
		t.Fatalf("got %d alerts, %v, want 3 over two pages", len(alerts), err)
	}
	alert, err := sdk.MonitorV1.FetchAlert(*alerts[0].Sid)
	if err != nil || *alert.ErrorCode != "20404" || *alert.RequestMethod != "GET" || alert.DateCreated == nil || alert.ResponseBody != nil {
		t.Errorf("the last alert is %+v, %v, want 20404 of a GET", alert, err)
	}
	none, err := sdk.MonitorV1.ListAlert((&monitor.ListAlertParams{}).SetStartDate(time.Now().Add(hour)))
	if err != nil || len(none) != 0 {
		t.Errorf("got %d alerts of the future, %v", len(none), err)
	}

	notes, err := sdk.Api.ListNotification((&api.ListNotificationParams{}).SetLog(0).SetMessageDateAfter(time.Now().UTC().AddDate(0, 0, -1).Format(time.DateOnly)).SetPageSize(2))
	if err != nil || len(notes) != 3 {
		t.Fatalf("got %d notifications, %v, want 3 over two pages", len(notes), err)
	}
	note, err := sdk.Api.FetchNotification(*alert.Sid, &api.FetchNotificationParams{})
	if err != nil || *note.ErrorCode != "20404" || *note.Log != "0" {
		t.Errorf("the last notification is %+v, %v, want 20404", note, err)
	}
	codes, err := sdk.Api.ListShortCode(&api.ListShortCodeParams{})
	if err != nil || len(codes) != 0 {
		t.Errorf("got %d short codes, %v, want none", len(codes), err)
	}
}
