package sms_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli/sms"
)

func TestMeasureSaysWhatATextCosts(t *testing.T) {
	gsm := func(units, segments int) sms.Text {
		return sms.Text{Encoding: sms.GSM7, Units: units, Segments: segments}
	}
	ucs := func(units, segments int) sms.Text {
		return sms.Text{Encoding: sms.UCS2, Units: units, Segments: segments}
	}
	x := strings.Repeat
	tests := []struct {
		shows string
		body  string
		want  sms.Text
	}{
		{"nothing is one segment too", "", gsm(0, 1)},
		{"plain words", "Your order is ready.", gsm(20, 1)},
		{"one piece of cake makes all of it UCS-2", "Your order is ready 🍰", ucs(22, 1)},
		{"160 septets fit", x("a", 160), gsm(160, 1)},
		{"161 do not", x("a", 161), gsm(161, 2)},
		{"two segments hold 306", x("a", 306), gsm(306, 2)},
		{"307 take a third", x("a", 307), gsm(307, 3)},
		{"70 units fit", x("中", 70), ucs(70, 1)},
		{"71 do not", x("中", 71), ucs(71, 2)},
		{"two segments hold 134", x("中", 134), ucs(134, 2)},
		{"135 take a third", x("中", 135), ucs(135, 3)},
		{"a bracket takes two septets", "[", gsm(2, 1)},
		{"80 euro signs fill a segment", x("€", 80), gsm(160, 1)},
		{"a euro sign is not cut, so a septet is lost in each segment", x("€", 153), gsm(306, 3)},
		{"in UCS-2 a bracket is one unit", "[]🍰", ucs(4, 1)},
		{"letters of the alphabet beyond ASCII", "Ñandú à £5 ¿ΔΩ?", ucs(15, 1)},
		{"and without the ú", "Ñandu à £5 ¿ΔΩ?", gsm(15, 1)},
		{"a small ç is not in the alphabet, a capital one is", "ç", ucs(1, 1)},
		{"CR LF is two characters", x("a", 80) + "\r\n" + x("a", 79), gsm(161, 2)},
		{"LF is one", x("a", 80) + "\n" + x("a", 79), gsm(160, 1)},
		{"CR LF may be cut in the middle", x("a", 152) + "\r\n" + x("a", 152), gsm(306, 2)},
		{"so may it in UCS-2", x("中", 66) + "\r\n" + x("中", 66), ucs(134, 2)},
		{"a tab is not in the alphabet", "a\tb", ucs(3, 1)},
		{"nor is an escape, which only leads to other characters", "\x1b", ucs(1, 1)},
		{"a form feed is in the extension table", "\f", gsm(2, 1)},
		{"é in one code point", x("é", 70), gsm(70, 1)},
		{"é in two is cut nowhere between them", x("e\u0301", 70), ucs(140, 3)},
		{"a surrogate pair is not cut: 33 pairs a segment", x("🍰", 67), ucs(134, 3)},
		{"nor a family: 11 units each, six a segment", x("👨‍👩‍👧‍👦", 12), ucs(132, 2)},
		{"the thirteenth family takes a third segment", x("👨‍👩‍👧‍👦", 13), ucs(143, 3)},
		{"bytes that are no UTF-8 are a unit each", "\xff\xfe", ucs(2, 1)},
		{"more segments than a header can number are still counted", x("a", 153*300), gsm(153*300, 300)},
		{"one character of ten thousand accents is cut like any other text", "e" + x("\u0301", 9999), ucs(10000, 150)},
	}
	for _, test := range tests {
		t.Run(test.shows, func(t *testing.T) {
			if got := sms.Measure(test.body); got != test.want {
				t.Errorf("Measure(%.60q) = %+v, want %+v", test.body, got, test.want)
			}
		})
	}
}

