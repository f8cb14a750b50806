package twiml_test

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"github.com/repli-sms/repli/twiml"
)

// document is a document that declares the encoding and says "Café €", or whatever.
func document(encoding, says string) string {
	return `<?xml version="1.0" encoding="` + encoding + `"?>` + "\n<Response><Message>" + says + "</Message></Response>"
}

func encoded(t *testing.T, text string, enc interface{ String(string) (string, error) }) []byte {
	t.Helper()
	out, err := enc.String(text)
	if err != nil {
		t.Fatal(err)
	}
	return []byte(out)
}

func TestDocumentsAreReadInTheEncodingTheyDeclare(t *testing.T) {
	utf16be := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder()
	utf16le := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()
	unmarked := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder()
	for _, tt := range []struct {
		name string
		src  []byte
		want string
	}{
		{"UTF-8", []byte(document("UTF-8", "Café 🍰")), "Café 🍰"},
		{"utf-8 in small letters", []byte(document("utf-8", "Café")), "Café"},
		{"none is UTF-8", []byte("<Response><Message>Café</Message></Response>"), "Café"},
		{"a byte order mark", []byte("\xEF\xBB\xBF" + document("UTF-8", "Café")), "Café"},
		{"a byte order mark and no declaration", []byte("\xEF\xBB\xBF<Response><Message>Café</Message></Response>"), "Café"},
		{"ISO-8859-1", encoded(t, document("ISO-8859-1", "Café"), charmap.ISO8859_1.NewEncoder()), "Café"},
		{"iso-8859-15", encoded(t, document("iso-8859-15", "Café €"), charmap.ISO8859_15.NewEncoder()), "Café €"},
		{"windows-1252", encoded(t, document("windows-1252", "“Café €”"), charmap.Windows1252.NewEncoder()), "“Café €”"},
		{"a name only the web uses", encoded(t, document("cp1252", "“Café”"), charmap.Windows1252.NewEncoder()), "“Café”"},
		{"US-ASCII", []byte(document("US-ASCII", "Cafe")), "Cafe"},
		{"Shift_JIS", encoded(t, document("Shift_JIS", "表示"), japanese.ShiftJIS.NewEncoder()), "表示"},
		{"UTF-16, big end first", encoded(t, document("UTF-16", "Café 🍰"), utf16be), "Café 🍰"},
		{"UTF-16, little end first", encoded(t, document("utf-16", "Café 🍰"), utf16le), "Café 🍰"},
		{"UTF-16 without a declaration", encoded(t, "<Response><Message>Hi</Message></Response>", utf16le), "Hi"},
		{"UTF-16 without a mark", encoded(t, document("UTF-16BE", "Café"), unmarked), "Café"},
		{"U+FFFD itself", []byte(document("UTF-8", "\uFFFD")), "\uFFFD"},
		{"U+FFFD by its number", []byte(document("UTF-8", "&#xFFFD;")), "\uFFFD"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc := twiml.Parse(tt.src)
			if len(doc.Problems) > 0 {
				t.Fatalf("problem: %v", doc.Problems[0])
			}
			if got := doc.Verbs[0].(*twiml.Message).Body; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestBytesThatAreNotInTheEncodingAreRefused(t *testing.T) {
	utf16 := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()
	for _, tt := range []struct {
		name  string
		src   []byte
		line  int
		words string // of the message
	}{
		{"ISO-8859-1 that says nothing", encoded(t, "<Response>\n<Message>Café</Message></Response>", charmap.ISO8859_1.NewEncoder()), 2, "no character in UTF-8"},
		{"ISO-8859-1 that says UTF-8", encoded(t, document("UTF-8", "Café"), charmap.ISO8859_1.NewEncoder()), 2, "no character in UTF-8"},
		{"half a character", []byte(document("UTF-8", "\xF0\x9F\x8D")), 2, "no character in UTF-8"},
		{"a byte the encoding has no character for", []byte(document("Shift_JIS", "\xFF")), 2, "no character in Shift_JIS"},
		{"UTF-16 that says UTF-8", encoded(t, document("UTF-8", "Hi"), utf16), 1, "is in UTF-16"},
		{"UTF-16 with an odd byte", append(encoded(t, document("UTF-16", "Hi"), utf16), 'x'), 1, "middle of a character"},
		{"UTF-16 with half a pair", append(encoded(t, document("UTF-16", "Hi"), utf16), 0x3C, 0xD8), 2, "no character in UTF-16"},
		{"a UTF-8 mark and another name", []byte("\xEF\xBB\xBF" + document("ISO-8859-1", "Hi")), 1, "is not in it"},
		{"a zero byte", []byte(document("UTF-8", "\x00")), 2, "U+0000"},
		{"a zero byte in a comment", []byte("<Response>\n\n<!-- \x00 --></Response>"), 3, "U+0000"},
		{"U+FFFE", []byte(document("UTF-8", "\uFFFE")), 2, "U+FFFE"},
		{"nothing", nil, 1, "empty"},
		{"only a byte order mark", []byte("\xEF\xBB\xBF"), 1, "empty"},
		{"UTF-32", []byte("\x00\x00\xFE\xFF\x00\x00\x00<"), 1, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc := twiml.Parse(tt.src)
			p := doc.Failure()
			if p == nil || p.Code != 12100 || p.Line != tt.line || !strings.Contains(p.Message, tt.words) || len(doc.Verbs) > 0 {
				t.Errorf("got %v, want 12100 on line %d saying %q", p, tt.line, tt.words)
			}
		})
	}
}

func TestLinesEndInEveryUsualWay(t *testing.T) {
	src := strings.Join([]string{"<Response>", "\t<a/>", "  é🍰<b/>", "</Response>"}, "|")
	for _, end := range []string{"\n", "\r\n", "\r"} {
		doc := twiml.Parse([]byte(strings.ReplaceAll(src, "|", end)))
		if len(doc.Problems) != 3 {
			t.Fatalf("%q: got %v, want three problems", end, doc.Problems)
		}
		for i, want := range [][2]int{{2, 2}, {3, 3}, {3, 5}} {
			if p := doc.Problems[i]; p.Line != want[0] || p.Column != want[1] {
				t.Errorf("%q: problem %d at %d:%d, want %v: %s", end, i, p.Line, p.Column, want, p.Message)
			}
		}
	}
}

func TestProblemsUnderlineTheirPlace(t *testing.T) {
	src := "<Response>\r\n é <Foo/><Message urgent='é'>x</Message></Response>"
	var got []string
	for _, p := range twiml.Parse([]byte(src)).Problems {
		got = append(got, src[p.Offset:p.Offset+p.Length])
	}
	if want := "é|<Foo|urgent"; strings.Join(got, "|") != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
