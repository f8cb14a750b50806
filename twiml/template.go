package twiml

import (
	"errors"
	"html"
	"strings"

	"github.com/cbroglie/mustache"

	"github.com/repli-sms/repli/quote"
)

// A Template is a document with Mustache placeholders for the parameters of a request. It is safe
// for concurrent use.
//
//	{{Name}}                 the parameter Name, escaped; a missing one is empty
//	{{#Name}} … {{/Name}}    what stands between is there if Name holds more than white space
//	{{^Name}} … {{/Name}}    what stands between is there if it does not
//	{{#e164}} … {{/e164}}    the phone number in what stands between
//	{{! … }}                 a comment
//
// Values cannot change the structure of the document: whatever a texter writes stays text.
// Therefore {{{Name}}}, {{&Name}}, {{>Name}} and {{=…}} are refused.
type Template struct {
	source   string
	compiled *mustache.Template // nil if there are no tags
	values   []string           // the names of the value tags, one for each
}

// ErrTooLarge is returned when a filled-in template would exceed MaxSize.
var ErrTooLarge = errors.New("the document would be over 64 kB when its placeholders are filled in")

// Fill returns a bin's document with its placeholders filled in. The problem is 12100 for an
// invalid template, and 11750 for a result that is too large.
func Fill(src string, params map[string]string) (string, *Problem) {
	t, problems := ParseTemplate(src)
	if len(problems) > 0 {
		return "", &problems[0]
	}
	text, err := t.Render(params)
	if err != nil {
		p := whole.problem(tooLarge, "The bin cannot be filled in: %v.", err)
		return "", &p
	}
	return text, nil
}

// ParseTemplate compiles a template. If there are problems, the template is nil.
func ParseTemplate(src string) (*Template, []Problem) {
	found, problems := tags(src)
	if len(problems) > 0 {
		return nil, problems
	}
	return compile(src, found)
}

// compile makes a template of tags that have been checked.
func compile(src string, tags []tag) (*Template, []Problem) {
	t := &Template{source: src}
	if len(tags) == 0 {
		return t, nil
	}
	for _, tag := range tags {
		if tag.kind == 0 {
			t.values = append(t.values, tag.name)
		}
	}
	var err error
	t.compiled, err = mustache.ParseStringPartials(src, &mustache.StaticProvider{})
	if err != nil {
		return nil, []Problem{whole.problem(malformed, "The placeholders cannot be read: %s.", quote.Place(err.Error()))}
	}
	t.compiled.Escape(escape)
	return t, nil
}

// Render fills in the template. It returns ErrTooLarge if the template's text and its values
// together exceed MaxSize, even if a condition hides some of them, or if the result does.
func (t *Template) Render(params map[string]string) (string, error) {
	size := len(t.source)
	for _, name := range t.values {
		size += len(params[name])
	}
	if size > MaxSize {
		return "", ErrTooLarge
	}
	if t.compiled == nil {
		return t.source, nil
	}
	out, err := t.compiled.Render(functions, params)
	if err == nil && len(out) > MaxSize {
		return "", ErrTooLarge
	}
	return out, err
}

// functions are the sections that are not conditions. No parameter can have their name.
var functions = map[string]mustache.LambdaFunc{
	function: func(text string, render mustache.RenderFunc) (string, error) {
		content, err := render(text)
		return phoneNumber(html.UnescapeString(content)), err
	},
}

// escape returns a value that is text in any place: an element, an attribute, a CDATA section or
// a comment. It drops characters that XML does not allow.
func escape(value string) string {
	value = strings.Map(func(r rune) rune {
		if !allowed(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(value, "\uFFFD"))
	value = strings.ReplaceAll(html.EscapeString(value), "--", "-&#45;")
	if value == "" {
		return value
	}
	// At either end a value could complete a --, ]]> or --> with the text beside it.
	if first := value[0]; first == '-' || first == ']' {
		value = reference(first) + value[1:]
	}
	if last := value[len(value)-1]; last == '-' || last == ']' {
		value = value[:len(value)-1] + reference(last)
	}
	return value
}

// reference returns a character reference to - or ].
func reference(b byte) string {
	if b == '-' {
		return "&#45;"
	}
	return "&#93;"
}
