package twiml

import (
	"encoding/xml"
	"errors"
	"strings"

	"github.com/repli-sms/repli/quote"
)

const (
	misplacedDeclaration = "The XML declaration must be the very first thing in the document. " +
		"Take away what stands before it, be it only a space or an empty line."
	mendReference = "Write the character itself, or one reference such as &#x1F370;."
)

// cures maps errors of encoding/xml to corrections. The mistake is at the last mark before the
// place of the error, or at that place.
var cures = []struct{ symptom, mark, cure string }{
	{"expected element name after </", "<", "Here </ is not followed by a name. Write &lt; for the character < itself."},
	{"expected element name after <", "<", "Here < begins no element. Write &lt; for the character itself."},
	{"invalid XML name", "<", "This begins like an element, but its name holds a character that names may not hold. Write &lt; for the character < itself."},
	{"invalid characters between </", "", "An end tag holds only a name. Write > right after it."},
	{"expected target name after <?", "<", "Here <? is not followed by a name. Take it out."},
	{"invalid sequence <!- not part of <!--", "<", "A comment begins with <!-- and ends with -->."},
	{`invalid sequence "--" not allowed in comments`, "--", "Two hyphens may not stand within a comment. Take one out."},
	{"invalid <![ sequence", "<", "A CDATA section begins with <![CDATA[ in capitals and ends with ]]>."},
	{"expected /> in element", "/", "A start tag holds a / that is not followed by >. Write /> or put the value in quotes."},
	{"expected attribute name in element", "", "A start tag holds something that is no attribute. Write name=\"value\", and close the tag with >."},
	{"attribute name without = in element", "", "An attribute has no value. Write name=\"value\"."},
	{"unquoted or missing attribute value", "", "The value of an attribute is not in quotes. Write name=\"value\"."},
	{"unescaped ]]> not in CDATA section", "]]>", "Text may not hold ]]>. Write ]]&gt;."},
	{"unescaped < inside quoted string", "", "The value of an attribute holds <. Close its quotes, or write &lt; for the character itself."},
	{"invalid character entity", "&", "Here & begins no entity that XML knows. Write &amp; for the character itself, in URLs too."},
	{"illegal character code", "&", "A reference names a character that XML does not allow. Take it out."},
}

// diagnose returns the problem for the error of encoding/xml in the token that begins at the
// offset.
func (r *reader) diagnose(begin int, err error) Problem {
	begun := r.text[begin:]
	if strings.HasPrefix(begun, "<!DOCTYPE") {
		return r.refuse(begin, len("<!DOCTYPE"), "A document type is not accepted. Take <!DOCTYPE …> out.")
	}
	if strings.HasPrefix(begun, "<?xml") && begin > 0 {
		return r.refuse(begin, len("<?xml"), misplacedDeclaration)
	}
	var syntax *xml.SyntaxError
	if !errors.As(err, &syntax) {
		return r.refuse(begin, 0, "The document is not well-formed XML: %s.", quote.Place(err.Error()))
	}
	for _, c := range cures {
		if strings.HasPrefix(syntax.Msg, c.symptom) {
			noticed := int(r.xml.InputOffset())
			at := strings.LastIndex(r.text[begin:noticed], c.mark)
			if c.mark == "" || at < 0 {
				return r.refuse(max(begin, noticed-1), 1, "%s", c.cure)
			}
			return r.refuse(begin+at, len(c.mark), "%s", c.cure)
		}
	}
	if strings.HasPrefix(syntax.Msg, "unexpected EOF") {
		return r.unfinished(begin)
	}
	return r.refuse(begin, 0, "The document is not well-formed XML: %s.", quote.Place(syntax.Msg))
}

// unfinished returns the problem of a document that ends inside the token that begins there.
func (r *reader) unfinished(begin int) Problem {
	what, end := "tag", ">"
	switch begun := r.text[begin:]; {
	case strings.HasPrefix(begun, "<!--"):
		what, end = "comment", "-->"
	case strings.HasPrefix(begun, "<![CDATA["):
		what, end = "CDATA section", "]]>"
	case strings.HasPrefix(begun, "<?"):
		what, end = "processing instruction", "?>"
	case !strings.HasPrefix(begun, "<"):
		what, end = "reference (&)", ";"
	}
	line := r.at.span(begin, 0).Line
	return r.refuse(len(r.text), 0, "The document ends within the %s of line %d. End it with %s.", what, line, end)
}
