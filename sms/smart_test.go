package sms_test

import (
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/repli-sms/repli/sms"
)

func TestSmartEncodeReplacesWhatHasAPlainEquivalent(t *testing.T) {
	tests := []struct{ shows, body, want string }{
		{"plain text is left alone", "It's ready - at 5:00.", "It's ready - at 5:00."},
		{"nothing is nothing", "", ""},
		{"typographer's quotes", "“It’s ready”", `"It's ready"`},
		{"dashes", "5–6 — or later", "5-6 - or later"},
		{"an ellipsis becomes three dots", "soon…", "soon..."},
		{"fullwidth letters", "ＡＢＣ！", "ABC!"},
		{"fractions", "½ price", "1/2 price"},
		{"a no-break space becomes two spaces", "5\u00a0pm", "5  pm"},
		{"a tab becomes seven", "a\tb", "a       b"},
		{"a backtick becomes an apostrophe", "`x`", "'x'"},
		{"a zero-width space goes", "a\u200bb", "ab"},
		{"emoji and other scripts stay", "“中” 🍰", `"中" 🍰`},
		{"letters with accents stay", "Ñandú", "Ñandú"},
		{"a byte that is no UTF-8 becomes U+FFFD", "\xff“", "\ufffd\""},
		{"broken bytes are not joined over what is left out", "\xc9\x14\xb4", "\ufffd\ufffd"},
	}
	for _, test := range tests {
		t.Run(test.shows, func(t *testing.T) {
			if got := sms.SmartEncode(test.body); got != test.want {
				t.Errorf("SmartEncode(%q) = %q, want %q", test.body, got, test.want)
			}
		})
	}
}

func TestSmartEncodingSavesASegment(t *testing.T) {
	body := strings.Repeat("It’s ready. ", 12)
	if got := sms.Measure(body).Segments; got != 3 {
		t.Errorf("as typed: %d segments, want 3", got)
	}
	if got := sms.Measure(sms.SmartEncode(body)).Segments; got != 1 {
		t.Errorf("smart encoded: %d segments, want 1", got)
	}
}

func TestEveryReplacementIsInTheAlphabet(t *testing.T) {
	table, err := os.ReadFile("smart-encoding.tsv")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(string(table)) {
		if !strings.HasPrefix(line, "#") {
			rows++
		}
	}
	replaced := 0
	for r := rune(0); r <= utf8.MaxRune; r++ {
		from := string(r)
		to := sms.SmartEncode(from)
		if to == from {
			continue
		}
		replaced++
		if sms.Measure(to).Encoding != sms.GSM7 {
			t.Errorf("%U becomes %q, which is not in the alphabet", r, to)
		}
	}
	if replaced != rows || rows != 270 {
		t.Errorf("%d characters are replaced by %d rows, want 270", replaced, rows)
	}
}

func FuzzSmartEncode(f *testing.F) {
	for _, seed := range []string{"", "“quoted”", "a\tb", "\xff“\xe2\x80", "🍰…"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		once := sms.SmartEncode(body)
		if twice := sms.SmartEncode(once); twice != once {
			t.Errorf("SmartEncode(%q) = %q, and of that %q", body, once, twice)
		}
		if !utf8.ValidString(once) {
			t.Errorf("SmartEncode(%q) = %q, which is no UTF-8", body, once)
		}
		if sms.Measure(body).Encoding == sms.GSM7 && once != body && sms.Measure(once).Encoding != sms.GSM7 {
			t.Errorf("SmartEncode(%q) = %q, which is no longer GSM-7", body, once)
		}
		if len(once) > 7*len(body) {
			t.Errorf("SmartEncode(%q) grew to %d bytes", body, len(once))
		}
	})
}
