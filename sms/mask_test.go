package sms_test

import (
	"testing"

	"github.com/repli-sms/repli/sms"
)

func TestMaskHidesEveryPhoneNumber(t *testing.T) {
	for _, tc := range []struct{ shows, text, want string }{
		{"a number alone", "+15557770001", "+1555•••0001"},
		{"a number of Germany", "+4915112345678", "+4915•••5678"},
		{"a short number", "+3712345678", "+371•••5678"},
		{"the shortest", "+2901234", "+•••1234"},
		{"in a sentence", "The phone +15557770001 has opted out of +15550001000.", "The phone +1555•••0001 has opted out of +1555•••1000."},
		{"in a URL", "https://example.com/sms?From=%2B15557770001&To=%2b15550001000", "https://example.com/sms?From=%2B1555•••0001&To=%2b1555•••1000"},
		{"encoded twice", "next=%2Fsms%3FFrom%3D%252B15557770001", "next=%2Fsms%3FFrom%3D%252B1555•••0001"},
		{"in a path", "/repli/v1/phones/+15557770001/messages", "/repli/v1/phones/+1555•••0001/messages"},
		{"without its +", "GET /repli/v1/phones/15557770001/messages", "GET /repli/v1/phones/1555•••0001/messages"},
		{"in JSON", `{"from":"15557770001","to":"whatsapp:+15557770002"}`, `{"from":"1555•••0001","to":"whatsapp:+1555•••0002"}`},
		{"one after another", "+15557770001,+15557770002", "+1555•••0001,+1555•••0002"},
		{"another channel's name", "sms:15557770001;ext=2", "sms:1555•••0001;ext=2"},
		{"a SID", "AC00000000000000000000000000000001", "AC00000000000000000000000000000001"},
		{"a SID of digits", "SM01234567890123456789012345678901", "SM01234567890123456789012345678901"},
		{"an address in memory", "0x15557770001", "0x15557770001"},
		{"a code", "error 21610 after 15000 ms", "error 21610 after 15000 ms"},
		{"a short code", "+12345", "+12345"},
		{"a time in microseconds", "1793793600000000", "1793793600000000"},
		{"too many digits", "+1555777000155577700", "+1555777000155577700"},
		{"nothing", "", ""},
		{"a mask", "+1555•••0001", "+1555•••0001"},
		{"what is encoded beside it", "%2B%2B15557770001%20", "%2B%2B1555•••0001%20"},
	} {
		if got := sms.Mask(tc.text); got != tc.want {
			t.Errorf("%s: Mask(%q) = %q, want %q", tc.shows, tc.text, got, tc.want)
		}
	}
}

func TestStrikeReplacesOnePhone(t *testing.T) {
	for _, tc := range []struct{ shows, text, phone, want string }{
		{"as it is", "call +15557770001, not +15557770002", "+15557770001", "call +XXXXXXXXXXX, not +15557770002"},
		{"in a URL", "From=%2B15557770001&To=1", "+15557770001", "From=%2BXXXXXXXXXXX&To=1"},
		{"without its +", "15557770001", "+15557770001", "XXXXXXXXXXX"},
		{"a short one in a URL", "?a=%2b2901234&b=2901234", "+2901234", "?a=%2bXXXXXXX&b=2901234"},
	} {
		if got := sms.Strike(tc.text, tc.phone); got != tc.want {
			t.Errorf("%s: Strike(%q, %q) = %q, want %q", tc.shows, tc.text, tc.phone, got, tc.want)
		}
	}
}

func FuzzMask(f *testing.F) {
	for _, seed := range []string{"+15557770001", "a%2B15557770001", "%2", "%2B", "+", "1234567890x", "\xff+15557770001"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		masked := sms.Mask(text)
		if again := sms.Mask(masked); again != masked {
			t.Errorf("Mask(%q) = %q, and that masked again is %q", text, masked, again)
		}
	})
}
