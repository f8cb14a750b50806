package store_test

import (
	"testing"

	"github.com/repli-sms/repli/store"
)

func TestAFilterHasWhatItFinds(t *testing.T) {
	for _, test := range []struct {
		part, address string
		want          bool
	}{
		{"", "+15550001000", true},
		{"+1555", "+15550001000", true},
		{"0001", "+15550001000", true},
		{"000*000", "+15550001000", true},
		{"+*555", "+15550001000", true},
		{"*15550001000", "+15550001000", false},
		{"99", "+15550001000", false},
		{"+155500010001", "+15550001000", false},
		{"", "", true},
		{"1", "", false},
	} {
		if got := (store.NumberFilter{Address: test.part}).Has(test.address); got != test.want {
			t.Errorf("%q has %q: got %v, want %v", test.part, test.address, got, test.want)
		}
	}
}
