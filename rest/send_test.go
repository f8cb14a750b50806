package rest_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/store"
)

// service adds a messaging service with these numbers, and returns its SID.
func service(t *testing.T, s *apptest.Server, with repli.Service, numbers ...string) string {
	t.Helper()
	with.SID, with.Account, with.FriendlyName = repli.NewSID(repli.ServicePrefix), apptest.Account, "Helpline"
	tx(t, s, func(tx *store.Tx) error { return tx.AddService(t.Context(), with) })
	for _, address := range numbers {
		n := repli.Number{SID: repli.NewSID(repli.NumberPrefix), Account: apptest.Account, Address: address, FriendlyName: address, Service: with.SID}
		tx(t, s, func(tx *store.Tx) error { return tx.AddNumber(t.Context(), n) })
	}
	return string(with.SID)
}

// A fate is what becomes of a message.
type fate struct {
	Status string
	From   any
	Code   any
}

func fateOf(m map[string]any) fate { return fate{fmt.Sprint(m["status"]), m["from"], m["error_code"]} }

func TestAServiceChoosesWhoSends(t *testing.T) {
	const uk = "+447700900100"
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		var l listener
		mg := service(t, s, repli.Service{StickySender: true, SmartEncoding: true, StatusCallback: s.URL(l.ServeHTTP)}, shop, "+15550002001", uk)
		p := s.Twilio()
		m := p.Must(201, "POST", "/Messages.json", "To", ann, "MessagingServiceSid", mg, "Body", "“One”")
		if diff := cmp.Diff(fate{"accepted", nil, nil}, fateOf(m)); diff != "" || m["num_segments"] != "0" || m["messaging_service_sid"] != mg {
			t.Errorf("at first it has %v segments and the service %v, (-want +got): %s", m["num_segments"], m["messaging_service_sid"], diff)
		}
		phone := s.Phone(ann)
		first := phone.Expects(`"One"`)
		after(time.Minute)
		got := p.Must(200, "GET", "/Messages/"+says(t, m, "sid")+".json")
		if diff := cmp.Diff(fate{"delivered", first.From, nil}, fateOf(got)); diff != "" || first.From == "" || got["num_segments"] != "1" {
			t.Errorf("it came from %q with %v segments; (-want +got): %s", first.From, got["num_segments"], diff)
		}
		want := []string{"queued " + first.From, "sent " + first.From, "delivered " + first.From}
		if diff := cmp.Diff(want, l.heard()); diff != "" {
			t.Error("the service is told (-want +got):", diff)
		}
		p.Must(201, "POST", "/Messages.json", "To", ann, "From", mg, "Body", "Two") // From may name the service, too
		if second := phone.Expects("Two"); second.From != first.From {
			t.Errorf("a phone is written to by %s and then by %s, want the same number", first.From, second.From)
		}
		p.Must(201, "POST", "/Messages.json", "To", "+447700900001", "MessagingServiceSid", mg, "Body", "Three")
		if third := s.Phone("+447700900001").Expects("Three"); third.From != uk {
			t.Errorf("a British phone is written to by %s, want %s", third.From, uk)
		}
	})
}

func TestASenderNamedBesideAServiceIsTheSender(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number("+15550002009")
		mg := service(t, s, repli.Service{}, "+15550002001", shop)
		p := s.Twilio()
		m := p.Must(201, "POST", "/Messages.json", send("MessagingServiceSid", mg)...)
		if diff := cmp.Diff(fate{"queued", shop, nil}, fateOf(m)); diff != "" {
			t.Error("(-want +got):", diff)
		}
		p.Refuses(400, 21711, "POST", "/Messages.json", "To", ann, "From", "+15550002009", "MessagingServiceSid", mg, "Body", "Hello")
		p.Refuses(400, 21711, "POST", "/Messages.json", "To", ann, "From", "Shop", "MessagingServiceSid", mg, "Body", "Hello")
	})
}

func TestWhatAServiceCannotSendFails(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		var l listener
		p, callback := s.Twilio(), s.URL(l.ServeHTTP)
		empty := service(t, s, repli.Service{})
		p.Refuses(400, 21704, "POST", "/Messages.json", "To", ann, "MessagingServiceSid", empty, "Body", "Hello")

		mg := service(t, s, repli.Service{}, shop)
		optOut(t, s, mg, ann)
		for _, row := range []struct {
			to   string
			want fate
		}{
			{ann, fate{"failed", nil, 21610.}},
			{shop, fate{"failed", nil, 21703.}},
		} {
			m := p.Must(201, "POST", "/Messages.json", "To", row.to, "MessagingServiceSid", mg, "Body", "Hello", "StatusCallback", callback)
			after(time.Second)
			if diff := cmp.Diff(row.want, fateOf(p.Must(200, "GET", "/Messages/"+says(t, m, "sid")+".json"))); diff != "" {
				t.Errorf("to %s (-want +got): %s", row.to, diff)
			}
		}
		if diff := cmp.Diff([]string{"failed", "failed"}, l.heard()); diff != "" {
			t.Error("the customer is told (-want +got):", diff)
		}
		s.ExpectsAlert(21610)
		p.Refuses(400, 21610, "POST", "/Messages.json", send()...) // the number is in the service that ann has left
	})
}

