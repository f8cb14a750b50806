package sms_test

import (
	"testing"

	"github.com/repli-sms/repli/sms"
)

func TestKindOfTellsAddressesByTheirForm(t *testing.T) {
	tests := []struct {
		shows, address string
		want           sms.Kind
	}{
		{"a number", "+15557770001", sms.Number},
		{"the shortest", "+1", sms.Number},
		{"the longest", "+123456789012345", sms.Number},
		{"a digit too many", "+1234567890123456", sms.Unknown},
		{"no country begins with 0", "+0123456789", sms.Unknown},
		{"a plus alone", "+", sms.Unknown},
		{"a number with spaces is not yet one", "+1 555 777 0001", sms.Unknown},
		{"a number without plus is not yet one", "15557770001", sms.Unknown},
		{"a short code", "12345", sms.ShortCode},
		{"three digits", "911", sms.ShortCode},
		{"six digits", "123456", sms.ShortCode},
		{"two digits", "12", sms.Unknown},
		{"seven digits could be a number dialled at home", "5551234", sms.Unknown},
		{"a name", "Repli", sms.Alphanumeric},
		{"a name with digits and a space", "Clinic 24", sms.Alphanumeric},
		{"eleven characters", "ABCDEFGHIJK", sms.Alphanumeric},
		{"twelve", "ABCDEFGHIJKL", sms.Unknown},
		{"one letter", "A", sms.Alphanumeric},
		{"digits and spaces are no name", "123 456", sms.Unknown},
		{"spaces are no name", "   ", sms.Unknown},
		{"punctuation is in no name", "A.B", sms.Unknown},
		{"nor is an accent", "Café", sms.Unknown},
		{"another channel", "whatsapp:+15557770001", sms.Channel},
		{"and another", "messenger:1234567890", sms.Channel},
		{"a channel with nobody in it", "rcs:", sms.Unknown},
		{"a URL is no channel", "https://example.com", sms.Unknown},
		{"nothing", "", sms.Unknown},
		{"digits of another script", "١٢٣٤٥", sms.Unknown},
	}
	for _, test := range tests {
		t.Run(test.shows, func(t *testing.T) {
			if got := sms.KindOf(test.address); got != test.want {
				t.Errorf("KindOf(%q) = %q, want %q", test.address, got, test.want)
			}
		})
	}
}
