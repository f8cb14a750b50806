package inbound

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/repli-sms/repli"
)

// A failingText is a text of a server that fails. That of Express's sendStatus has a mark of its own.
type failingText struct{ looks, text string }

func (f failingText) answer() plainAnswer {
	switch f.text {
	case "OK":
		return plainAnswer{f.text, 200, `W/"2-nOO9QiTIwXgNtWtBJezz8kv3SLc"`}
	case "Accepted":
		return plainAnswer{text: f.text, status: 202}
	}
	return plainAnswer{text: f.text, status: 200}
}

// failing holds texts that real servers sent in place of an answer.
var failing = []failingText{
	{"an error of PHP", "<br />\n<b>Fatal error</b>:  Uncaught RuntimeException: x in /var/www/sms.php:3\nStack trace:\n#0 {main}\n  thrown in <b>/var/www/sms.php</b> on line <b>3</b><br />"},
	{"an error of PHP", "Your balance is\n<br />\n<b>Warning</b>:  Undefined variable $sum in <b>C:\\www\\sms.php</b> on line <b>7</b><br />\n"},
	{"an error of PHP", "PHP Fatal error:  Maximum execution time of 2 seconds exceeded in /srv/sms.php on line 4"},
	{"an error of PHP", "\nParse error: syntax error, unexpected end of file in /srv/sms.php on line 9\n"},
	{"an error of a connection to another server", "Could not connect to the database"},
	{"an error of a connection to another server", "SQLSTATE[HY000] [2002] Connection refused"},
	{"an error of a connection to another server", "SequelizeConnectionRefusedError: connect ECONNREFUSED 127.0.0.1:5432"},
	{"a stack trace of PHP", "RuntimeException: x\nStack trace:\n#0 /srv/app(3): main()\n"},
	{"a web page", "<!DOCTYPE html>\n<html lang=en>"},
	{"a web page", "<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>"},
	{"TwiML that is sent as text", "<Response><Message>Hello.</Message></Response>"},
	{"TwiML that is sent as text", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Message>Hel"},
	{"TwiML that is sent as text", "<response/>"},
	{"a stack trace of Python", "Traceback (most recent call last):\n  File \"/srv/app.py\", line 3, in sms"},
	{"an exception of Java", "java.lang.NullPointerException\n\tat com.example.Sms.doPost(Sms.java:12)"},
	{"an exception of Java", "java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available"},
	{"an exception of Java", "Exception in thread \"main\" java.lang.OutOfMemoryError: Java heap space"},
	{"an exception of .NET", "System.InvalidOperationException: Sequence contains no elements\r\n   at System.Linq.ThrowHelper.ThrowNoElementsException()"},
	{"an exception of .NET", "Unhandled exception. System.IO.IOException: No space left on device"},
	{"a stack trace", "Error: no database\n    at handler (/srv/app.js:3:9)\n    at Layer.handle"},
	{"an error of Node", "TypeError: Cannot read properties of undefined (reading 'balance')"},
	{"an error of Node", "Error: connect ECONNREFUSED 127.0.0.1:5432"},
	{"an error of Node", "Error: getaddrinfo ENOTFOUND db.internal"},
	{"an error of Ruby", "app.rb:12:in `block in <main>': undefined method `sum' for nil:NilClass (NoMethodError)"},
	{"an error of Ruby", "undefined method 'sum' for nil\n/srv/app.rb:12:in 'Object#sms'"},
	{"a panic of Go", "panic: runtime error: index out of range [0] with length 0\n\ngoroutine 1 [running]:\nmain.main()"},
	{"a panic of Go", "panic: no database\n\ngoroutine 18 [running]:\nmain.sms()"},
	{"a panic of Rust", "thread 'main' panicked at src/main.rs:3:5:\nno database"},
	{"the name of a status, as Express's sendStatus sends it", "OK"},
	{"the name of a status, as Express's sendStatus sends it", "Accepted"},
	{"the name of a status, as servers send it when they fail", "Internal Server Error"},
	{"the name of a status, as servers send it when they fail", "404 page not found\n"},
	{"a page of a proxy", "upstream connect error or disconnect/reset before headers. reset reason: connection refused"},
	{"a page of a proxy", "no healthy upstream"},
	{"a page of a proxy", "default backend - 404"},
	{"a page of a proxy", "error code: 502"},
}

func TestWhatServersSayWhenTheyFailIsSuspect(t *testing.T) {
	seen := map[string]bool{}
	for _, row := range failing {
		p := suspect(row.answer())
		if p == nil || p.Code != repli.CodeSuspect || !strings.Contains(p.Message, "looks like "+row.looks+": ") {
			t.Errorf("%q: got %+v, want %s", row.text, p, row.looks)
		}
		seen[row.looks] = true
	}
	for _, s := range suspicions {
		if !seen[s.looks] || s.source == "" || s.fix == "" {
			t.Errorf("%s has no row, no source or no repair", s.looks)
		}
	}
}

// TestNoRuleIsIdle takes each rule out of the table: a failing text must then pass, or be called
// something else.
func TestNoRuleIsIdle(t *testing.T) {
	all := suspicions
	defer func() { suspicions = all }()
	for i, gone := range all {
		suspicions = append(append([]suspicion{}, all[:i]...), all[i+1:]...)
		missed := false
		for _, row := range failing {
			p := suspect(row.answer())
			missed = missed || row.looks == gone.looks && (p == nil || !strings.Contains(p.Message, "looks like "+row.looks+": "))
		}
		if !missed {
			t.Errorf("without the rule of %s nothing is missed", gone.looks)
		}
	}
}

// ordinary returns texts that people are rightly sent. They were written before the table.
func ordinary(t testing.TB) []string {
	t.Helper()
	b, err := os.ReadFile("testdata/ordinary-replies.txt")
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for line := range strings.Lines(strings.ReplaceAll(string(b), "\r\n", "\n")) {
		if line = strings.TrimSuffix(line, "\n"); line != "" && !strings.HasPrefix(line, "# ") {
			texts = append(texts, strings.ReplaceAll(line, `\n`, "\n"))
		}
	}
	return texts
}

func TestOrdinaryTextsAreNotSuspect(t *testing.T) {
	texts := ordinary(t)
	if len(texts) < 1990 {
		t.Fatalf("there are %d ordinary texts, want about 2,000", len(texts))
	}
	for _, text := range texts {
		if p := suspect(plainAnswer{text: text, status: 200}); p != nil {
			t.Errorf("%q: %s", text, p.Message)
		}
	}
}

// hostile holds what makes careless parsers slow, at the most that an answer may have.
func hostile() map[string]string {
	fill := func(s string) string { return strings.Repeat(s, repli.MaxDocument/len(s)+1)[:repli.MaxDocument] }
	return map[string]string{
		"tags": fill("<"), "ends": fill(">"), "titles": fill("<title>"), "scripts": fill("<script>"), "script ends": fill("<script></script"),
		"marks": fill("<b>Warning</b>:.php"), "errors": fill("Error: .php:\n"), "frames": fill("Error\n  at \n"), "lines": fill("\n"), "dots": fill("a."),
		"exceptions": fill("Exception.a"), "entities": fill("&amp"), "ruby": fill(".rb:1:in"), "bytes": fill("\xff"), "spaces": fill(" "),
		"a page": "<html>" + fill("<p>x")[6:], "java": "a" + fill(".a")[9:] + "Error(", "quotes": "thread '" + fill("a")[:65000] + "panicked at ",
	}
}

func TestHostileTextsAreReadInLittleTime(t *testing.T) {
	for shows, text := range hostile() {
		start := time.Now()
		const often = 20
		for range often {
			suspect(plainAnswer{text: text, status: 200})
			unlikeTwiML(answered("text/html", text))
		}
		if took := time.Since(start) / often; took > 20*time.Millisecond {
			t.Errorf("%s: it took %v", shows, took)
		}
	}
}

func FuzzSuspect(f *testing.F) {
	for _, row := range failing {
		f.Add(row.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if p := suspect(plainAnswer{text: text, status: 200}); p != nil && len(p.Message) > 512 {
			t.Errorf("%q: %d bytes", text, len(p.Message))
		}
	})
}
