package inbound

import (
	"errors"
	"fmt"
	"mime"
	"strings"

	"golang.org/x/text/encoding/htmlindex"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/breaker"
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
// next step is asked then.
//
// twilio: messaging/twiml#twilios-request-to-your-application
func judge(a webhook.Answer) (twiml.Document, *failure) {
	if a.Err != nil {
		last := a.Tries[len(a.Tries)-1] // which knows the line when it is a bin that failed
		return twiml.Document{}, &failure{
			code: a.Err.Code, detail: a.Err.Sentence(), line: last.Line, column: last.Column,
			notAsked: errors.Is(a.Err, webhook.ErrCrowded) || starved(a),
		}
	}
	if a.ContentType == "" && len(a.Body) == 0 || a.Status == 204 {
		return twiml.Document{}, nil // nothing to say
	}
	kind, params, err := mime.ParseMediaType(a.ContentType)
	if err != nil && kind == "" {
		kind = a.ContentType
	}
	switch kind {
	case "text/xml", "application/xml", "text/html":
		return parse(a.Body)
	case "text/plain":
		text := &twiml.Message{Body: plain(a.Body, params["charset"])}
		return twiml.Document{Verbs: []twiml.Verb{text}}, nil
	default:
		return twiml.Document{}, &failure{code: 12300, detail: fmt.Sprintf(
			"The answer is %.80q; a reply must be text/xml, application/xml, text/html or text/plain", a.ContentType)}
	}
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
