package sms

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

// Normalize parses a phone number as people write it and returns it in E.164, such as
// +14155551234. It drops spaces, brackets, dashes, dots and slashes between the digits. It reads
// a number without + as a national number of country, an ISO 3166 code such as "US"; if country
// is empty, the + is required.
//
// The number must be possible: an existing dialling code, and a number of digits that occurs
// there. It need not be in use, so invented numbers such as +15557770001 pass. The error is a
// sentence for the user. Short codes, sender names and addresses of other channels are errors;
// use KindOf first.
func Normalize(raw, country string) (string, error) {
	if isNANP(raw) {
		return raw, nil // by far the most common case; the full parse takes 7 µs
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

// unreadable returns why the digits contain no number at all.
func unreadable(err error) string {
	switch {
	case errors.Is(err, phonenumbers.ErrInvalidCountryCode):
		return "no country has that dialling code"
	case errors.Is(err, phonenumbers.ErrNumTooLong):
		return "it has too many digits"
	}
	return "it has too few digits"
}

// impossible returns why a number cannot exist, or "" if it can.
func impossible(number *phonenumbers.PhoneNumber, e164 string) string {
	switch phonenumbers.IsPossibleNumberWithReason(number) {
	case phonenumbers.IS_POSSIBLE:
		if isE164(e164) {
			return ""
		}
		return "it has too many digits" // libphonenumber allows 17 and more
	case phonenumbers.IS_POSSIBLE_LOCAL_ONLY:
		return "the area code is missing"
	case phonenumbers.TOO_SHORT:
		return "it has too few digits"
	case phonenumbers.TOO_LONG:
		return "it has too many digits"
	}
	return "no number there has that many digits"
}

// isNANP reports whether s is +1 and ten digits, which is always possible.
func isNANP(s string) bool {
	return len(s) == 12 && strings.HasPrefix(s, "+1") && allDigits(s[2:])
}

// digits returns raw without the separators of a phone number.
func digits(raw string) (string, error) {
	const most = 24 // an international prefix, 15 digits and some spare
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

// separates reports whether r may stand between digits. Copying from an address book adds
// invisible format characters.
func separates(r rune) bool {
	return strings.ContainsRune("().-/", r) || unicode.IsSpace(r) || unicode.In(r, unicode.Pd, unicode.Cf)
}

// notNumber returns the error for raw, quoted and shortened, with the reason why.
func notNumber(raw, why string) error {
	return fmt.Errorf("%.40q is not a phone number: %s", raw, why)
}