func TestAMessageIsSentWhenItIsScheduled(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		mg := service(t, s, repli.Service{Validity: time.Minute}, shop)
		p, sendAt := s.Twilio(), time.Now().Add(6*time.Minute)
		schedule := func(at time.Time) []string {
			return []string{"To", ann, "MessagingServiceSid", mg, "Body", "Later", "ScheduleType", "fixed", "SendAt", at.Format(time.RFC3339)}
		}
		p.Refuses(400, 35114, "POST", "/Messages.json", schedule(time.Now().Add(299*time.Second))...)
		p.Refuses(400, 35114, "POST", "/Messages.json", schedule(time.Now().Add(35*24*time.Hour+time.Second))...)
		for _, most := range []time.Duration{300 * time.Second, 35 * 24 * time.Hour} {
			at := "/Messages/" + says(t, p.Must(201, "POST", "/Messages.json", schedule(time.Now().Add(most))...), "sid") + ".json"
			if m := p.Must(200, "POST", at, "Status", "canceled"); m["status"] != "canceled" {
				t.Errorf("canceled, it is %v", m["status"])
			}
			p.Refuses(409, 30409, "POST", at, "Status", "canceled")
		}
		paris := time.FixedZone("", 3600)
		m := p.Must(201, "POST", "/Messages.json", schedule(sendAt.In(paris))...)
		if diff := cmp.Diff(fate{"scheduled", nil, nil}, fateOf(m)); diff != "" {
			t.Error("at first (-want +got):", diff)
		}
		phone := s.Phone(ann)
		phone.ExpectsNothing(time.Until(sendAt) - time.Second)
		phone.Expects("Later")
		if late := time.Since(sendAt); late < 0 || late > 3*time.Second {
			t.Errorf("it came %v after its time", late)
		}
		p.Refuses(409, 30409, "POST", "/Messages/"+says(t, m, "sid")+".json", "Status", "canceled")
	})
}

// Between the request and its time the number may be let go, and somebody else may take it up.
func TestAScheduledMessageIsNotSentFromSomebodyElsesNumber(t *testing.T) {
	for _, row := range []struct {
		shows string
		taken bool
		code  float64
	}{{"it is let go", false, 21659}, {"another account has it", true, 21660}} {
		apptest.Run(t, func(t *testing.T, s *apptest.Server) {
			mg, p := service(t, s, repli.Service{}, shop), s.Twilio()
			m := p.Must(201, "POST", "/Messages.json", send("MessagingServiceSid", mg,
				"ScheduleType", "fixed", "SendAt", time.Now().Add(6*time.Minute).Format(time.RFC3339))...)
			n, err := s.DB.NumberByAddress(t.Context(), shop)
			if err != nil {
				t.Fatal(err)
			}
			p.Must(204, "DELETE", "/IncomingPhoneNumbers/"+string(n.SID)+".json")
			if row.taken {
				sub := p.Must(201, "POST", accounts+".json")
				p.Must(201, "POST", accounts+"/"+says(t, sub, "sid")+"/IncomingPhoneNumbers.json", "PhoneNumber", shop)
			}
			after(7 * time.Minute)
			got := p.Must(200, "GET", "/Messages/"+says(t, m, "sid")+".json")
			if diff := cmp.Diff(fate{"failed", shop, row.code}, fateOf(got)); diff != "" {
				t.Errorf("%s (-want +got): %s", row.shows, diff)
			}
		})
	}
}

