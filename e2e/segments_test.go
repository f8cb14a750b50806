package e2e

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/repli-sms/repli/sms"
)

// alphabets are what the random texts are made of, a piece at a time.
var alphabets = [][]string{
	strings.Split("the quick brown fox @ 0123456789 +-*/ Ñandú às öäü ΔΩΣ £¥¡¿", ""),
	{"^", "{", "}", "\\", "[", "~", "]", "|", "€", "\f"},
	{"\n", "\r", "\r\n", "\n\n", "a\r\n", "\t", "\x00", "\x1b", "\x7f", "`", "ç"},
	{"e\u0301", "a\u0323\u0302", "\u0301", "o\u0308\u0304\u0328", "n\u20dd", "\u200d", "\u200b", "\ufeff"},
	{"–", "“", "’", "…", "\u00a0", "\u2028", "ж", "中", "あ", "ﷺ", "\ufffd", "\U00010348"},
	{"नि", "क्षि", "กำ", "한", "\u1112\u1161\u11ab", "ب\u0651", "\u0600a", "தமிழ்"},
	{"😀", "👍", "🍰", "👍🏽", "👩🏿‍🚀", "👨‍👩‍👧‍👦", "🏳️‍🌈", "❤️", "1️⃣", "🇫🇷", "🇬🇧🇩", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🫠", "🧑‍🎄"},
}

// sizes are how many pieces a text has at most: around the ends of the first segments.
var sizes = []int{3, 40, 72, 140, 165, 310, 480}

// randomText returns a text of one to three alphabets, and now and then any code points.
func randomText(r *rand.Rand) string {
	mix := make([][]string, 1+r.IntN(3))
	for i := range mix {
		mix[i] = alphabets[r.IntN(len(alphabets))]
	}
	mix[0] = alphabets[r.IntN(2)]
	wild := r.IntN(20) == 0
	size := sizes[r.IntN(len(sizes))]
	var b strings.Builder
	for range size - r.IntN(1+size/8) {
		if wild && r.IntN(10) == 0 {
			b.WriteRune(r.Int32N(0x110000)) // surrogates become U+FFFD
			continue
		}
		alphabet := mix[r.IntN(len(mix))]
		b.WriteString(alphabet[r.IntN(len(alphabet))])
	}
	return b.String()
}

// A measure is what both counters say of a text.
type measure struct {
	Encoding string `json:"encoding"`
	Units    int    `json:"units"`
	Segments int    `json:"segments"`
}

// calculated returns what Twilio's calculator says of each text.
func calculated(t *testing.T, texts []string) []measure {
	t.Helper()
	var in bytes.Buffer
	lines := json.NewEncoder(&in)
	for _, text := range texts {
		if err := lines.Encode(text); err != nil {
			t.Fatal(err)
		}
	}
	cmd := node(t, "segments.js")
	cmd.Stdin = &in
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("segments.js: %v", err)
	}
	measures := make([]measure, 0, len(texts))
	for line := range bytes.Lines(out) {
		var m measure
		if err := json.Unmarshal(line, &m); err != nil {
			t.Fatalf("segments.js: %v in %q", err, line)
		}
		measures = append(measures, m)
	}
	if len(measures) != len(texts) {
		t.Fatalf("segments.js measured %d texts, want %d", len(measures), len(texts))
	}
	return measures
}

func TestMeasureAgreesWithTwiliosCalculatorOnRandomTexts(t *testing.T) {
	const seed, count = 1, 4000
	r := rand.New(rand.NewPCG(seed, 0))
	texts := make([]string, count)
	for i := range texts {
		texts[i] = randomText(r)
	}
	wrong := 0
	for i, want := range calculated(t, texts) {
		text := sms.Measure(texts[i])
		got := measure{string(text.Encoding), text.Units, text.Segments}
		if got == want {
			continue
		}
		if wrong++; wrong <= 5 {
			t.Errorf("seed %d, text %d: %q\n got %+v\nwant %+v", seed, i, texts[i], got, want)
		}
	}
	if wrong > 5 {
		t.Errorf("seed %d: %d texts of %d differ in all", seed, wrong, count)
	}
}