func TestSplitCutsBetweenCharactersAReaderSees(t *testing.T) {
	x := strings.Repeat
	tests := []struct {
		shows string
		body  string
		want  []string
	}{
		{"nothing is one empty segment", "", []string{""}},
		{"a text that fits is whole", "hello", []string{"hello"}},
		{"a long one is cut after 153", x("a", 161), []string{x("a", 153), x("a", 8)}},
		{"a bracket moves to the next segment", x("a", 152) + "[" + x("a", 10), []string{x("a", 152), "[" + x("a", 10)}},
		{"a cake moves to the next segment", x("中", 66) + "🍰" + x("中", 9), []string{x("中", 66), "🍰" + x("中", 9)}},
		{"a letter keeps its accent", x("中", 66) + "e\u0301" + x("中", 9), []string{x("中", 66), "e\u0301" + x("中", 9)}},
		{"a thumb keeps its tone", x("中", 65) + "👍🏽" + x("中", 9), []string{x("中", 65), "👍🏽" + x("中", 9)}},
		{"a flag keeps both halves", x("中", 65) + "🇫🇷" + x("中", 9), []string{x("中", 65), "🇫🇷" + x("中", 9)}},
		{"two flags may part", x("中", 63) + "🇫🇷🇩🇪" + x("中", 9), []string{x("中", 63) + "🇫🇷", "🇩🇪" + x("中", 9)}},
		{"an astronaut stays one person", x("中", 64) + "👩‍🚀" + x("中", 9), []string{x("中", 64), "👩‍🚀" + x("中", 9)}},
		{"a syllable keeps its three letters", x("中", 65) + "\u1112\u1161\u11ab" + x("中", 9), []string{x("中", 65), "\u1112\u1161\u11ab" + x("中", 9)}},
		{"a syllable keeps a final after it", x("中", 66) + "가\u11a8" + x("中", 9), []string{x("中", 66), "가\u11a8" + x("中", 9)}},
		{"or a vowel", x("中", 66) + "가\u1161" + x("中", 9), []string{x("中", 66), "가\u1161" + x("中", 9)}},
		{"but no vowel after a final", x("中", 66) + "각\u1161" + x("中", 9), []string{x("中", 66) + "각", "\u1161" + x("中", 9)}},
		{"a mark after the letter stays with it", x("中", 66) + "नि" + x("中", 9), []string{x("中", 66), "नि" + x("中", 9)}},
		{"so does one before it", x("中", 66) + "\u0600a" + x("中", 9), []string{x("中", 66), "\u0600a" + x("中", 9)}},
		{"as with Twilio, a flag takes one mark only", x("中", 61) + "🇫🇷\ufe0f\u200d" + x("中", 9), []string{x("中", 61) + "🇫🇷\ufe0f\u200d", x("中", 9)}},
		{"and its second mark may be cut off", x("中", 62) + "🇫🇷\ufe0f\u200d" + x("中", 9), []string{x("中", 62) + "🇫🇷\ufe0f", "\u200d" + x("中", 9)}},
		{"so may the tone of the second of two lovers", x("中", 57) + "👨🏽‍❤️‍👨🏽" + x("中", 9), []string{x("中", 57) + "👨🏽‍❤️‍👨", "🏽" + x("中", 9)}},
		{"a tone after one mark stays", x("中", 64) + "☝\ufe0f🏽" + x("中", 9), []string{x("中", 64), "☝\ufe0f🏽" + x("中", 9)}},
		{"a control character joins no mark before it", x("中", 66) + "\u0600\x01" + x("中", 9), []string{x("中", 66) + "\u0600", "\x01" + x("中", 9)}},
		{"a control character takes no mark", x("中", 66) + "\x01\u0301" + x("中", 9), []string{x("中", 66) + "\x01", "\u0301" + x("中", 9)}},
		{"broken UTF-8 comes back as it was", x("\xff", 71), []string{x("\xff", 67), x("\xff", 4)}},
	}
	for _, test := range tests {
		t.Run(test.shows, func(t *testing.T) {
			if diff := cmp.Diff(test.want, sms.Split(test.body)); diff != "" {
				t.Errorf("Split(%q) (-want +got):\n%s", test.body, diff)
			}
		})
	}
}

