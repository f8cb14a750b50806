package quote

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWordsAreOnOneLine(t *testing.T) {
	for _, row := range []struct{ shows, text, want string }{
		{"nothing", "", ""},
		{"white space alone", " \n\t ", ""},
		{"lines", " Your\r\n\n balance \t is ", "Your balanc…"},
		{"what commands a terminal", "a\x1b[31mb\x00\u202ec", "a[31mbc"},
		{"no UTF-8", "a\xffb", "ab"},
		{"what is long", strings.Repeat("é ", 20), "é é é é…"},
		{"white space without end", strings.Repeat(" ", 1<<16) + "a", ""},
	} {
		if got := Words(row.text, 11); got != row.want {
			t.Errorf("%s: got %q, want %q", row.shows, got, row.want)
		}
	}
}

func FuzzWords(f *testing.F) {
	f.Add("Your\n balance")
	f.Fuzz(func(t *testing.T, s string) {
		if got := Words(s, 16); len(got) > 16+len("…") || !utf8.ValidString(got) || strings.ContainsAny(got, "\n\r\x00\x1b") {
			t.Errorf("%q: got %q", s, got)
		}
	})
}
