package sms_test

import (
	"testing"

	"github.com/repli-sms/repli/sms"
)

func TestALineIsToldByTheNumber(t *testing.T) {
	for _, tt := range []struct {
		shows, number string
		want          sms.Line
	}{
		{"an American number, which may be a mobile phone's", "+14155551234", sms.Local},
		{"a made-up number", "+15557770001", sms.Local},
		{"an American toll-free number", "+18005550100", sms.TollFree},
		{"a British mobile", "+447400123456", sms.Mobile},
		{"a French landline", "+33123456789", sms.Local},
		{"a German toll-free number", "+498001234567", sms.TollFree},
		{"a short code", "12345", sms.Local},
		{"nothing", "", sms.Local},
	} {
		t.Run(tt.shows, func(t *testing.T) {
			if got := sms.LineOf(tt.number); got != tt.want {
				t.Errorf("LineOf(%q) = %q, want %q", tt.number, got, tt.want)
			}
		})
	}
}

func TestAnExampleIsANumberOfItsCountryAndLine(t *testing.T) {
	for _, country := range []string{"GB", "FR", "DE", "AU"} {
		for _, line := range []sms.Line{sms.Local, sms.Mobile, sms.TollFree} {
			e164 := sms.Example(country, line)
			if sms.Country(e164) != country || sms.LineOf(e164) != line {
				t.Errorf("Example(%q, %q) = %q, which is a %s number of %q", country, line, e164, sms.LineOf(e164), sms.Country(e164))
			}
		}
	}
	if got := sms.Example("US", sms.Mobile); got != "" {
		t.Errorf("the United States have no mobile numbers of their own, got %q", got)
	}
	if got := sms.Example("ZZ", sms.Local); got != "" {
		t.Errorf("ZZ is no country, got %q", got)
	}
}
