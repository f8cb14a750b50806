package twiml

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"github.com/repli-sms/repli/quote"
)

// A reader splits a document into tokens. It relies on encoding/xml, rejects what that accepts
// although XML forbids it, and adds the positions of attributes. It skips comments and processing
// instructions.
type reader struct {
	text   string
	xml    *xml.Decoder
	at     cursor
	open   []element // elements begun but not ended, outermost first
	rooted bool      // the root element has been seen
	spaces namespaces
}

// An element has begun but not ended.
type element struct {
	name string
	Span
	declared []binding // the bindings to restore at its end
}

type tokenKind int

const (
	opens tokenKind = iota
	closes
	characters
)

type token struct {
	Span  // of `<` and the name
	kind  tokenKind
	name  string // of an element, as written: with its prefix
	attrs []attribute
	text  string // of characters, with references resolved
	raw   string // the same, as written
	begin int    // the offset of raw
}

type attribute struct {
	Span          // of the name
	name   string // as written
	prefix string
	space  string // what the prefix stands for
	value  string
}

// newReader reads text. Positions are those in source, which is as long as text; they differ
// where placeholders were blanked out.
func newReader(text, source string) *reader {
	d := xml.NewDecoder(strings.NewReader(text))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // it has been decoded already
	return &reader{text: text, xml: d, at: newCursor(source)}
}

// next returns the next token, io.EOF at the end of a well-formed document, or the Problem
// because of which it is not well-formed.
func (r *reader) next() (token, error) {
	for {
		begin := int(r.xml.InputOffset())
		t, err := r.xml.RawToken()
		if errors.Is(err, io.EOF) {
			return token{}, r.end()
		}
		if err != nil {
			return token{}, r.diagnose(begin, err)
		}
		raw := r.text[begin:r.xml.InputOffset()]
		switch t := t.(type) {
		case xml.StartElement:
			return r.start(t, raw, begin)
		case xml.EndElement:
			return r.close(qualified(t.Name), begin)
		case xml.CharData:
			if len(r.open) > 0 {
				return r.characters(string(t), raw, begin)
			}
			if !blank(raw) {
				return token{}, r.outside(raw, begin)
			}
		case xml.ProcInst:
			if err := r.instruction(t.Target, raw, begin); err != nil {
				return token{}, err
			}
		case xml.Directive:
			return token{}, r.refuse(begin, len("<!DOCTYPE"), "A document type is not accepted. Take <!DOCTYPE …> out.")
		}
	}
}

// start begins an element.
func (r *reader) start(t xml.StartElement, raw string, begin int) (token, error) {
	name := qualified(t.Name)
	tok := token{kind: opens, name: name, Span: r.at.span(begin, 1+len(name))}
	if len(r.open) == 0 && r.rooted {
		return tok, tok.problem(malformed, "A second root element, <%s>. A document has one: put everything in one <Response>.", quote.Name(name))
	}
	if len(r.open) == MaxDepth {
		return tok, tok.problem(malformed, "Elements stand more than %d deep within one another.", MaxDepth)
	}
	tok.attrs = make([]attribute, 0, len(t.Attr))
	rest := raw[1+len(name):]
	for _, a := range t.Attr {
		offset, length, after := nextAttribute(rest)
		at := r.at.span(begin+len(raw)-len(rest)+offset, len(qualified(a.Name)))
		if offset == 0 {
			return tok, at.problem(malformed, "There must be a space before the attribute %s.", quote.Name(qualified(a.Name)))
		}
		if surrogate(a.Value, rest[offset:offset+length]) {
			return tok, at.problem(malformed, "The value of %s refers to half a character. %s", quote.Name(qualified(a.Name)), mendReference)
		}
		tok.attrs = append(tok.attrs, attribute{name: qualified(a.Name), prefix: a.Name.Space, value: a.Value, Span: at})
		rest = after
	}
	if twice := repeated(tok.attrs); twice != nil {
		return tok, twice.problem(malformed, "<%s> has the attribute %s twice. Take one out.", quote.Name(name), quote.Name(twice.name))
	}
	el := element{name: name, Span: tok.Span}
	var err error
	if el.declared, err = r.spaces.enter(t.Name.Space, &tok); err != nil {
		return tok, err
	}
	r.open, r.rooted = append(r.open, el), true
	return tok, nil
}

// close ends an element.
func (r *reader) close(name string, begin int) (token, error) {
	if len(r.open) == 0 {
		return token{}, r.refuse(begin, len(name)+2, "</%s> ends an element that has not begun. Take it out, or write <%s> before it.", quote.Name(name), quote.Name(name))
	}
	last := r.open[len(r.open)-1]
	if last.name != name {
		return token{}, r.refuse(begin, len(name)+2, "</%s> stands where </%s> is due: <%s> began on line %d. Close it first.",
			quote.Name(name), quote.Name(last.name), quote.Name(last.name), last.Line)
	}
	r.open = r.open[:len(r.open)-1]
	r.spaces.leave(last.declared)
	return token{kind: closes, name: name}, nil
}

func (r *reader) characters(text, raw string, begin int) (token, error) {
	if !strings.HasPrefix(raw, "<![CDATA[") && surrogate(text, raw) {
		return token{}, r.refuse(begin, len(raw), "The text refers to half a character. %s", mendReference)
	}
	return token{kind: characters, text: text, raw: raw, begin: begin}, nil
}

// instruction rejects malformed processing instructions.
//
// XML 1.0 §2.6 [16], [17]
func (r *reader) instruction(target, raw string, begin int) error {
	if strings.EqualFold(target, "xml") && begin > 0 {
		return r.refuse(begin, len("<?xml"), misplacedDeclaration)
	}
	after := raw[len("<?")+len(target):]
	if after != "?>" && !blank(after[:1]) {
		return r.refuse(begin, len(raw), "There must be a space after <?%s.", quote.Name(target))
	}
	return nil
}

// end checks the document after its last token.
func (r *reader) end() error {
	if len(r.open) > 0 {
		last := r.open[len(r.open)-1]
		return r.refuse(len(r.text), 0, "The document ends before </%s>: <%s> began on line %d. Close it.", quote.Name(last.name), quote.Name(last.name), last.Line)
	}
	if blank(r.text) {
		return r.refuse(len(r.text), 0, "The document is empty. To answer with nothing, write <Response/>.")
	}
	if !r.rooted {
		return r.refuse(len(r.text), 0, "The document has no root element. To answer with nothing, write <Response/>.")
	}
	return io.EOF
}

// outside returns the problem of text outside the root element.
func (r *reader) outside(raw string, begin int) error {
	lead := len(raw) - len(strings.TrimLeft(raw, space))
	if r.rooted {
		return r.refuse(begin+lead, len(trim(raw)), "Text stands after the root element. Only a comment may; take it out, or put it in a <Message>.")
	}
	return r.refuse(begin+lead, len(trim(raw)), "The document begins with text, and TwiML begins with <Response>. Put the text in a <Message> in it, or take it out.")
}

// refuse returns the problem of a document that is not well-formed at the offset.
func (r *reader) refuse(offset, length int, format string, args ...any) Problem {
	return r.at.span(offset, length).problem(malformed, format, args...)
}

// qualified returns a name as it was written.
func qualified(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

// space is white space as XML defines it (XML 1.0 §2.3 [3]).
const space = " \t\r\n"

func trim(s string) string { return strings.Trim(s, space) }
func blank(s string) bool  { return trim(s) == "" }
