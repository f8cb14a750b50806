package sms

import "github.com/nyaruka/phonenumbers"

// A Line is what sort of telephone line a number is.
type Line string

// The types of line. A number that could be of several types, or of none, is Local.
const (
	Local    Line = "local"
	Mobile   Line = "mobile"
	TollFree Line = "toll-free"
)

// LineOf returns the type of line of an E.164 number, by the ranges in use. In the North American
// plan mobile numbers are Local.
func LineOf(e164 string) Line {
	n, err := phonenumbers.Parse(e164, "")
	if err != nil {
		return Local
	}
	switch phonenumbers.GetNumberType(n) {
	case phonenumbers.MOBILE:
		return Mobile
	case phonenumbers.TOLL_FREE:
		return TollFree
	}
	return Local
}

// Example returns an E.164 number of this type of line in a country, or "" if the country has
// none.
func Example(country string, line Line) string {
	kind := map[Line]phonenumbers.PhoneNumberType{
		Local: phonenumbers.FIXED_LINE, Mobile: phonenumbers.MOBILE, TollFree: phonenumbers.TOLL_FREE,
	}[line]
	n := phonenumbers.GetExampleNumberForType(country, kind)
	if n == nil {
		return ""
	}
	e164 := phonenumbers.Format(n, phonenumbers.E164)
	if LineOf(e164) != line {
		return ""
	}
	return e164
}
