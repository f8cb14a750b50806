package inbound

import (
	"errors"
	"fmt"
	"mime"
	"strings"

	"golang.org/x/text/encoding/htmlindex"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/twiml"
	"github.com/repli-sms/repli/webhook"
)

// A failure is why a step did not answer.
type failure struct {
	code         int
	detail       string
	line, column int    // in the document, 0 when it has no place there
	url          string // where it happened, without user information and fragment
	ours         bool   // nobody was asked, because we had no place for it
}

// sentence returns what the alert says.
func (f *failure) sentence() string { return placed(f.line, f.column, f.detail) }

// placed returns a sentence about a place in a document, or in none when line is 0.
func placed(line, column int, sentence string) string {
	if line == 0 {
		return sentence
	}
	return fmt.Sprintf("Line %d, column %d: %s", line, column, sentence)
}

// judge reads an answer. It returns the verbs to carry out with the warnings on the way, or
// why the answer cannot be used, in which case the next step is asked.
//
// twilio: messaging/twiml#twilios-request-to-your-application
func judge(a webhook.Answer) (twiml.Document, *failure) {
	if a.Err != nil {
		last := a.Tries[len(a.Tries)-1] // which knows the line when it is a bin that failed
		return twiml.Document{}, &failure{
			code: a.Err.Code, detail: a.Err.Sentence(), line: last.Line, column: last.Column, ours: errors.Is(a.Err, webhook.ErrCrowded) || starved(a),
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
		return read(a.Body)
	case "text/plain":
		text := &twiml.Message{Body: plain(a.Body, params["charset"])}
		return twiml.Document{Verbs: []twiml.Verb{text}}, nil
	default:
		return twiml.Document{}, &failure{code: 12300, detail: fmt.Sprintf(
			"The answer is %.80q; a reply must be text/xml, application/xml, text/html or text/plain", a.ContentType)}
	}
}

// starved reports whether nobody could be asked because this machine had run out of something.
func starved(a webhook.Answer) bool { return a.Err != nil && errors.Is(a.Err, webhook.ErrStarved) }

// plain returns the text of a text/plain body, which is in UTF-8 unless its type says
// otherwise, without the NULs that no text may have.
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

// read parses TwiML and reports whether it can be used.
func read(body []byte) (twiml.Document, *failure) {
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
