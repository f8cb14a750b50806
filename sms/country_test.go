package sms_test

import (
	"fmt"
	"testing"

	"github.com/nyaruka/phonenumbers"

	"github.com/repli-sms/repli/sms"
)

func TestCountryGoesByTheDiallingCode(t *testing.T) {
	tests := []struct{ shows, number, want string }{
		{"a made-up American number", "+15557770001", "US"},
		{"a test number", "+15005550006", "US"},
		{"toll-free", "+18005551234", "US"},
		{"Canada, by the area code, in use or not", "+14165550000", "CA"},
		{"the Bahamas", "+12425550000", "BS"},
		{"Jamaica's second area code", "+16585550000", "JM"},
		{"Puerto Rico", "+17875550000", "PR"},
		{"Britain", "+447700900123", "GB"},
		{"Jersey, in Britain's code", "+447797712345", "JE"},
		{"Russia", "+79161234567", "RU"},
		{"Kazakhstan, in Russia's code", "+77011234567", "KZ"},
		{"France", "+33612345678", "FR"},
		{"Malta, of three digits", "+35621345678", "MT"},
		{"a code of no country", "+80012345678", ""},
		{"a satellite phone", "+882161234567", ""},
		{"a code nobody has", "+99912345678", ""},
		{"too few digits to tell", "+1", "US"},
		{"half a dialling code", "+35", ""},
		{"no number", "12345", ""},
		{"no E.164", "(415) 555-1234", ""},
		{"nothing", "", ""},
	}
	for _, test := range tests {
		t.Run(test.shows, func(t *testing.T) {
			if got := sms.Country(test.number); got != test.want {
				t.Errorf("Country(%q) = %q, want %q", test.number, got, test.want)
			}
		})
	}
}

func TestAreaCodesAgreeWithLibphonenumber(t *testing.T) {
	known := 0
	for code := 200; code < 1000; code++ {
		e164 := fmt.Sprintf("+1%d2345678", code)
		number, err := phonenumbers.Parse(e164, "")
		if err != nil {
			t.Fatal(err)
		}
		want := phonenumbers.GetRegionCodeForNumber(number)
		if want == "" {
			want = "US" // not assigned to anybody
		} else {
			known++
		}
		if got := sms.Country(e164); got != want {
			t.Errorf("Country(%q) = %q, want %q", e164, got, want)
		}
	}
	if known < 400 {
		t.Errorf("libphonenumber knows %d area codes, want over 400", known)
	}
}

func BenchmarkCountry(b *testing.B) {
	for _, number := range []string{"+15557770001", "+33612345678", "+447700900123"} {
		b.Run(number, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sms.Country(number)
			}
		})
	}
}
