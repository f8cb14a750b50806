package sms

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

// Normalize reads a phone number as people write it and returns it in E.164, such as
// +14155551234. Spaces, brackets, dashes, dots and slashes between the digits are dropped. A
// number without + is read as it would be dialled in country, an ISO 3166 code such as "US",
// which may be empty if every number must bring its +.
//
// The number has to be possible: a country's dialling code, and as many digits as numbers
// there have. It need not be in use, so that made-up numbers such as +15557770001 pass. The
// error is a sentence that says what is wrong. Short codes, names and addresses of other
// channels are not phone numbers; KindOf tells them first.
func Normalize(raw, country string) (string, error) {
	if isNANP(raw) {
		return raw, nil // by far the most common, and the full reading costs 7 µs
	}
	dialled, err := digits(raw)
	if err != nil {
		return "", err
	}
	if dialled[0] != '+' && country == "" {
		return "", notNumber(raw, "it has no + and no country to read it in")
	}
	if dialled[0] != '+' && phonenumbers.GetCountryCodeForRegion(country) == 0 {
		return "", notNumber(raw, fmt.Sprintf("it has no + and %.10q is no country to read it in", country))
	}
	number, err := phonenumbers.Parse(dialled, country)
	if err != nil {
		return "", notNumber(raw, unreadable(err))
	}
	e164 := phonenumbers.Format(number, phonenumbers.E164)
	if why := impossible(number, e164); why != "" {
		return "", notNumber(raw, why)
	}
	return e164, nil
}

// unreadable says why no number at all was found in some digits.
func unreadable(err error) string {
	switch {
	case errors.Is(err, phonenumbers.ErrInvalidCountryCode):
		return "no country has that dialling code"
	case errors.Is(err, phonenumbers.ErrNumTooLong):
		return "it has too many digits"
	}
	return "it has too few digits"
}

// impossible says why nobody can have the number, "" if somebody can.
func impossible(number *phonenumbers.PhoneNumber, e164 string) string {
	switch phonenumbers.IsPossibleNumberWithReason(number) {
	case phonenumbers.IS_POSSIBLE:
		if isE164(e164) {
			return ""
		}
		return "it has too many digits" // libphonenumber allows for 17 and more
	case phonenumbers.IS_POSSIBLE_LOCAL_ONLY:
		return "the area code is missing"
	case phonenumbers.TOO_SHORT:
		return "it has too few digits"
	case phonenumbers.TOO_LONG:
		return "it has too many digits"
	}
	return "no number there has that many digits"
}

// isNANP reports whether s is +1 and ten digits, which is possible whatever the digits are.
func isNANP(s string) bool {
	return len(s) == 12 && strings.HasPrefix(s, "+1") && allDigits(s[2:])
}

// digits returns raw without what is written between the digits of a phone number.
func digits(raw string) (string, error) {
	const most = 24 // an exit code, 15 digits and a few to spare
	var out strings.Builder
	for _, r := range raw {
		switch {
		case '0' <= r && r <= '9', r == '+' && out.Len() == 0:
			out.WriteRune(r)
		case r == '+':
			return "", notNumber(raw, "a + can only come first")
		case !separates(r):
			return "", notNumber(raw, fmt.Sprintf("%q is no part of one", r))
		}
		if out.Len() > most {
			return "", notNumber(raw, "it has too many digits")
		}
	}
	if out.Len() == 0 || out.String() == "+" {
		return "", notNumber(raw, "it has no digits")
	}
	return out.String(), nil
}

// separates reports whether r may stand between digits. Invisible format characters come along
// when a number is copied from an address book.
func separates(r rune) bool {
	return strings.ContainsRune("().-/", r) || unicode.IsSpace(r) || unicode.In(r, unicode.Pd, unicode.Cf)
}

// notNumber quotes raw, shortened where it is long, and says why it is refused.
func notNumber(raw, why string) error {
	return fmt.Errorf("%.40q is not a phone number: %s", raw, why)
}
