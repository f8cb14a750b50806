package rest

import (
	"strings"
	"testing"

	"github.com/repli-sms/repli"
)

func FuzzAPatternOfANumberIsReadOrRefused(f *testing.F) {
	for _, s := range []string{"", "415", "+1415*", "tjj", "4+1", "*****************", "é", "\xff", "4%5"} {
		f.Add(s, "+14155550100")
	}
	f.Fuzz(func(t *testing.T, s, number string) {
		p, err := parsePattern(s)
		if err != nil {
			if repli.CodeOf(err) != repli.CodeInvalid {
				t.Errorf("%q: the error is %v, want code 20422", s, err)
			}
			return
		}
		if strings.Trim(string(p), "+*0123456789") != "" {
			t.Errorf("%q is read as %q", s, p)
		}
		if p.in(number) && len(p) > len(number) {
			t.Errorf("%q is longer than %q and still in it", p, number)
		}
	})
}
