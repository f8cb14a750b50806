package inbound

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/twiml"
)

// A suspicion is one thing that a text/plain answer may be although it was not meant for the texter.
type suspicion struct {
	looks  string // like …, for a sentence
	fix    string // what to change
	source string // where it is known from
	is     func(plainAnswer) bool
}

// A plainAnswer is a text/plain answer as far as it matters whether it was meant.
type plainAnswer struct {
	text   string // without white space around it; its beginning
	status int
	etag   string
}

// The repairs.
const (
	fixStatus  = "answer 500 when the application fails"
	fixDisplay = "set display_errors=Off, so that PHP answers 500"
	fixType    = "send it with Content-Type: text/xml"
	fixEmpty   = "answer 204, or <Response/> with Content-Type: text/xml, when there is nothing to say"
	fixProxy   = "let the proxy answer 503 while its application is down"
)

// suspicions is the table of what errors look like in text/plain. A rule must not match an ordinary
// text, so each asks for more than a word that people write: a file, a frame, a qualified name.
var suspicions = []suspicion{
	{"an error of PHP", fixDisplay, "PHP main/main.c php_error_cb; html_errors", text(func(s string) bool { return phpError(s) != "" })},
	{"a stack trace of PHP", fixDisplay, "PHP Zend/zend_exceptions.c", contains("Stack trace:\n#0 ")},
	{"a web page", fixStatus, "HTML: the document type or the first element", text(isWholePage)},
	{"TwiML that is sent as text", fixType, "Go net/http DetectContentType; Fastify reply.send of a string", text(isMarkup)},
	{"a stack trace of Python", fixStatus, "Python traceback.py", lineBegins("Traceback (most recent call last):")},
	{"an exception of Java", fixStatus, "Java Throwable.printStackTrace",
		matches(`^(Exception in thread "|(Caused by: )?[a-z]\w*(\.\w+)+\.?\w*(Exception|Error)(: |\s*\n|$))`, "Exception", "Error")},
	{"an exception of .NET", fixStatus, ".NET Exception.ToString", matches(`^(Unhandled exception\. )?(System|Microsoft)(\.\w+)*\.\w+Exception(: |\s*\n|$)`, "Exception")},
	{"a stack trace", fixStatus, "V8 Error.stack, Java and .NET: a frame on the line after the error",
		matches(`(Error|Exception)\b[^\n]*\r?\n(\t| {2,})at \S`, "\n")},
	{"an error of Node", fixStatus, "Node.js errors: ECMAScript's own classes and those of system calls",
		matches(`^(Uncaught )?((Type|Reference|Syntax|Range|URI|Eval|Aggregate)Error: \S|Error: (connect|read|write|getaddrinfo|listen|open|spawn) E[A-Z_]{3,})`, "Error: ")},
	{"an error of Ruby", fixStatus, "Ruby error.c: file, line and method", matches(`(^|\n)\S+\.rb:\d+:in ['`+"`"+`]`, ".rb:")},
	{"a panic of Go", fixStatus, "Go runtime/panic.go", matches(`(^|\n)(panic: runtime error: |goroutine \d+ \[running\]:)`, "panic: ", "goroutine ")},
	{"a panic of Rust", fixStatus, "Rust std::panicking", matches(`^thread '[^'\n]*' (\(\d+\) )?panicked at `, "panicked at ")},
	{"the name of a status, as Express's sendStatus sends it", fixEmpty, "Express response.js sendStatus", isStatus},
	{"the name of a status, as servers send it when they fail", fixStatus, "RFC 9110 §15; net/http Error, Traefik",
		only("Internal Server Error", "Bad Gateway", "Service Unavailable", "Gateway Timeout", "Gateway Time-out", "Not Found", "Forbidden", "404 page not found")},
	{"an error of a connection to another server", fixStatus, "PDO's SQLSTATE; the names of Node's system errors; what die() says in PHP's manuals",
		matches(`SQLSTATE\[|\bE(CONNREFUSED|CONNRESET|TIMEDOUT|NOTFOUND|AI_AGAIN)\b|^(?i:(could not|cannot|can't|unable to|failed to) connect to (the )?(database|mysql|postgres|redis|server)\b)`,
			"SQLSTATE[", "ECONN", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN", "onnect to ")},
	{"a page of a proxy", fixProxy, "Envoy, ingress-nginx, Cloudflare",
		matches(`^(upstream connect error or disconnect/reset before headers|no healthy upstream|upstream request timeout|default backend - 404|error code: \d{3,4}$)`,
			"upstream", "default backend", "error code: ")},
}

// suspect returns a warning that a text/plain answer looks like something that was not meant for the
// texter, or nil. It reads at most maxLook bytes, each rule once.
func suspect(a plainAnswer) *twiml.Problem {
	a.text = strings.TrimSpace(head(a.text))
	for _, s := range suspicions {
		if s.is(a) {
			return &twiml.Problem{Code: repli.CodeSuspect, Level: twiml.Warning, Message: "The answer is sent as it is, but it looks like " +
				s.looks + ": " + s.fix + ", and set require_twiml if the handlers answer in TwiML"}
		}
	}
	return nil
}

// contains returns a rule for a text that holds the mark.
func contains(mark string) func(plainAnswer) bool {
	return func(a plainAnswer) bool { return strings.Contains(a.text, mark) }
}

// lineBegins returns a rule for a text one of whose lines begins with the mark.
func lineBegins(mark string) func(plainAnswer) bool {
	return func(a plainAnswer) bool {
		return strings.HasPrefix(a.text, mark) || strings.Contains(a.text, "\n"+mark)
	}
}

// only returns a rule for a text that is one of these and nothing else.
func only(texts ...string) func(plainAnswer) bool {
	return func(a plainAnswer) bool { return slices.Contains(texts, a.text) }
}

// matches returns a rule for an expression. Only texts that hold one of the words are compared with
// it, because that is cheaper.
func matches(expression string, words ...string) func(plainAnswer) bool {
	e := regexp.MustCompile(expression)
	return func(a plainAnswer) bool {
		for _, w := range words {
			if strings.Contains(a.text, w) {
				return e.MatchString(a.text)
			}
		}
		return false
	}
}

// text returns a rule that looks at the text alone.
func text(is func(string) bool) func(plainAnswer) bool {
	return func(a plainAnswer) bool { return is(a.text) }
}

// isStatus reports whether an answer says the name of its own status and nothing else. People are sent
// “OK” as well, so a 200 must also have the ETag that Express gives a text.
func isStatus(a plainAnswer) bool {
	if a.status < 200 || a.status > 299 || a.text != http.StatusText(a.status) {
		return false
	}
	return a.status != http.StatusOK || a.etag == `W/"2-nOO9QiTIwXgNtWtBJezz8kv3SLc"`
}

// isWholePage reports whether a text begins like a web page and goes on like one: a sentence about an
// element does not.
func isWholePage(text string) bool { return isPage(text) && leadsToTag(text) }

// isMarkup reports whether a text would be TwiML, or the beginning of it, if its type said so.
func isMarkup(text string) bool {
	return (hasTag(text, "<?xml") || hasTag(text, "<response")) && leadsToTag(text)
}

// leadsToTag reports whether the first tag of a text is followed by another one, or by nothing.
func leadsToTag(text string) bool {
	i := strings.IndexByte(text, '>')
	if i < 0 {
		return false
	}
	rest := strings.TrimSpace(text[i+1:])
	return rest == "" || rest[0] == '<'
}
