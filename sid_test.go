package repli_test

import (
	"strings"
	"testing"
	"time"

	"github.com/repli-sms/repli"
)

func TestSIDsMadeLaterSortLater(t *testing.T) {
	last := repli.NewSID(repli.MessagePrefix)
	for range 10_000 {
		next := repli.NewSID(repli.MessagePrefix)
		if next <= last {
			t.Fatalf("%s was made after %s and does not sort after it", next, last)
		}
		last = next
	}
}

func TestASIDSaysWhenItWasMade(t *testing.T) {
	before := time.Now().Truncate(time.Millisecond)
	if made := repli.NewSID(repli.MessagePrefix).Made(); made.Before(before) {
		t.Errorf("made at %v, want %v or later", made, before)
	}
	at := time.Date(2026, 11, 25, 14, 7, 0, 123e6, time.UTC)
	one, other := repli.SIDAt(repli.MessagePrefix, at), repli.SIDAt(repli.MessagePrefix, at)
	if !one.Made().Equal(at) || one == other {
		t.Errorf("got %s, made at %v, and %s, want two made at %v", one, one.Made(), other, at)
	}
}

func TestParseSIDAcceptsOnlyTheKindsAskedFor(t *testing.T) {
	const hex = "0123456789abcdef0123456789abcdef"
	for _, tt := range []struct {
		in   string
		want repli.SID
	}{
		{"SM" + hex, "SM" + hex},
		{"MM" + strings.ToUpper(hex), "MM" + hex},
		{"PN" + hex, ""},
		{"sm" + hex, ""},
		{"SM" + hex + "0", ""},
		{"SM" + hex[:31] + "g", ""},
		{"", ""},
	} {
		got, err := repli.ParseSID(tt.in, repli.MessagePrefix, repli.MMSPrefix)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("ParseSID(%q) = %q, %v, want %q", tt.in, got, err, tt.want)
		}
		if err != nil && repli.CodeOf(err) != 20423 {
			t.Errorf("ParseSID(%q) fails with %v, want code 20423", tt.in, err)
		}
	}
}

func FuzzParseSID(f *testing.F) {
	f.Add("SM0123456789abcdef0123456789ABCDEF")
	f.Add("SM")
	f.Add("SM0123456789abcdef0123456789abcde\xff")
	f.Fuzz(func(t *testing.T, s string) {
		sid, err := repli.ParseSID(s, repli.MessagePrefix, repli.MMSPrefix)
		if err != nil {
			return
		}
		if again := sid.Key().SID(sid.Prefix()); again != sid {
			t.Errorf("%q became %q and then %q", s, sid, again)
		}
	})
}
