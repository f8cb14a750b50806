package twiml

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/repli-sms/repli/quote"
	"github.com/repli-sms/repli/sms"
)

// A Message is a <Message> or <Sms>: a text to be sent. An empty attribute is the same as a
// missing one.
type Message struct {
	Span      // of `<Message`
	Sms  bool // an <Sms>, which cannot contain media

	To   string // the receiver as written; if "", the sender of the message being answered
	From string // the sender as written; if "", the number that received that message

	// Action and StatusCallback are URLs for status callbacks, as written, perhaps relative to
	// the document's; "" is none. Method is "GET" or "POST" for both, or an invalid value as
	// written.
	Action, StatusCallback, Method string

	// Body is the plain text of the element and then of each <Body>, each trimmed of white space,
	// joined without a separator.
	Body string

	// Media are URLs as written, perhaps relative to the document's.
	Media []string

	Attrs map[string]Span // the position of each attribute, by name
}

func (*Message) verb() {}

// At returns the position of the attribute with that name, or of the verb if it is missing.
func (m *Message) At(attr string) (line, column int) {
	s := m.at(attr)
	return s.Line, s.Column
}

func (m *Message) at(attr string) Span {
	if s, ok := m.Attrs[attr]; ok {
		return s
	}
	return m.Span
}

// set stores an attribute.
func (m *Message) set(a attribute) {
	if m.Attrs == nil {
		m.Attrs = map[string]Span{}
	}
	m.Attrs[a.name] = a.Span
	value := trim(a.value)
	switch a.name {
	case "to":
		m.To = value
	case "from":
		m.From = value
	case "action":
		m.Action = value
	case "statusCallback":
		m.StatusCallback = value
	case "method":
		m.Method = method(value)
	}
}

// method returns the method that a value names, ignoring case; POST if it is empty, and the value
// itself if it names none.
func method(value string) string {
	switch upper := strings.ToUpper(value); upper {
	case "GET", "POST":
		return upper
	case "":
		return "POST"
	}
	return value
}

// Problems returns why the message cannot be sent, without regard to the account. A message with
// problems is dropped; the rest of the document is carried out.
//
//	14103  it has neither text nor media, or more than sms.MaxCharacters of text
//	14104  its method is neither GET nor POST
//	14105  its action or statusCallback cannot be a URL to call
//	21623  it has more than MaxMedia media
//
// twilio: messaging/twiml/message
func (m *Message) Problems() []Problem {
	var problems []Problem
	add := func(attr string, code int, format string, args ...any) {
		problems = append(problems, m.at(attr).problem(code, format, args...))
	}
	if m.Body == "" && len(m.Media) == 0 {
		add("", badBody, "The message has neither text nor media, so nothing is sent. Write its text in it.")
	}
	if n := sms.Characters(m.Body); n > sms.MaxCharacters {
		add("", badBody, "The text is %d characters long, and at most %d can be sent. Shorten it, or make two messages of it.", n, sms.MaxCharacters)
	}
	if n := len(m.Media); n > MaxMedia {
		add("", tooManyMedia, "The message has %d media, and at most %d can be sent. Put the rest in a second <Message>.", n, MaxMedia)
	}
	if m.Method != "" && m.Method != "GET" && m.Method != "POST" {
		add("method", badMethod, "The method of a message is GET or POST, not %q. Write one of these, or take it out for POST.", quote.Name(m.Method))
	}
	for _, callback := range []struct{ attr, url string }{{"action", m.Action}, {"statusCallback", m.StatusCallback}} {
		if fault := callbackFault(callback.url); fault != "" {
			add(callback.attr, badCallback, "%s is no usable URL: %s. Write an http or https URL, or a path.", callback.attr, fault)
		}
	}
	return problems
}

// callbackFault is urlFault for a status callback URL: its host may not contain an underscore
// (twilio: messaging/twiml/message).
func callbackFault(raw string) string {
	if fault := urlFault(raw); fault != "" {
		return fault
	}
	if u, err := url.Parse(raw); err == nil && strings.Contains(u.Hostname(), "_") {
		return "its host name holds an underscore"
	}
	return ""
}

// urlFault returns why raw is neither an absolute http or https URL nor a relative one, or "" if
// it is.
func urlFault(raw string) string {
	u, err := url.Parse(raw)
	switch {
	case len(raw) > MaxURL:
		return fmt.Sprintf("it is longer than %d bytes", MaxURL)
	case strings.ContainsAny(raw, space):
		return "it holds a space"
	case err != nil:
		return "it cannot be read"
	case u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https":
		return "it begins with " + quote.Name(u.Scheme) + ":"
	case (u.Scheme != "" || strings.HasPrefix(raw, "//")) && u.Hostname() == "":
		return "it names no host"
	}
	return ""
}
