package twiml

import (
	"slices"
	"strings"

	"github.com/repli-sms/repli/quote"
)

// A Report is what Check found.
type Report struct {
	Valid    bool   // there is no problem of level error
	Silent   bool   // it is valid and sends nothing: no message has text or media, and nothing redirects
	Label    string // what to show under the document in an editor
	Problems []Problem
	Messages []MessageText // of a document that can be used, in its order
}

// A MessageText is the content of one message of a document, placeholders included.
type MessageText struct {
	Span
	Body  string
	Media []string
}

// The labels of a report.
const (
	labelValid   = "Valid Messaging TwiML" // neither errors nor deviations from the schema
	labelSilent  = "Valid, sends nothing"
	labelSchema  = "Messaging TwiML with parts that will be ignored"
	labelInvalid = "Not valid Messaging TwiML"
)

// Check checks a document for the person who writes it: as a template, and including each
// message. It takes conditional sections as shown, and does not judge values that contain a
// placeholder.
//
// Besides the problems of [Parse], [ParseTemplate] and [Verb] it reports
//
//	11750  error    over 64 kB
//	12100  error    not well-formed once every placeholder, or none, is filled in
//	14101  warning  a `to` that is no phone number
//	14102  warning  a `from` that is no sender
//	14109  warning  more than MaxReplies messages
func Check(src []byte) Report {
	text, problem := decode(src)
	if problem != nil {
		return Report{Label: labelInvalid, Problems: []Problem{*problem}}
	}
	found, problems := tags(text)
	p := parser{reader: newReader(blanked(text, found), text), template: true}
	verbs := p.document()
	p.add(problems...)
	var messages []MessageText
	if !p.failed() {
		messages = p.judge(verbs)
	}
	if len(found) > 0 && !p.failed() {
		p.fillIn(text, found)
	}
	if len(src) > MaxSize {
		p.add(whole.problem(tooLarge, "The document has %d bytes, and at most %d are read. Shorten it.", len(src), MaxSize))
	}
	report := Report{Valid: !p.failed(), Problems: p.sorted(), Messages: messages}
	report.Silent = report.Valid && !sends(verbs, messages)
	report.Label = label(report)
	return report
}

// label returns the summary of the problems. A message that will be dropped is still valid TwiML.
func label(r Report) string {
	if !r.Valid {
		return labelInvalid
	}
	if r.Silent {
		return labelSilent
	}
	for _, p := range r.Problems {
		if p.Code == schema {
			return labelSchema
		}
	}
	return labelValid
}

// sends reports whether a document sends anything, or leads to one that may.
func sends(verbs []Verb, messages []MessageText) bool {
	redirects := len(verbs) > len(messages)
	return redirects || slices.ContainsFunc(messages, func(m MessageText) bool { return m.Body != "" || len(m.Media) > 0 })
}

// judge collects the problems of the verbs and returns the messages.
func (p *parser) judge(verbs []Verb) []MessageText {
	var messages []MessageText
	replies := 0
	for _, v := range verbs {
		m, ok := v.(*Message)
		if !ok {
			if !p.pending(v.(*Redirect).URL) {
				p.add(v.Problems()...)
			}
			continue
		}
		messages = append(messages, MessageText{Span: m.Span, Body: m.Body, Media: m.Media})
		problems := append(p.settled(m).Problems(), p.settled(m).addresses()...)
		p.add(problems...)
		if len(problems) > 0 {
			continue
		}
		if replies++; replies == MaxReplies+1 {
			p.add(m.problem(tooManyReplies, "Only %d messages are sent in answer to one; this and those after it are not. Make fewer of them.", MaxReplies))
		}
	}
	return messages
}

// settled returns the message with a valid value in place of each one that contains a
// placeholder.
func (p *parser) settled(m *Message) *Message {
	s := *m
	for _, v := range []*string{&s.To, &s.From, &s.Action, &s.StatusCallback, &s.Method} {
		if p.pending(*v) {
			*v = ""
		}
	}
	if p.pending(s.Body) {
		s.Body = "…"
	}
	return &s
}

// addresses returns the problems of a sender or receiver that cannot exist.
func (m *Message) addresses() []Problem {
	var problems []Problem
	if m.To != "" && !strings.ContainsAny(m.To, digits) {
		problems = append(problems, m.at("to").problem(badTo,
			"%q is no phone number. Write one such as +15557770001, or take the attribute out to answer the sender.", quote.Name(m.To)))
	}
	if m.From != "" && !strings.ContainsAny(m.From, digits) && !alphanumeric(m.From) {
		problems = append(problems, m.at("from").problem(badFrom,
			"%q is no sender. Write one of your numbers, a name of at most 11 letters and digits, or take the attribute out.", quote.Name(m.From)))
	}
	return problems
}

const digits = "0123456789"

// alphanumeric reports whether s could be an alphanumeric sender.
//
// twilio: messaging/twiml/message, from
func alphanumeric(s string) bool {
	return len(s) <= 11 && !strings.ContainsFunc(s, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == ' ')
	})
}

// fillIn fills in the template, with all placeholders and with none, and checks that it is
// well-formed each time: a section may contain half an element.
func (p *parser) fillIn(text string, tags []tag) {
	t, problems := compile(text, tags)
	if p.add(problems...); t == nil {
		return
	}
	every := map[string]string{}
	for _, tag := range tags {
		every[tag.name] = "?"
	}
	for _, try := range []struct {
		name   string
		params map[string]string
	}{{"every placeholder", every}, {"no placeholder", nil}} {
		out, err := t.Render(try.params)
		if err != nil {
			continue // only too large, which is already reported
		}
		filled := parser{reader: newReader(out, out)}
		if filled.document(); filled.failed() {
			why := filled.sorted()[0]
			first := newCursor(text)
			p.add(first.span(tags[0].begin, tags[0].end-tags[0].begin).problem(why.Code,
				"With %s filled in the document cannot be used: %s Keep whole elements within each section.", try.name, why.Message))
		}
	}
}
