package repli_test

import (
	"testing"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/sms"
)

func TestAddressesAreReadAsTheyAreTyped(t *testing.T) {
	for _, row := range []struct {
		shows, typed, country string
		want                  repli.Address
		code                  int
	}{
		{"E.164", "+1 (555) 000-1000", "", repli.Address{Text: "+15550001000"}, 0},
		{"a national form", "07700 900123", "gb", repli.Address{Text: "+447700900123"}, 0},
		{"a short code", " 12345 ", "us", repli.Address{Text: "12345", Country: "US"}, 0},
		{"a name", "Acme 24", "GB", repli.Address{Text: "Acme 24", Country: "GB"}, 0},
		{"a short code of no country", "12345", "", repli.Address{}, 20422},
		{"a country there is not", "12345", "ZZ", repli.Address{}, 20422},
		{"a number of another country", "+447700900123", "US", repli.Address{}, 20422},
		{"nothing", "", "US", repli.Address{}, 21421},
		{"a name too long", "Acme Clinic 2", "US", repli.Address{}, 21421},
		{"a sign in a name", "Acme!", "US", repli.Address{}, 21421},
		{"too few digits", "12", "US", repli.Address{}, 21421},
	} {
		got, err := repli.ParseAddress(row.typed, row.country)
		if got != row.want || repli.CodeOf(err) != row.code {
			t.Errorf("%s: got %+v, error %v; want %+v, code %d", row.shows, got, err, row.want, row.code)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	f.Add("+15550001000", "")
	f.Add("12345", "US")
	f.Add("Acmé", "FR")
	f.Fuzz(func(t *testing.T, typed, country string) {
		a, err := repli.ParseAddress(typed, country)
		if err != nil {
			return
		}
		if again, err := repli.ParseAddress(a.Text, a.Country); again != a || err != nil {
			t.Errorf("%q in %q is %+v, which is read as %+v, %v", typed, country, a, again, err)
		}
		if k := sms.KindOf(a.Text); k == sms.Unknown || k == sms.Channel || (k == sms.Number) != (a.Country == "") {
			t.Errorf("%q in %q is %+v", typed, country, a)
		}
	})
}

func TestOneOfSeveralIsToldByWhereItWasSeen(t *testing.T) {
	number := func(country, carrier string) repli.Number {
		return repli.Number{SID: repli.NewSID(repli.NumberPrefix), Account: "AC1", Address: "12345", Country: country, Carrier: carrier}
	}
	us, gb, fast := number("US", "slow"), number("GB", ""), number("US", "fast")
	all := []repli.Number{us, gb, fast}
	for _, row := range []struct {
		shows string
		seen  repli.Sight
		want  repli.SID
		code  int
	}{
		{"by its carrier and the phone's country", repli.Sight{Carrier: "fast", Phone: "+15557770001"}, fast.SID, 0},
		{"by the phone's country", repli.Sight{Phone: "+447700900123"}, gb.SID, 0},
		{"two carriers of a country", repli.Sight{Phone: "+15557770001"}, "", 20409},
		{"another account", repli.Sight{Account: "AC2"}, "", 20404},
	} {
		got, err := row.seen.Among("12345", all)
		if got.SID != row.want || repli.CodeOf(err) != row.code {
			t.Errorf("%s: got %s, error %v; want %s, code %d", row.shows, got.SID, err, row.want, row.code)
		}
	}
	if !us.Clashes(number("US", "slow")) || !us.Clashes(number("US", "")) || us.Clashes(fast) || us.Clashes(gb) {
		t.Error("numbers clash that do not, or the other way about")
	}
}
