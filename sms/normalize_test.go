package sms_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"

	"github.com/repli-sms/repli/sms"
)

func TestNormalizeReadsNumbersAsPeopleWriteThem(t *testing.T) {
	tests := []struct{ shows, raw, country, want string }{
		{"E.164 stays", "+14155551234", "", "+14155551234"},
		{"a made-up number", "+15557770001", "", "+15557770001"},
		{"the demo number", "+15550001000", "", "+15550001000"},
		{"a test number", "+15005550006", "", "+15005550006"},
		{"another", "+15005530003", "", "+15005530003"},
		{"an area code that nobody has", "+11415555123", "", "+11415555123"},
		{"British", "+447700900123", "US", "+447700900123"},
		{"Maltese, of eight digits", "+35621345678", "", "+35621345678"},
		{"a satellite phone", "+882161234567", "", "+882161234567"},
		{"brackets and dashes", "(415) 555-1234", "US", "+14155551234"},
		{"bare digits", "4155551234", "US", "+14155551234"},
		{"with the 1 of long distance", "1-415-555-1234", "US", "+14155551234"},
		{"dots", "415.555.1234", "US", "+14155551234"},
		{"slashes", "030/901820", "DE", "+4930901820"},
		{"plus and spaces", "+1 415 555 1234", "", "+14155551234"},
		{"plus in brackets", "(+1) 415-555-1234", "", "+14155551234"},
		{"the British 0 goes", "07700 900123", "GB", "+447700900123"},
		{"so does one in brackets", "+44 (0)7700 900123", "", "+447700900123"},
		{"the Italian 0 stays", "06 6982 0001", "IT", "+390669820001"},
		{"dialled abroad", "011 44 7700 900123", "US", "+447700900123"},
		{"dialled abroad from Europe", "00 1 415 555 1234", "FR", "+14155551234"},
		{"space around it", "  +14155551234\n", "", "+14155551234"},
		{"a no-break space and a real hyphen", "415\u00a0555\u20101234", "US", "+14155551234"},
		{"invisible marks from an address book", "\u202a+1 415 555 1234\u202c", "", "+14155551234"},
	}
	for _, test := range tests {
		t.Run(test.shows, func(t *testing.T) {
			got, err := sms.Normalize(test.raw, test.country)
			if err != nil || got != test.want {
				t.Errorf("Normalize(%q, %q) = %q, %v, want %q", test.raw, test.country, got, err, test.want)
			}
		})
	}
}

func TestNormalizeSaysWhatIsWrong(t *testing.T) {
	tests := []struct{ shows, raw, country, want string }{
		{"nothing", "", "US", `"" is not a phone number: it has no digits`},
		{"only punctuation", "(-)", "US", `"(-)" is not a phone number: it has no digits`},
		{"a plus alone", "+", "US", `"+" is not a phone number: it has no digits`},
		{"a name", "Repli", "US", `"Repli" is not a phone number: 'R' is no part of one`},
		{"letters for digits", "1-800-FLOWERS", "US", `"1-800-FLOWERS" is not a phone number: 'F' is no part of one`},
		{"an extension", "+14155551234x9", "", `"+14155551234x9" is not a phone number: 'x' is no part of one`},
		{"a channel", "whatsapp:+14155551234", "", `"whatsapp:+14155551234" is not a phone number: 'w' is no part of one`},
		{"two plusses", "++14155551234", "", `"++14155551234" is not a phone number: a + can only come first`},
		{"a plus later on", "1+4155551234", "US", `"1+4155551234" is not a phone number: a + can only come first`},
		{"no country", "4155551234", "", `"4155551234" is not a phone number: it has no + and no country to read it in`},
		{"a country that is none", "4155551234", "XX", `"4155551234" is not a phone number: it has no + and "XX" is no country to read it in`},
		{"no such dialling code", "+99912345678", "", `"+99912345678" is not a phone number: no country has that dialling code`},
		{"no country begins with 0", "+0123456789", "", `"+0123456789" is not a phone number: no country has that dialling code`},
		{"too short", "+1555", "", `"+1555" is not a phone number: it has too few digits`},
		{"too long", "+141555512345", "", `"+141555512345" is not a phone number: it has too many digits`},
		{"too long for anyone", "+44770090012345678", "", `"+44770090012345678" is not a phone number: it has too many digits`},
		{"a short code", "12345", "US", `"12345" is not a phone number: it has too few digits`},
		{"two digits", "12", "US", `"12" is not a phone number: it has too few digits`},
		{"one digit", "1", "US", `"1" is not a phone number: it has too few digits`},
		{"no area code", "555-1234", "US", `"555-1234" is not a phone number: the area code is missing`},
		{"a British number without plus in America", "447700900123", "US", `"447700900123" is not a phone number: it has too many digits`},
		{"broken UTF-8", "\xff", "US", `"\xff" is not a phone number: '�' is no part of one`},
		{"too much is quoted in part", strings.Repeat("9", 1000), "US", `"` + strings.Repeat("9", 40) + `" is not a phone number: it has too many digits`},
	}
	for _, test := range tests {
		t.Run(test.shows, func(t *testing.T) {
			got, err := sms.Normalize(test.raw, test.country)
			if err == nil || err.Error() != test.want || got != "" {
				t.Errorf("Normalize(%q, %q)\n got %q, %v\nwant error %s", test.raw, test.country, got, err, test.want)
			}
		})
	}
}

// Normalize has a fast path for these, which must not change its result.
func TestEveryTenDigitsAfterPlusOneArePossible(t *testing.T) {
	for area := range 1000 {
		e164 := fmt.Sprintf("+1%03d5551234", area)
		number, err := phonenumbers.Parse(e164, "")
		if err != nil || phonenumbers.IsPossibleNumberWithReason(number) != phonenumbers.IS_POSSIBLE || phonenumbers.Format(number, phonenumbers.E164) != e164 {
			t.Errorf("libphonenumber reads %s as %v, %v", e164, number, err)
		}
		if got, err := sms.Normalize(e164, ""); got != e164 || err != nil {
			t.Errorf("Normalize(%q) = %q, %v", e164, got, err)
		}
	}
}

func TestNormalizeOfAnAmericanNumberInE164AllocatesNothing(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { _, _ = sms.Normalize("+15557770001", "") }); n != 0 {
		t.Errorf("Normalize allocates %v times, want 0", n)
	}
}

func FuzzNormalize(f *testing.F) {
	for _, seed := range [][2]string{{"(415) 555-1234", "US"}, {"+44 (0)7700 900123", ""}, {"06 6982 0001", "IT"}, {"00 1 415", "FR"}, {"+", "001"}, {"٤١٥", "ZZ"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, raw, country string) {
		number, err := sms.Normalize(raw, country)
		if err != nil {
			if number != "" || len(err.Error()) > 600 {
				t.Fatalf("Normalize(%q, %q) = %q, %v", raw, country, number, err)
			}
			return
		}
		if kind := sms.KindOf(number); kind != sms.Number {
			t.Fatalf("Normalize(%q, %q) = %q, a %q", raw, country, number, kind)
		}
		if strings.Contains(raw, "+") {
			if again, err := sms.Normalize(raw, "US"); err != nil || again != number {
				t.Fatalf("Normalize(%q) = %q in %q and %q, %v in US", raw, number, country, again, err)
			}
		}
		sms.Country(number)
	})
}

func BenchmarkNormalize(b *testing.B) {
	for _, raw := range []string{"+15557770001", "+447700900123", "(415) 555-1234"} {
		b.Run(raw, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = sms.Normalize(raw, "US")
			}
		})
	}
}
