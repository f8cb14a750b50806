package sms

import "github.com/nyaruka/phonenumbers"

// A Line is what sort of telephone line a number is.
type Line string

// The lines that are told apart. A number that could be several, or none, is Local.
const (
	Local    Line = "local"
	Mobile   Line = "mobile"
	TollFree Line = "toll-free"
)

// LineOf tells what line a number in E.164 is, by the ranges in use. In the North American
// plan mobile phones have local numbers.
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

// Example returns a number in E.164 as a country has them for this line, or "" where it has
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
