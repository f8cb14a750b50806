package sms

import "testing"

func TestAddressesThatComeIn(t *testing.T) {
	for _, row := range []struct {
		shows   string
		country string
		in      Wire
		want    string // "" for an error
	}{
		{"international", "", Wire{1, 1, "15557770001"}, "+15557770001"},
		{"international, with its +", "", Wire{1, 1, "+447700900123"}, "+447700900123"},
		{"international, with 00", "", Wire{1, 1, "00447700900123"}, "+447700900123"},
		{"a + says more than the type", "FR", Wire{2, 1, "+447700900123"}, "+447700900123"},
		{"national", "GB", Wire{2, 1, "07700900123"}, "+447700900123"},
		{"national, without its 0", "GB", Wire{2, 1, "7700900123"}, "+447700900123"},
		{"national, of no known country", "", Wire{2, 1, "07700900123"}, ""},
		{"unknown, as dialled at home", "FR", Wire{0, 0, "0612345678"}, "+33612345678"},
		{"unknown, with its country code", "FR", Wire{0, 0, "447700900123"}, "+447700900123"},
		{"unknown, with 00", "FR", Wire{0, 0, "00447700900123"}, "+447700900123"},
		{"unknown, of no known country", "", Wire{0, 1, "15557770001"}, "+15557770001"},
		{"a subscriber's number", "US", Wire{4, 1, "5557770001"}, "+15557770001"},
		{"a short code of the network", "US", Wire{3, 0, "12345"}, "12345"},
		{"an abbreviated one", "US", Wire{6, 0, "123456"}, "123456"},
		{"a short code called national", "NO", Wire{2, 1, "2210"}, "2210"},
		{"a short code called international", "US", Wire{1, 1, "12345"}, "12345"},
		{"a short code with a +", "US", Wire{1, 1, "+12345"}, "12345"},
		{"a name", "US", Wire{5, 0, "Acme Clinic"}, "Acme Clinic"},
		{"a name of no type", "US", Wire{0, 0, "Acme"}, "Acme"},
		{"digits called a name", "US", Wire{5, 0, "12345"}, "12345"},
		{"a name too long", "US", Wire{5, 0, "Acme Clinic 2"}, ""},
		{"nothing", "US", Wire{1, 1, ""}, ""},
		{"too few digits", "US", Wire{1, 1, "12"}, ""},
		{"too many digits", "US", Wire{1, 1, "12345678901234567"}, ""},
	} {
		got, err := StandardAddressing(row.country).In(row.in)
		if got != row.want || (err == nil) != (row.want != "") {
			t.Errorf("%s: %+v at home in %q is %q, error %v; want %q", row.shows, row.in, row.country, got, err, row.want)
		}
	}
}

func TestAddressesThatGoOut(t *testing.T) {
	standard := StandardAddressing("US")
	odd := Addressing{
		Number:    Form{Plus: true},
		ShortCode: Form{TON: TONAbbreviated},
		Name:      Form{TON: TONAlphanumeric, NPI: NPIE164},
	}
	for _, row := range []struct {
		by      Addressing
		address string
		want    Wire
	}{
		{standard, "+15557770001", Wire{1, 1, "15557770001"}},
		{standard, "12345", Wire{3, 0, "12345"}},
		{standard, "Acme", Wire{5, 0, "Acme"}},
		{odd, "+15557770001", Wire{0, 0, "+15557770001"}},
		{odd, "12345", Wire{6, 0, "12345"}},
		{odd, "Acme", Wire{5, 1, "Acme"}},
	} {
		got, err := row.by.Out(row.address)
		if got != row.want || err != nil {
			t.Errorf("%s goes out as %+v, error %v; want %+v", row.address, got, err, row.want)
		}
		if back, err := standard.In(got); back != row.address {
			t.Errorf("%+v comes back as %q, error %v; want %s", got, back, err, row.address)
		}
	}
	for _, address := range []string{"", "12", "whatsapp:+15557770001", "a name that is too long"} {
		if got, err := standard.Out(address); err == nil {
			t.Errorf("%q goes out as %+v, want an error", address, got)
		}
	}
}
