package twiml

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/repli-sms/repli/quote"
)

// A parser turns tokens into verbs, according to the grammar.
type parser struct {
	*reader
	collector
	template bool // values may contain placeholders, which cannot be checked
}

// document returns the verbs of a usable document, and collects the problems of any document.
func (p *parser) document() []Verb {
	verbs, err := p.root()
	if err == nil {
		err = p.drain()
	}
	if !errors.Is(err, io.EOF) {
		p.collector = collector{}
		p.add(asProblem(err))
	}
	if p.failed() {
		return nil
	}
	return verbs
}

func (p *parser) root() ([]Verb, error) {
	tok, err := p.next()
	if err != nil {
		return nil, err
	}
	if tok.name != "Response" {
		p.add(strangeRoot(tok))
		return nil, nil
	}
	return p.response(tok)
}

// drain reads the rest of the document, because it may not be well-formed.
func (p *parser) drain() error {
	for {
		if _, err := p.next(); err != nil {
			return err
		}
	}
}

func strangeRoot(root token) Problem {
	if strings.EqualFold(root.name, "Response") {
		return root.problem(badRoot, "The root element is <%s>. Write <Response>, with a capital R and the rest small.", quote.Name(root.name))
	}
	return root.problem(badRoot, "The root element is <%s>. TwiML is one <Response> that holds the verbs.", quote.Name(root.name))
}

// response reads the verbs up to the first Redirect, and checks those after it.
func (p *parser) response(root token) ([]Verb, error) {
	var verbs []Verb
	var redirected bool
	for _, a := range p.attributes(root) {
		if !slices.Contains(elementNamed("Response").attribute(a.name).Values, trim(a.value)) {
			p.add(a.problem(badVersion, "There is no version %q of TwiML. Take the attribute out, or write version=\"2010-04-01\".", quote.Name(a.value)))
		}
	}
	err := p.inside(root.name, nil, func(tok token) error {
		verb, err := p.verb(tok)
		if err == nil && !redirected {
			verbs = append(verbs, verb)
			_, redirected = verb.(*Redirect)
		}
		return err
	})
	return verbs, err
}

func (p *parser) verb(tok token) (Verb, error) {
	if tok.name == "Redirect" {
		return p.redirect(tok)
	}
	return p.message(tok)
}

func (p *parser) message(tok token) (*Message, error) {
	m := &Message{Span: tok.Span, Sms: tok.name == "Sms", Method: "POST"}
	for _, a := range p.attributes(tok) {
		m.set(a)
	}
	var plain, bodies strings.Builder
	text := func(s string) { plain.WriteString(s) }
	err := p.inside(tok.name, text, func(child token) error {
		p.attributes(child)
		content, err := p.content(child.name)
		switch {
		case err != nil:
			return err
		case child.name == "Body":
			bodies.WriteString(content)
		case content == "":
			p.add(child.problem(schema, "<Media> is empty. Write the address of a picture or a file in it."))
		case urlFault(content) != "" && !p.pending(content):
			p.add(child.problem(schema, "<Media> holds no usable URL: %s. Write the address of a picture or a file in it.", urlFault(content)))
		default:
			m.Media = append(m.Media, content)
		}
		return nil
	})
	m.Body = trim(plain.String()) + bodies.String()
	return m, err
}

func (p *parser) redirect(tok token) (*Redirect, error) {
	r := &Redirect{Span: tok.Span, Method: "POST"}
	for _, a := range p.attributes(tok) {
		switch m := method(trim(a.value)); {
		case m == "GET", m == "POST":
			r.Method = m
		case !p.pending(m):
			p.add(a.problem(schema, "The method of a redirect is GET or POST, not %q. POST is used until you mend it.", quote.Name(m)))
		}
	}
	var err error
	r.URL, err = p.content(tok.name)
	return r, err
}

// content reads an element that may contain only text, and returns the trimmed text.
func (p *parser) content(name string) (string, error) {
	var b strings.Builder
	err := p.inside(name, func(s string) { b.WriteString(s) }, nil)
	return trim(b.String()), err
}

// inside reads up to the end of the current element. It passes the text and the children that the
// grammar permits to the callbacks; others are problems. child must read its element to the end.
func (p *parser) inside(name string, text func(string), child func(token) error) error {
	el := elementNamed(name)
	stray := false
	for {
		tok, err := p.next()
		switch {
		case err != nil:
			return err
		case tok.kind == closes:
			return nil
		case tok.kind == characters && el.Text:
			text(tok.text)
		case tok.kind == characters:
			if !stray && !blank(tok.text) {
				stray = true
				p.add(p.strayText(tok))
			}
		case slices.Contains(el.Children, tok.name):
			stray = false
			err = child(tok)
		default:
			stray = false
			p.add(tok.problem(schema, "%s", strangeElement(el, tok.name)))
			err = p.skip()
		}
		if err != nil {
			return err
		}
	}
}

// skip reads up to the end of the current element.
func (p *parser) skip() error {
	for depth := 1; depth > 0; {
		tok, err := p.next()
		if err != nil {
			return err
		}
		switch tok.kind {
		case opens:
			depth++
		case closes:
			depth--
		}
	}
	return nil
}

// attributes returns the attributes of an element that are in the grammar. Others are problems,
// except those of XML and XML Schema.
func (p *parser) attributes(tok token) []attribute {
	el := elementNamed(tok.name)
	var known []attribute
	for _, a := range tok.attrs {
		switch {
		case el.attribute(a.name) != nil:
			known = append(known, a)
		case a.prefix == "xmlns", a.space == xsiSpace, a.space == xmlSpace:
		default:
			p.add(a.problem(schema, "%s", strangeAttribute(el, a.name)))
		}
	}
	return known
}

// strayText returns the problem of text in <Response>, the only element that may contain none.
func (p *parser) strayText(tok token) Problem {
	lead := len(tok.raw) - len(strings.TrimLeft(tok.raw, space))
	return p.at.span(tok.begin+lead, len(trim(tok.raw))).problem(schema,
		"Text that stands in no verb is not sent. Put it in a <Message>, or take it out.")
}

// pending reports whether a value contains a placeholder, so that it cannot be checked yet.
func (p *parser) pending(value string) bool {
	return p.template && strings.Contains(value, "{{")
}
