package twiml

import (
	"bytes"
	"encoding/binary"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"

	"github.com/repli-sms/repli/quote"
)

// declaration matches an XML declaration and captures its version and its encoding, quoted.
//
// XML 1.0 §2.8 [23], §4.3.3 [80]
var declaration = regexp.MustCompile(`^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*("[^"<]*"|'[^'<]*')` +
	`(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*("[A-Za-z][A-Za-z0-9._-]*"|'[A-Za-z][A-Za-z0-9._-]*'))?` +
	`(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"yes"|"no"|'yes'|'no'))?[ \t\r\n]*\?>`)

// usual lists the most common declarations and their encodings, because matching the regular
// expression takes as long as the rest of decoding.
var usual = [...]struct{ declaration, encoding string }{
	{`<?xml version="1.0" encoding="UTF-8"?>`, "UTF-8"},
	{`<?xml version="1.0" encoding="utf-8"?>`, "utf-8"},
	{`<?xml version="1.0"?>`, ""},
}

const writeDeclaration = `Write <?xml version="1.0" encoding="UTF-8"?>.`

// decode returns the document as UTF-8 without a byte order mark, or the problem because of which
// it cannot be decoded. The byte order mark and the declaration must agree.
func decode(src []byte) (string, *Problem) {
	if order := utf16Order(src); order != nil {
		return decodeUTF16(src, order)
	}
	rest, marked := bytes.CutPrefix(src, []byte("\xEF\xBB\xBF"))
	text := string(rest)
	name, problem := declaredEncoding(text)
	if problem != nil {
		return "", problem
	}
	if name == "" || strings.EqualFold(name, "UTF-8") || strings.EqualFold(name, "UTF8") {
		return text, unreadable(text, "UTF-8", true)
	}
	if marked || strings.HasPrefix(strings.ToUpper(name), "UTF-16") {
		p := whole.problem(malformed, "The XML declaration says %s, but the document is not in it. %s", quote.Name(name), writeDeclaration)
		return "", &p
	}
	enc := encodingNamed(name)
	if enc == nil {
		p := whole.problem(malformed, "The encoding %s in the XML declaration is not known. %s", quote.Name(name), writeDeclaration)
		return "", &p
	}
	out, err := enc.NewDecoder().Bytes(rest)
	if err != nil {
		p := whole.problem(malformed, "The document is not in %s, which its XML declaration says: %v.", quote.Name(name), err)
		return "", &p
	}
	return string(out), unreadable(string(out), name, false)
}

// whole is the position of a problem with the whole document.
var whole = Span{Line: 1, Column: 1}

// declaredEncoding returns the encoding of the XML declaration, or "" if there is none.
func declaredEncoding(text string) (string, *Problem) {
	after, ok := strings.CutPrefix(text, "<?xml")
	if !ok || after != "" && !strings.ContainsRune(" \t\r\n?", rune(after[0])) {
		return "", nil
	}
	for _, u := range usual {
		if strings.HasPrefix(text, u.declaration) {
			return u.encoding, nil
		}
	}
	found := declaration.FindStringSubmatch(text)
	if found == nil {
		p := whole.problem(malformed, "The XML declaration cannot be read. %s", writeDeclaration)
		return "", &p
	}
	if version := found[1]; version != `"1.0"` && version != `'1.0'` {
		p := whole.problem(malformed, "The XML declaration asks for XML version %s; there is only 1.0. %s", quote.Name(version), writeDeclaration)
		return "", &p
	}
	return strings.Trim(found[2], `"'`), nil
}

// encodingNamed returns the encoding with a name registered with IANA or common on the web, or
// nil.
func encodingNamed(name string) encoding.Encoding {
	if enc, err := ianaindex.IANA.Encoding(name); err == nil && enc != nil {
		return enc
	}
	if enc, err := htmlindex.Get(name); err == nil {
		return enc
	}
	return nil
}

// utf16Order returns the byte order of a document in UTF-16, or nil for other encodings. UTF-16
// begins with a byte order mark or an ASCII character.
//
// XML 1.0 appendix F.1
func utf16Order(src []byte) binary.ByteOrder {
	if len(src) < 2 {
		return nil
	}
	switch {
	case src[0] == 0xFE && src[1] == 0xFF, src[0] == 0 && src[1] == '<':
		return binary.BigEndian
	case src[0] == 0xFF && src[1] == 0xFE, src[0] == '<' && src[1] == 0:
		return binary.LittleEndian
	}
	return nil
}

func decodeUTF16(src []byte, order binary.ByteOrder) (string, *Problem) {
	if len(src)%2 != 0 {
		p := whole.problem(malformed, "The document is in UTF-16 and ends in the middle of a character. Send it whole.")
		return "", &p
	}
	units := make([]uint16, len(src)/2)
	for i := range units {
		units[i] = order.Uint16(src[2*i:])
	}
	text := strings.TrimPrefix(string(utf16.Decode(units)), "\uFEFF")
	name, problem := declaredEncoding(text)
	if problem != nil {
		return "", problem
	}
	if name != "" && !strings.HasPrefix(strings.ToUpper(name), "UTF-16") {
		p := whole.problem(malformed, "The XML declaration says %s, but the document is in UTF-16. Write encoding=\"UTF-16\".", quote.Name(name))
		return "", &p
	}
	return text, unreadable(text, "UTF-16", false)
}

// unreadable returns the problem of the first character that XML forbids or the encoding does not
// define. In decoded text U+FFFD stands for the latter.
//
// XML 1.0 §2.2 [2]
func unreadable(text, encoding string, original bool) *Problem {
	for i, r := range text {
		if allowed(r) && r != utf8.RuneError {
			continue
		}
		at := newCursor(text)
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(text[i:]); original && size > 1 {
				continue
			}
			p := at.span(i, 1).problem(malformed,
				"Here stands a byte that is no character in %s. Send the document in the encoding it declares.", quote.Name(encoding))
			return &p
		}
		p := at.span(i, utf8.RuneLen(r)).problem(malformed, "The character %U is not allowed in XML. Take it out.", r)
		return &p
	}
	return nil
}

// allowed reports whether XML permits the character.
func allowed(r rune) bool {
	return r >= 0x20 && r != 0xFFFE && r != 0xFFFF || r == '\t' || r == '\n' || r == '\r'
}
