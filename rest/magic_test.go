package rest_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/config"
	"github.com/repli-sms/repli/store"
)

// testCredentials returns a program that uses the test credentials.
func testCredentials(s *apptest.Server) apptest.Twilio {
	return s.TwilioAs(config.DevTestAccount, config.DevTestToken)
}

func TestMagicNumbersAnswerWhatTestCredentialsSend(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		p := testCredentials(s)
		for _, tt := range []struct {
			shows, from, to string
			code            int // 0 when the message is taken
		}{
			{"a good sender", "+15005550006", "+15557770001", 0},
			{"a good sender that writes to itself", "+15005550006", "+15005550006", 0},
			{"a good sender as people write it", "(500) 555-0006", "+15557770001", 0},
			{"no sender", "", "+15557770001", 21603},
			{"a sender that is not valid", "+15005550001", "+15557770001", 21212},
			{"a sender the account does not have", "+15005550007", "+15557770001", 21606},
			{"a sender whose queue is full", "+15005550008", "+15557770001", 21611},
			{"any other sender", "+15550001000", "+15557770001", 21606},
			{"a name", "Shop", "+15557770001", 21606},
			{"no receiver", "+15005550006", "", 21604},
			{"a receiver that is not valid", "+15005550006", "+15005550001", 21211},
			{"a receiver that is no number", "+15005550006", "hello", 21211},
			{"a receiver that cannot be reached", "+15005550006", "+15005550002", 21612},
			{"a receiver in a country that is not allowed", "+15005550006", "+15005550003", 21408},
			{"a receiver that has said STOP", "+15005550006", "+15005550004", 21610},
			{"a receiver that takes no messages", "+15005550006", "+15005550009", 21614},
		} {
			a := p.Do("POST", "/Messages.json", "From", tt.from, "To", tt.to, "Body", "Hello")
			code, _ := a.Body["code"].(float64)
			switch {
			case tt.code == 0 && (a.Status != 201 || a.Body["status"] != "queued" || a.Body["account_sid"] != p.User):
				t.Errorf("%s: got %d %s, want a message that is queued", tt.shows, a.Status, a.Raw)
			case tt.code != 0 && (a.Status != 400 || int(code) != tt.code):
				t.Errorf("%s: got %d %s, want 400 and code %d", tt.shows, a.Status, a.Raw, tt.code)
			}
		}
		p.Refuses(404, 21701, "POST", "/Messages.json", "MessagingServiceSid", "MG00000000000000000000000000000001", "To", "+15557770001", "Body", "Hello")
		p.Refuses(400, 21602, "POST", "/Messages.json", "From", "+15005550006", "To", "+15557770001")
	})
}

func TestMagicNumbersAnswerWhatTestCredentialsBuy(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		p := testCredentials(s)
		for range 2 { // the first is not kept
			n := p.Must(201, "POST", "/IncomingPhoneNumbers.json", "PhoneNumber", "+15005550006", "SmsUrl", "https://shop.example")
			if diff := cmp.Diff(map[string]any{"phone_number": "+15005550006", "account_sid": p.User, "sms_url": "https://shop.example"},
				only(n, "phone_number", "account_sid", "sms_url")); diff != "" {
				t.Errorf("what is bought (-want +got):\n%s", diff)
			}
		}
		p.Must(201, "POST", "/IncomingPhoneNumbers/Local.json", "PhoneNumber", "+15005550006")
		for _, tt := range []struct {
			shows, number string
			code          int
		}{
			{"one that somebody has", "+15005550000", 21422},
			{"one that is not valid", "+15005550001", 21421},
			{"one that is no number", "hello", 21421},
			{"none", "", 21421},
			{"any other", "+15550002000", 21422},
		} {
			if says := p.Refuses(400, tt.code, "POST", "/IncomingPhoneNumbers.json", "PhoneNumber", tt.number); says == "" {
				t.Errorf("%s: the refusal says nothing", tt.shows)
			}
		}
		p.Refuses(400, 21422, "POST", "/IncomingPhoneNumbers.json", "AreaCode", "510")
	})
}

func TestTestCredentialsKeepNothingAndReadNothing(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		p, own := testCredentials(s), s.Twilio()
		phone := s.Phone("+15557770001")
		sid := says(t, p.Must(201, "POST", "/Messages.json", "From", "+15005550006", "To", "+15557770001", "Body", "Hello"), "sid")
		p.Must(201, "POST", "/IncomingPhoneNumbers.json", "PhoneNumber", "+15005550006")
		p.Do("GET", "/2010-04-01/Nothing.json")
		phone.ExpectsNothing(time.Minute)
		if _, err := s.DB.Message(t.Context(), repli.SID(sid)); !repli.IsNotFound(err) {
			t.Errorf("the message: got %v, want 20404", err)
		}
		if _, err := s.DB.NumberByAddress(t.Context(), "+15005550006"); !repli.IsNotFound(err) {
			t.Errorf("the number: got %v, want 20404", err)
		}
		if alerts, err := s.DB.Alerts(t.Context(), config.DevTestAccount, store.AlertFilter{}, store.Page{Limit: 1}); err != nil || len(alerts) > 0 {
			t.Errorf("got alerts %v, error %v, want none", alerts, err)
		}
		for _, path := range []string{
			".json", "/Messages.json", "/Messages/" + sid + ".json", "/IncomingPhoneNumbers.json", "/Keys.json",
			"/AvailablePhoneNumbers.json", "/Applications.json", "/v1/Services", "/v1/Alerts",
		} {
			if path[1] != 'v' {
				path = "/2010-04-01/Accounts/" + p.User + path
			}
			p.Refuses(403, 20008, "GET", path)
		}
		p.Refuses(403, 20008, "POST", "/Applications.json")
		p.Refuses(404, 20404, "POST", "/2010-04-01/Accounts/"+own.User+"/Messages.json", "From", "+15005550006", "To", "+15557770001", "Body", "Hello")
		own.Refuses(404, 20404, "POST", "/2010-04-01/Accounts/"+p.User+"/Messages.json", "From", "+15005550006", "To", "+15557770001", "Body", "Hello")
		s.TwilioAs(p.User, own.Password).Refuses(401, 20003, "POST", "/Messages.json")
	})
}
