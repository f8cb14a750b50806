package timeline

import (
	"strings"
	"testing"

	"github.com/repli-sms/repli"
)

// underlined returns a document's text with what is underlined in brackets.
func underlined(d document) string {
	var b strings.Builder
	for _, p := range d.Pieces {
		if p.Level == "" {
			b.WriteString(p.Text)
			continue
		}
		b.WriteString("[" + p.Text + "]")
	}
	return b.String()
}

func TestProblemsAreUnderlinedAtTheirPlace(t *testing.T) {
	for _, row := range []struct {
		shows   string
		attempt repli.Attempt
		want    string
	}{
		{
			"the root that failed",
			repli.Attempt{Body: []byte("<?xml version=\"1.0\"?>\n<response/>"), ErrorCode: 12102, Line: 2, Column: 1, Verdict: repli.Next},
			"<?xml version=\"1.0\"?>\n[<response]/>",
		},
		{
			"a warning of a document that was used",
			repli.Attempt{Body: []byte("<Response>🍰<Say>hi</Say></Response>"), Verdict: repli.Use},
			"<Response>[🍰][<Say]>hi</Say></Response>",
		},
		{
			"a place the parser does not know, to the end of the tag",
			repli.Attempt{Body: []byte("<Response>\r\n<Redirect>x</Redirect></Response>"), ErrorCode: 11100, Line: 2, Column: 1},
			"<Response>\r\n[<Redirect>]x</Redirect></Response>",
		},
		{"a line without a column", repli.Attempt{Body: []byte("a\nbc\nd"), ErrorCode: 12100, Line: 2}, "a\n[bc]\nd"},
		{"an error without a place", repli.Attempt{Body: []byte("<h1>500</h1>"), ErrorCode: 11217}, "<h1>500</h1>"},
		{"a line that is not there", repli.Attempt{Body: []byte("a"), ErrorCode: 12100, Line: 7, Column: 3}, "a"},
		{"plain text that was used", repli.Attempt{Body: []byte("Hello < you"), Verdict: repli.Use}, "Hello < you"},
		{"a page that is no TwiML but was used", repli.Attempt{Body: []byte("<p>Hello"), Verdict: repli.Use}, "<p>Hello"},
		{"the last resort", repli.Attempt{Step: "last_resort", Body: []byte("<Response><x/></Response>"), Verdict: repli.Use}, "<Response><x/></Response>"},
		{"what turns text around", repli.Attempt{Body: []byte("a\u202Eb\u2066c"), ErrorCode: 11217}, "a⇄b⇄c"},
		{"no UTF-8", repli.Attempt{Body: []byte("a\xffb"), ErrorCode: 11217}, "a\uFFFDb"},
	} {
		if got := underlined(read(row.attempt)); got != row.want {
			t.Errorf("%s: got %q, want %q", row.shows, got, row.want)
		}
	}
}

func TestLinesAreNumbered(t *testing.T) {
	for text, want := range map[string]string{"a": "1\n", "a\n": "1\n", "a\nb": "1\n2\n", "\n\n": "1\n2\n"} {
		if got := read(repli.Attempt{Body: []byte(text), ErrorCode: 1}).Numbers; got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func FuzzDocumentIsShownWhole(f *testing.F) {
	f.Add("<Response>\n<Mesage/></Response>", 12200, 2, 1)
	f.Add("\ufeff<a>\r\n🍰\xff\u202e", 12100, 2, 9)
	f.Add("", 0, -1, -1)
	f.Fuzz(func(t *testing.T, body string, code, line, column int) {
		d := read(repli.Attempt{Body: []byte(body), ErrorCode: code, Line: line, Column: column})
		var got strings.Builder
		for _, p := range d.Pieces {
			if p.Text == "" {
				t.Error("a piece has no text")
			}
			got.WriteString(p.Text)
		}
		if want := plain(strings.TrimPrefix(strings.ToValidUTF8(body, "\uFFFD"), "\ufeff")); got.String() != want {
			t.Errorf("got %q, want %q", got.String(), want)
		}
	})
}