func TestWhoIsToldInheritsFromApplicationAndService(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		var message, app, twin, svc listener
		mg := service(t, s, repli.Service{StatusCallback: s.URL(svc.ServeHTTP)}, shop)
		application := func(a repli.Application) string {
			a.SID, a.Account, a.FriendlyName = repli.NewSID(repli.AppPrefix), apptest.Account, "App"
			tx(t, s, func(tx *store.Tx) error { return tx.AddApplication(t.Context(), a) })
			return string(a.SID)
		}
		both := application(repli.Application{MessageStatusCallback: s.URL(app.ServeHTTP), SMSStatusCallback: s.URL(twin.ServeHTTP)})
		older := application(repli.Application{SMSStatusCallback: s.URL(twin.ServeHTTP)})
		for _, row := range []struct {
			name string
			told *listener
			with []string
		}{
			{"the message's", &message, []string{"StatusCallback", s.URL(message.ServeHTTP), "ApplicationSid", both}},
			{"the application's", &app, []string{"ApplicationSid", both}},
			{"the application's older twin", &twin, []string{"ApplicationSid", older}},
			{"the service's", &svc, nil},
		} {
			s.Twilio().Must(201, "POST", "/Messages.json", send(append(row.with, "MessagingServiceSid", mg)...)...)
			after(time.Minute)
			for _, l := range []*listener{&message, &app, &twin, &svc} {
				if heard := len(l.heard()); (heard == 2) != (l == row.told) {
					t.Errorf("%s: one listener was told %d times", row.name, heard)
				}
				l.told = nil
			}
		}
	})
}

func TestAMessageThatWaitsTooLongFails(t *testing.T) {
	const busy = "+15005700003" // takes it at the third try, after 3 s
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		mg := service(t, s, repli.Service{Validity: 2 * time.Second}, shop)
		for _, row := range []struct {
			name string
			with []string
			want fate
		}{
			{"the message's patience", []string{"ValidityPeriod", "2"}, fate{"failed", shop, 30036.}},
			{"the service's patience", []string{"MessagingServiceSid", mg}, fate{"failed", shop, 30036.}},
			{"the message's before the service's", []string{"MessagingServiceSid", mg, "ValidityPeriod", "60"}, fate{"delivered", shop, nil}},
			{"nobody says", nil, fate{"delivered", shop, nil}},
		} {
			with := append([]string{"To", busy, "From", shop, "Body", row.name}, row.with...)
			m := s.Twilio().Must(201, "POST", "/Messages.json", with...)
			after(time.Minute)
			if diff := cmp.Diff(row.want, fateOf(s.Twilio().Must(200, "GET", "/Messages/"+says(t, m, "sid")+".json"))); diff != "" {
				t.Errorf("%s (-want +got): %s", row.name, diff)
			}
		}
	})
}

func TestValidityOfAScheduledMessageBeginsWhenItIsDue(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		mg := service(t, s, repli.Service{}, shop)
		for _, row := range []struct {
			validity string
			want     fate
		}{
			{"2", fate{"failed", shop, 30036.}},
			{"60", fate{"delivered", shop, nil}},
		} {
			at := time.Now().Add(5 * time.Minute).UTC().Truncate(time.Second)
			m := s.Twilio().Must(201, "POST", "/Messages.json", "To", "+15005700003", "MessagingServiceSid", mg, "Body", "Later",
				"ScheduleType", "fixed", "SendAt", at.Format(time.RFC3339), "ValidityPeriod", row.validity)
			after(6 * time.Minute)
			if diff := cmp.Diff(row.want, fateOf(s.Twilio().Must(200, "GET", "/Messages/"+says(t, m, "sid")+".json"))); diff != "" {
				t.Errorf("valid for %s s (-want +got): %s", row.validity, diff)
			}
		}
	})
}

func TestAMessageThatHasEndedIsForgottenAsItDemands(t *testing.T) {
	apptest.Run(t, func(t *testing.T, s *apptest.Server) {
		s.Number(shop)
		p, url := s.Twilio(), s.URL(pictures)
		var l listener
		for _, row := range []struct {
			to   string
			want string
		}{
			{ann, "delivered +1555777XXXX"},
			{"+15005630005", "failed +1500563XXXX"},
			{"+15005530003", "undelivered +1500553XXXX"},
		} {
			m := p.Must(201, "POST", "/Messages.json", "To", row.to, "From", shop, "Body", "My secret", "MediaUrl", url+"?is=png",
				"ContentRetention", "discard", "AddressRetention", "obfuscate", "StatusCallback", s.URL(l.ServeHTTP))
			at := "/Messages/" + says(t, m, "sid")
			after(time.Minute)
			got := p.Must(200, "GET", at+".json")
			if is := fmt.Sprintf("%v %v", got["status"], got["to"]); is != row.want || got["body"] != "" {
				t.Errorf("it is %s and says %q, want %s and nothing", is, got["body"], row.want)
			}
			if media := p.Must(200, "GET", at+"/Media.json")["media_list"].([]any); len(media) > 0 || got["num_media"] != "0" {
				t.Errorf("%s: %v media are kept: %v", row.want, got["num_media"], media)
			}
		}
		want := []string{"sent " + shop, "delivered " + shop, "failed " + shop, "sent " + shop, "undelivered " + shop}
		if diff := cmp.Diff(want, l.heard()); diff != "" {
			t.Error("the customer is told all the same (-want +got):", diff)
		}
		s.Phone(ann).Expects("My secret")
	})
}
