package bins

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

func TestADiffShowsWhatWasChangedAndALittleAroundIt(t *testing.T) {
	for _, test := range []struct{ name, before, after, want string }{
		{"nothing", "a\nb\n", "a\nb\n", "…"},
		{"the first version", "", "a\nb\n", "+a +b"},
		{"a line changed", "a\nb\nc\nd\ne\nf\n", "a\nb\nc\nD\ne\nf\n", "… b c -d +D e f"},
		{"a line added within", "a\nc\n", "a\nb\nc\n", "a +b c"},
		{"a line moved", "a\nb\nc\n", "b\nc\na\n", "-a b c +a"},
		{"two places", "1\n2\n3\n4\n5\n6\n7\n8\n", "x\n2\n3\n4\n5\n6\n7\ny\n", "-1 +x 2 3 … 6 7 -8 +y"},
		{"line ends alone", "a\r\nb\r\n", "a\nb\n", "…"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, line := range diff(test.before, test.after) {
				got = append(got, strings.TrimSpace(line.Sign+line.Text))
			}
			if s := strings.Join(got, " "); s != test.want {
				t.Errorf("got %q, want %q", s, test.want)
			}
		})
	}
}

// A table of all pairs of lines would take two gigabytes.
func TestADiffOfLargeTextsIsCheapAndShort(t *testing.T) {
	var a, b strings.Builder
	for i := range 16_000 {
		fmt.Fprintf(&a, "a%d\n", i)
		fmt.Fprintf(&b, "b%d\n", i)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got := diff(a.String(), b.String())
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; len(got) > diffShown+1 || took > 64<<20 {
		t.Errorf("%d lines for %d bytes of memory, want at most %d for some megabytes", len(got), took, diffShown+1)
	}
}
