package config

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestAMistakeInARegularExpressionHasItsPlace(t *testing.T) {
	for _, row := range []struct{ shows, text, want string }{
		{"a group that does not end", "(a)(b", `"(a)(b" is not a regular expression: missing closing ) at character 4`},
		{"a group that did not begin", "open)", `"open)" is not a regular expression: unexpected ) at character 5`},
		{"a class that does not end", "x[abc", `"x[abc" is not a regular expression: missing closing ] at character 2`},
		{"a class whose range runs backwards", "at [9-0]", `"at [9-0]" is not a regular expression: invalid character class range at character 4`},
		{"nothing to repeat", "a*|*", `"a*|*" is not a regular expression: missing argument to repetition operator at character 4`},
		{"a repetition repeated", "a**", `"a**" is not a regular expression: invalid nested repetition operator at character 3`},
		{"what Go does not have", "a(?=b)", `"a(?=b)" is not a regular expression: invalid or unsupported Perl syntax at character 2`},
		{"an escape nobody knows", `caf\é`, `"caf\\é" is not a regular expression: invalid escape sequence at character 4`},
		{"characters are counted, not bytes", "né\u202f(", `"né\u202f(" is not a regular expression: missing closing ) at character 4`},
		{"a mistake at the beginning", "*", `"*" is not a regular expression: missing argument to repetition operator at character 1`},
		{"bytes that are no text", "a\xff", `"a\xff" is not a regular expression: invalid UTF-8 at character 2`},
		{"too long", strings.Repeat("a", 1001), `"` + strings.Repeat("a", 60) + `…" has 1001 bytes; a regular expression may have 1000 here`},
	} {
		t.Run(row.shows, func(t *testing.T) {
			if re, err := readRegexp(row.text); err == nil || err.Error() != row.want {
				t.Errorf("got  %v, %v\nwant %s", re, err, row.want)
			}
		})
	}
}

// FuzzRegexp looks for expressions whose mistakes have no place in them.
func FuzzRegexp(f *testing.F) {
	for _, s := range []string{"", "a|b", "((", "a{1001}", `\Q`, "é[", "\xff(", strings.Repeat("(", 1000)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		re, err := readRegexp(s)
		if (re == nil) == (err == nil) {
			t.Fatalf("%q: got %v and %v, want one of them", s, re, err)
		}
		if _, want := regexp.Compile(s); len(s) <= maxRegexp && (want == nil) != (err == nil) {
			t.Errorf("%q: got %v, want %v", s, err, want)
		}
		if at := mistake(s); len(s) <= maxRegexp && (at < 1 || at > utf8.RuneCountInString(s)+1) {
			t.Errorf("%q: got character %d", s, at)
		}
	})
}
