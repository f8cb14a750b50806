package inbound

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"

	"golang.org/x/text/encoding/htmlindex"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/breaker"
	"github.com/repli-sms/repli/quote"
	"github.com/repli-sms/repli/twiml"
	"github.com/repli-sms/repli/webhook"
)

// A failure is why a step did not answer.
type failure struct {
	code         int
	detail       string
	line, column int    // in the document, 0 when it has no place there
	url          string // where it happened, without user information and fragment
	notAsked     bool   // we had no free slot for the question
}

// sentence returns the sentence of the alert.
func (f *failure) sentence() string { return placed(f.line, f.column, f.detail) }

// result returns what a failure shows about the primary: 112xx that it is down. No failure is a
// success.
func (f *failure) result() breaker.Result {
	switch {
	case f == nil:
		return breaker.Usable
	case f.notAsked:
		return breaker.Unknown
	case f.code/100 == 112:
		return breaker.Down
	default:
		return breaker.Unusable
	}
}

// ofHandler returns the failure as a breaker keeps it.
func (f *failure) ofHandler() repli.HandlerFailure {
	return repli.HandlerFailure{Code: f.code, Detail: f.detail, URL: f.url}
}

// placed returns a sentence with its place in a document; line 0 is no place.
func placed(line, column int, sentence string) string {
	if line == 0 {
		return sentence
	}
	return fmt.Sprintf("Line %d, column %d: %s", line, column, sentence)
}

// judge returns the document of an answer with its warnings, or why the answer cannot be used. The
// next step is asked then. If twimlOnly is set, text/plain cannot be used, whatever is in it.
//
// twilio: messaging/twiml#twilios-request-to-your-application
func judge(a webhook.Answer, twimlOnly bool) (twiml.Document, *failure) {
	if a.Err != nil {
		last := a.Tries[len(a.Tries)-1] // which knows the line when it is a bin that failed
		return twiml.Document{}, &failure{
			code: a.Err.Code, detail: a.Err.Sentence(), line: last.Line, column: last.Column,
			notAsked: errors.Is(a.Err, webhook.ErrCrowded) || starved(a),
		}
	}
	if a.ContentType == "" && len(a.Body) == 0 || a.Status == 204 {
		return twiml.Document{Problems: blank(a)}, nil // nothing to say
	}
	kind, params, err := mime.ParseMediaType(a.ContentType)
	if err != nil && kind == "" {
		kind = a.ContentType
	}
	switch kind {
	case "text/xml", "application/xml", "text/html":
		doc, why := parse(a.Body)
		if why != nil && (why.code == 12100 || why.code == 12102) {
			why = named(why, a)
		}
		return doc, why
	case "text/plain":
		if twimlOnly {
			return twiml.Document{}, &failure{code: 12300, detail: refusedText(a.Body)}
		}
		return sent(a, plain(a.Body, params["charset"])), nil
	default:
		return twiml.Document{}, &failure{code: 12300, detail: wrongType(a, kind)}
	}
}

// wrongType returns the sentence on an answer of a type that cannot be a reply.
func wrongType(a webhook.Answer, kind string) string {
	const types = "; a reply must be text/xml, application/xml, text/html or text/plain"
	if kind == "application/json" || strings.HasSuffix(kind, "+json") {
		switch text := strings.TrimSpace(head(string(a.Body))); text {
		case "":
			return "The answer is JSON with nothing in it" + types
		case "{}", "[]", "null", `""`:
			return "The answer is empty JSON, " + text + types
		}
	}
	return fmt.Sprintf("The answer is %.80q%s", a.ContentType, types)
}

// sent returns the document that sends a text, with a warning if it looks like an error.
func sent(a webhook.Answer, text string) twiml.Document {
	doc := twiml.Document{Verbs: []twiml.Verb{&twiml.Message{Body: text}}}
	said := plainAnswer{text: text, status: a.Status}
	if len(a.Tries) > 0 {
		said.etag = strings.Join(a.Tries[len(a.Tries)-1].Headers["Etag"], "")
	}
	if p := suspect(said); p != nil {
		doc.Problems = []twiml.Problem{*p}
	}
	return doc
}

// blank returns the warning on an answer with neither type nor body, unless it is a 204, which is meant.
func blank(a webhook.Answer) []twiml.Problem {
	if a.Status == http.StatusNoContent {
		return nil
	}
	return []twiml.Problem{{Code: repli.CodeUnmeantSilence, Level: twiml.Warning, Message: "The answer has neither a Content-Type nor a body, " +
		"so the texter hears nothing: a proxy answers so for a path that it does not know, and an application that ends without a word. " +
		"Check the path" + redirect(a) + "; if silence is meant, answer 204 or <Response/>"}}
}

// named returns a failure with the sentence that names what the document is in place of TwiML, if
// that is obvious.
func named(why *failure, a webhook.Answer) *failure {
	if said := unlikeTwiML(a); said != "" {
		return &failure{code: why.code, detail: said, line: why.line, column: why.column}
	}
	return why
}

// refusedText returns the sentence on a text/plain answer where TwiML is required.
func refusedText(body []byte) string {
	const end = "; this number requires TwiML (require_twiml), so it is not sent"
	if text := quote.Words(string(body), quote.MaxName); text != "" {
		return "The answer is text/plain, “" + text + "”" + end
	}
	return "The answer is text/plain" + end
}

// starved reports whether the step could not be asked because this machine had run out of something.
func starved(a webhook.Answer) bool { return a.Err != nil && errors.Is(a.Err, webhook.ErrStarved) }

// plain returns the text of a text/plain body, which is in UTF-8 unless charset says otherwise. NULs
// are removed, because no text may have them.
func plain(body []byte, charset string) string {
	text := string(body)
	if encoding, err := htmlindex.Get(charset); err == nil {
		if decoded, err := encoding.NewDecoder().String(text); err == nil {
			text = decoded
		}
	}
	text = strings.TrimPrefix(strings.ToValidUTF8(text, "\uFFFD"), "\uFEFF")
	return strings.TrimSpace(strings.ReplaceAll(text, "\x00", ""))
}

// parse returns the document that is in a TwiML body, or why it cannot be used.
func parse(body []byte) (twiml.Document, *failure) {
	if len(body) > repli.MaxDocument {
		return twiml.Document{}, tooLong()
	}
	doc := twiml.Parse(body)
	if p := doc.Failure(); p != nil {
		return doc, &failure{code: p.Code, detail: p.Message, line: p.Line, column: p.Column}
	}
	return doc, nil
}

// tooLong is the failure of a document over the limit.
func tooLong() *failure {
	return &failure{code: 11750, detail: fmt.Sprintf("The answer has more than %d bytes", repli.MaxDocument)}
}
