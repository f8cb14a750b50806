package repli_test

import (
	"strings"
	"testing"

	"github.com/repli-sms/repli"
)

func TestAFriendlyNameDoesNotMislead(t *testing.T) {
	for _, tt := range []struct{ shows, name, says string }{
		{"plain", "Front desk", ""},
		{"accents, an emoji, two scripts", "Café 🍰 שלום", ""},
		{"64 characters", strings.Repeat("x", 64), ""},
		{"nothing", "", "1 to 64 characters; it has 0"},
		{"65 characters", strings.Repeat("x", 65), "1 to 64 characters; it has 65"},
		{"no UTF-8", "\xff", "not UTF-8"},
		{"a new line", "a\r\nb", "U+000D"},
		{"a NUL", "a\x00b", "not UTF-8 text"},
		{"an escape", "a\x1b[31m", "U+001B"},
		{"a delete", "a\x7f", "U+007F"},
		{"a C1 control", "a\u0085b", "U+0085"},
		{"the first embedding", "a\u202ab", "U+202A"},
		{"a right-to-left override", "gpj.\u202eexe", "U+202E"},
		{"the first isolate", "a\u2066b", "U+2066"},
		{"the last isolate", "a\u2069b", "U+2069"},
	} {
		err := repli.CheckFriendlyName(tt.name)
		switch {
		case tt.says == "" && err != nil:
			t.Errorf("%s: %v, want none", tt.shows, err)
		case tt.says != "" && (repli.CodeOf(err) != repli.CodeInvalidName || !strings.Contains(err.Error(), tt.says)):
			t.Errorf("%s: %v, want 20002 with %q", tt.shows, err, tt.says)
		}
	}
}
