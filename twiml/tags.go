package twiml

import (
	"strings"

	"github.com/repli-sms/repli/quote"
)

// A tag is the part of a template from {{ to }}.
type tag struct {
	kind       byte // the character after {{: # ^ / ! or one of the refused { & > =; 0 for a value
	name       string
	begin, end int // offsets
}

// function is the one section that is not a condition.
const function = "e164"

// tags returns the tags of a template. If there are problems, the template cannot be used, and
// the tags are those found so far.
func tags(text string) ([]tag, []Problem) {
	var found []tag
	var problems collector
	var open []tag
	at := newCursor(text)
	for end := 0; ; {
		rest := text[end:]
		begin := strings.Index(rest, "{{")
		if begin < 0 {
			break
		}
		begin += end
		t, ok := nextTag(text, begin)
		if !ok {
			problems.add(at.span(begin, 2).problem(malformed, "The placeholder that begins here has no end. Close it with }}."))
			break
		}
		end = t.end
		found = append(found, t)
		where := at.span(t.begin, t.end-t.begin)
		if fault := t.fault(); fault != "" {
			problems.add(where.problem(malformed, "%s", fault))
			continue
		}
		switch t.kind {
		case '#', '^':
			if len(open) == MaxDepth {
				problems.add(where.problem(malformed, "Sections stand more than %d deep within one another.", MaxDepth))
				return found, problems.sorted()
			}
			open = append(open, t)
		case '/':
			if len(open) == 0 || open[len(open)-1].name != t.name {
				problems.add(where.problem(malformed, "{{/%s}} ends a section that is not the last one begun. Write {{#%s}} before it, or take it out.", quote.Name(t.name), quote.Name(t.name)))
				continue
			}
			open = open[:len(open)-1]
		}
	}
	for _, t := range open {
		problems.add(at.span(t.begin, t.end-t.begin).problem(malformed, "The section %s has no end. Write {{/%s}} after it.", quote.Name(t.name), quote.Name(t.name)))
	}
	return found, problems.sorted()
}

// nextTag reads the tag that begins at the offset, and reports whether it is terminated.
func nextTag(text string, begin int) (tag, bool) {
	closing := "}}"
	if strings.HasPrefix(text[begin:], "{{{") {
		closing = "}}}"
	}
	inner, _, ok := strings.Cut(text[begin+2:], closing)
	t := tag{begin: begin, end: begin + 2 + len(inner) + len(closing), name: strings.TrimSpace(inner)}
	if t.name != "" && strings.IndexByte("#^/!{&>=", t.name[0]) >= 0 {
		t.kind, t.name = t.name[0], strings.TrimSpace(t.name[1:])
	}
	return t, ok
}

// fault returns why the tag cannot be used, or "".
func (t tag) fault() string {
	switch {
	case t.kind == '!':
		return ""
	case t.kind == '{', t.kind == '&':
		return "A value that is not escaped could break the document. Write {{Name}}, with two braces and no &."
	case t.kind == '>':
		return "There is nothing to include: a bin stands alone. Write the text itself in place of {{>…}}."
	case t.kind == '=':
		return "The braces of placeholders cannot be changed. Take {{=…}} out."
	case t.name == "" || t.name == ".":
		return "The placeholder names nothing. Write the name of a request parameter, as in {{Body}}."
	case t.name == function && t.kind != '#' && t.kind != '/':
		return "e164 works on what it encloses. Write {{#e164}}{{From}}{{/e164}}."
	}
	return ""
}

// blanked returns the template with spaces in place of all tags except values. Line ends stay, so
// that positions do not change.
func blanked(text string, tags []tag) string {
	out := []byte(text)
	for _, t := range tags {
		if t.kind == 0 || t.kind == '{' {
			continue
		}
		for i := t.begin; i < t.end; i++ {
			if out[i] != '\n' && out[i] != '\r' {
				out[i] = ' '
			}
		}
	}
	return string(out)
}