// The table of Twilio's segment calculator is the reference for ours.
func TestTheAlphabetIsTwilios(t *testing.T) {
	table, err := os.ReadFile("testdata/gsm7-table.tsv")
	if err != nil {
		t.Fatal(err)
	}
	septets := make(map[rune]int)
	for line := range strings.Lines(string(table)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		field := strings.Fields(line)
		point, err := strconv.ParseInt(strings.TrimPrefix(field[2], "U+"), 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		septets[rune(point)] = map[string]int{"basic": 1, "ext": 2}[field[0]]
	}
	if len(septets) != 137 {
		t.Fatalf("the table has %d characters, want 137", len(septets))
	}
	for r := rune(0); r <= 0xFFFF; r++ {
		want := sms.Text{Encoding: sms.GSM7, Units: septets[r], Segments: 1}
		if want.Units == 0 {
			want.Encoding, want.Units = sms.UCS2, 1
		}
		if got := sms.Measure(string(r)); got != want {
			t.Errorf("Measure(%q) = %+v, want %+v", r, got, want)
		}
	}
}

func TestCharactersCountsUTF16Units(t *testing.T) {
	for body, want := range map[string]int{"": 0, "abc": 3, "[€]": 3, "中": 1, "🍰": 2, "👍🏽": 4, "\xff": 1} {
		if got := sms.Characters(body); got != want {
			t.Errorf("Characters(%q) = %d, want %d", body, got, want)
		}
	}
}

func TestMeasuringAllocatesNothing(t *testing.T) {
	for _, body := range []string{"Is my order ready?", strings.Repeat("a", 1600), strings.Repeat("👍🏽", 400)} {
		if n := testing.AllocsPerRun(100, func() { sms.Measure(body) }); n != 0 {
			t.Errorf("Measure(%.40q) allocates %v times, want 0", body, n)
		}
	}
}

func FuzzMeasure(f *testing.F) {
	for _, seed := range []string{"", "hello", strings.Repeat("€", 153), strings.Repeat("👩🏿‍🚀", 30), "e" + strings.Repeat("\u0301", 200), "\r\n", "\xff\xe2\x82"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		text, parts := sms.Measure(body), sms.Split(body)
		if joined := strings.Join(parts, ""); joined != body {
			t.Fatalf("the segments of %q joined are %q", body, joined)
		}
		if len(parts) != text.Segments {
			t.Fatalf("Split(%q) gives %d segments, Measure says %d", body, len(parts), text.Segments)
		}
		most := map[sms.Encoding][2]int{sms.GSM7: {160, 153}, sms.UCS2: {70, 67}}[text.Encoding]
		if single := text.Units <= most[0]; single != (text.Segments == 1) {
			t.Fatalf("Measure(%q) = %+v", body, text)
		}
		sum := 0
		for _, part := range parts {
			units := sms.Characters(part)
			if text.Encoding == sms.GSM7 {
				units = sms.Measure(part).Units
			}
			if len(parts) > 1 && (units == 0 || units > most[1]) {
				t.Fatalf("Split(%q) has a segment of %d units: %q", body, units, part)
			}
			sum += units
		}
		if sum != text.Units {
			t.Fatalf("the segments of %q have %d units, Measure says %d", body, sum, text.Units)
		}
	})
}

func BenchmarkMeasure(b *testing.B) {
	for name, body := range map[string]string{
		"short":  "Is my order ready?",
		"full":   strings.Repeat("Is my order ready? ", 8),
		"long":   strings.Repeat("Is my order ready? ", 80),
		"emoji":  "Your order is ready 🍰 See you soon 👋🏽",
		"chorus": strings.Repeat("👍🏽中", 200),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				sms.Measure(body)
			}
		})
	}
}

func TestSplitUCS2CutsPlainTextsShorter(t *testing.T) {
	for length, want := range map[int]int{1: 1, 70: 1, 71: 2, 134: 2, 135: 3} {
		body := strings.Repeat("a", length)
		got := sms.SplitUCS2(body)
		if len(got) != want || strings.Join(got, "") != body {
			t.Errorf("%d characters: %d segments, want %d", length, len(got), want)
		}
	}
}
