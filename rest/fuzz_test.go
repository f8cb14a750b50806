package rest_test

import (
	"net/http"
	"testing"

	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/rest/resttest"
)

// FuzzRequests looks for requests that are not answered as Twilio's documents allow, or with a
// fault of ours.
func FuzzRequests(f *testing.F) {
	const account = accounts + "/" + string(apptest.Account)
	for _, seed := range []struct{ method, target, form string }{
		{"GET", accounts + ".json?FriendlyName=a&Status=active&PageSize=1&Page=1&PageToken=PA", ""},
		{"POST", accounts + ".json", "FriendlyName=A%20part"},
		{"POST", account + ".json", "Status=suspended"},
		{"POST", account + "/Keys.json", "FriendlyName=k"},
		{"GET", account + "/SigningKeys.json?PageSize=1001", ""},
		{"POST", account + "/Messages.json", "To=%2B15557770001&From=%2B15550001000&Body=Hi&MediaUrl=https://shop.example/a.png&StatusCallback=http://a_b"},
		{"POST", account + "/Messages.json", "To=%2B15557770001&MessagingServiceSid=MG1&ScheduleType=fixed&SendAt=2026-12-24T18:00:00Z&ValidityPeriod=5&SmartEncoded=true"},
		{"GET", account + "/Messages.json?DateSent%3E=2026-01-01&DateSent%3C=2026-13-01T00:00:00Z&DateSent=x&To=%2B1&From=a", ""},
		{"POST", account + "/Messages/SM00000000000000000000000000000001.json", "Body=&Status=canceled"},
		{"POST", account + "/Messages/SM00000000000000000000000000000001/Feedback.json", "Outcome=confirmed"},
		{"GET", account + "/Messages/SM00000000000000000000000000000001/Media.json?DateCreated%3E=2026-01-01", ""},
		{"GET", account + "/Messages/SM00000000000000000000000000000001/Media/ME00000000000000000000000000000001", ""},
		{"POST", account + "/IncomingPhoneNumbers.json", "PhoneNumber=%2B15550001007&SmsUrl=https://shop.example/sms%23rc=9&SmsMethod=PUT"},
		{"POST", account + "/IncomingPhoneNumbers/TollFree.json", "AreaCode=833"},
		{"GET", account + "/IncomingPhoneNumbers.json?PhoneNumber=*5*&Beta=maybe&Origin=x", ""},
		{"GET", account + "/AvailablePhoneNumbers/US/Local.json?Contains=tjj*&AreaCode=415&SmsEnabled=true", ""},
		{"POST", account + "/Applications.json", "FriendlyName=a&SmsFallbackUrl=ftp://x"},
		{"GET", account + "/Notifications.json?Log=1&MessageDate%3C=2026-01-01", ""},
		{"GET", "/v1/Alerts?LogLevel=error&StartDate=2026-01-01&EndDate=soon&PageToken=PA", ""},
		{"POST", "/v1/Services", "FriendlyName=s&InboundRequestUrl=https://shop.example&ValidityPeriod=1&AreaCodeGeomatch=true"},
		{"POST", "/v1/Services/MG00000000000000000000000000000001/PhoneNumbers", "PhoneNumberSid=PN00000000000000000000000000000001"},
		{"DELETE", account + "/Keys/SK00000000000000000000000000000001.json", "%zz"},
	} {
		f.Add(seed.method, seed.target, seed.form)
	}
	docs, err := resttest.Load()
	if err != nil {
		f.Fatal(err)
	}
	ask := apptest.Asked(f)
	f.Fuzz(func(t *testing.T, method, target, form string) {
		r, err := http.NewRequest(method, target, nil)
		if err != nil || !resttest.IsTwilios(r.URL.Path) {
			return
		}
		r.SetBasicAuth(string(apptest.Account), apptest.Token)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := ask(method, target, form, r.Header)
		if w == nil {
			return
		}
		if w.Code >= 500 {
			t.Errorf("%s %q %q is answered with %d %s", method, target, form, w.Code, w.Body)
		}
		for _, fault := range docs.Faults(method, r.URL.Path, w.Code, w.Header(), w.Body.Bytes()) {
			t.Errorf("%s %q %q is answered with %d: %s\n%.2000s", method, target, form, w.Code, fault, w.Body)
		}
	})
}
