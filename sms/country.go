package sms

import (
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Country returns the ISO 3166 code of the country of an E.164 number, by its dialling code: "US"
// for +15557770001, "GB" for +447700900123. It returns "" for anything else, and for codes that
// belong to no country, such as +800. If several countries share the code and the number is
// ambiguous, it returns the largest of them.
func Country(e164 string) string {
	if !isE164(e164) {
		return ""
	}
	if e164[1] == '1' {
		return nanpCountry(e164[2:])
	}
	for n := 2; n <= 4 && n <= len(e164); n++ {
		code, _ := strconv.Atoi(e164[1:n])
		regions := phonenumbers.GetRegionCodesForCountryCode(code)
		switch {
		case len(regions) == 0:
			continue
		case regions[0] == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY:
			return ""
		case len(regions) > 1:
			return sharedCountry(e164, regions[0])
		}
		return regions[0]
	}
	return ""
}

// IsCountry reports whether code is the ISO 3166-1 alpha-2 code, in capitals, of a country that has
// phone numbers.
func IsCountry(code string) bool { return phonenumbers.GetCountryCodeForRegion(code) != 0 }

// sharedCountry distinguishes countries that share a dialling code, such as Russia and
// Kazakhstan, by the ranges in use. A number outside all ranges belongs to main.
func sharedCountry(e164, main string) string {
	number, err := phonenumbers.Parse(e164, "")
	if err != nil {
		return main
	}
	if region := phonenumbers.GetRegionCodeForNumber(number); region != "" {
		return region
	}
	return main
}

// nanpCountry returns the country of a national number in the North American Numbering Plan,
// which its area code alone decides.
func nanpCountry(national string) string {
	if len(national) < 3 {
		return "US"
	}
	for _, row := range nanp {
		if strings.Contains(row.areaCodes, national[:3]) {
			return row.country
		}
	}
	return "US"
}

// nanp holds the area codes of +1 that are not in the United States.
var nanp = [...]struct{ country, areaCodes string }{
	{"CA", "204 226 236 249 250 257 263 289 306 343 354 365 367 368 382 403 416 418 428 431 437 438 450 468 " +
		"474 506 514 519 548 579 581 584 587 600 604 613 622 633 639 647 672 683 705 709 742 753 778 780 782 " +
		"807 819 825 867 873 879 902 905 942"},
	{"DO", "809 829 849"}, {"JM", "658 876"}, {"PR", "787 939"},
	{"AG", "268"}, {"AI", "264"}, {"AS", "684"}, {"BB", "246"}, {"BM", "441"}, {"BS", "242"}, {"DM", "767"},
	{"GD", "473"}, {"GU", "671"}, {"KN", "869"}, {"KY", "345"}, {"LC", "758"}, {"MP", "670"}, {"MS", "664"},
	{"SX", "721"}, {"TC", "649"}, {"TT", "868"}, {"VC", "784"}, {"VG", "284"}, {"VI", "340"},
}

// Format returns an E.164 number for people to read: (555) 000-1000 in the North American plan,
// +44 7700 900123 elsewhere. It returns anything else unchanged.
func Format(e164 string) string {
	n, err := phonenumbers.Parse(e164, "")
	switch {
	case err != nil:
		return e164
	case n.GetCountryCode() == 1:
		return phonenumbers.Format(n, phonenumbers.NATIONAL)
	}
	return phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
}
