package inbound

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/webhook"
)

// answered returns a complete answer with this type and body.
func answered(contentType, body string) webhook.Answer {
	return webhook.Answer{
		Tries: []repli.Attempt{{URL: "https://shop.example/sms"}}, Status: 200, ContentType: contentType, Body: []byte(body),
		FinalURL: "https://shop.example/sms",
	}
}

func TestSentencesNameWhatAnswered(t *testing.T) {
	redirected := func(a webhook.Answer, to string) webhook.Answer {
		a.Redirects, a.FinalURL = 1, to
		return a
	}
	const login = "<!DOCTYPE html>\n<html><head><title>\n Log in </title></head><body><h1>Welcome</h1></body></html>"
	for _, row := range []struct {
		shows string
		a     webhook.Answer
		code  int
		want  string
	}{
		{"a page by its title", answered("text/html", login), 12100, "This is a web page, “Log in”, not TwiML"},
		{"where a redirect led", redirected(answered("text/html", login), "https://shop.example/login?next=%2Fsms"), 12100,
			"This is a web page, “Log in”, not TwiML, after a redirect to /login"},
		{"at another host", redirected(answered("text/html", login), "https://id.example/login"), 12100,
			"This is a web page, “Log in”, not TwiML, after a redirect to https://id.example/login"},
		{"to the root", redirected(answered("text/html", login), "https://shop.example"), 12100, "after a redirect to /"},
		{"a page that is XML", answered("application/xml", "<html><head><title>Down</title></head></html>"), 12102, "This is a web page, “Down”, not TwiML"},
		{"a page by its first words", answered("text/html", "<html><style>h1 {color: red}</style><script>if (a<b) {}</script><body><h1>503&nbsp;Service</h1>\n<p>No server"), 12100,
			"This is a web page, “503 Service No server”, not TwiML"},
		{"an empty title", answered("text/html", "<html><title></title><body>Down"), 12100, "This is a web page, “Down”, not TwiML"},
		{"a page with nothing in it", answered("text/html", "<html><body><p>"), 12100, "This is a web page, not TwiML"},
		{"an error of PHP", answered("text/xml", "<br />\n<b>Fatal error</b>:  Uncaught Error: x &amp; y in /var/www/sms.php:3\nStack trace:\n#0 {main}\n  thrown in <b>/var/www/sms.php</b> on line <b>3</b><br />"), 12100,
			"This is an error of PHP, “Fatal error: Uncaught Error: x & y in /var/www/sms.php:3”, not TwiML; display_errors=Off makes it a 500"},
		{"a warning before the document", answered("text/xml", "<br />\n<b>Warning</b>:  Undefined variable $x in <b>/srv/sms.php</b> on line <b>3</b><br />\n<?xml version=\"1.0\"?><Response/>"), 12100,
			"“Warning: Undefined variable $x in /srv/sms.php on line 3”"},
		{"PHP's die as html", answered("text/html", "Could not connect to the database"), 12100, "This is text, “Could not connect to the database”, not TwiML"},
		{"an empty object", answered("application/json", " {}\n"), 12300, "The answer is empty JSON, {}; a reply must be"},
		{"JSON of nothing", answered("application/problem+json", ""), 12300, "The answer is JSON with nothing in it; a reply must be"},
		{"other JSON", answered("application/json", `{"a":1}`), 12300, `The answer is "application/json"; a reply must be`},
		{"malformed TwiML keeps its own sentence", answered("text/xml", "<Response><Message>Hel"), 12100, ""},
	} {
		_, why := judge(row.a, false)
		if why == nil || why.code != row.code || !strings.Contains(why.detail, row.want) || strings.Contains(why.detail, "second root") {
			t.Errorf("%s: got %+v\nwant %d, …%s…", row.shows, why, row.code, row.want)
		}
	}
}

// What may be used stays usable, and silent answers are told apart.
func TestRequiredTwiMLRefusesTextWhateverIsInIt(t *testing.T) {
	none := answered("", "")
	nothing := answered("", "")
	nothing.Status = 204
	typed := answered("text/plain", "")
	typed.Status = 204
	for _, row := range []struct {
		shows         string
		a             webhook.Answer
		plain, strict int // the code of the failure or the warning, 0 for none
		fails         bool
	}{
		{"an ordinary text", answered("text/plain", "Your balance is 12.50."), 0, 12300, true},
		{"half a text", answered("text/plain; charset=utf-8", "Your balance is"), 0, 12300, true},
		{"an error", answered("text/plain", "java.lang.NullPointerException: x"), repli.CodeSuspect, 12300, true},
		{"nothing, as a text", answered("text/plain", ""), 0, 12300, true},
		{"half a document", answered("text/xml", "<Response><Message>Your bal"), 12100, 12100, true},
		{"half a document as a page", answered("text/html", "<Response><Message>Your bal"), 12100, 12100, true},
		{"TwiML", answered("text/xml", "<Response/>"), 0, 0, false},
		{"TwiML with a byte order mark", answered("text/html; charset=utf-8", "\uFEFF<Response/>"), 0, 0, false},
		{"204", nothing, 0, 0, false},
		{"204 with a type", typed, 0, 0, false},
		{"neither type nor body", none, repli.CodeUnmeantSilence, repli.CodeUnmeantSilence, false},
	} {
		for _, strict := range []bool{false, true} {
			want := row.plain
			if strict {
				want = row.strict
			}
			doc, why := judge(row.a, strict)
			got := 0
			if why != nil {
				got = why.code
			} else if len(doc.Problems) > 0 {
				got = doc.Problems[0].Code
			}
			if got != want || strict && (why != nil) != row.fails {
				t.Errorf("%s, strict %v: got %d and failure %+v, want %d", row.shows, strict, got, why, want)
			}
		}
	}
}

func FuzzUnlikeTwiML(f *testing.F) {
	for _, row := range failing {
		f.Add(row.text)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if got := unlikeTwiML(answered("text/html", body)); len(got) > 1024 || !utf8.ValidString(got) || strings.ContainsAny(got, "\n\r\x00\x1b") {
			t.Errorf("%q: got %q", body, got)
		}
	})
}
