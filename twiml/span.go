package twiml

import "unicode/utf8"

// A Span is a part of a document.
type Span struct {
	// Line and Column are its start, both counted from 1. Columns count characters, a tab being
	// one; CR, LF and CRLF each end a line.
	Line, Column int

	// Offset and Length are in bytes of the document as UTF-8, without the byte order mark.
	Offset, Length int
}

// A cursor converts offsets to lines and columns. If offsets are in ascending order, it reads the
// text only once.
type cursor struct {
	text         string
	offset       int
	line, column int
}

func newCursor(text string) cursor {
	return cursor{text: text, line: 1, column: 1}
}

// span returns the span of length bytes at offset.
func (c *cursor) span(offset, length int) Span {
	if offset < c.offset {
		*c = newCursor(c.text)
	}
	for c.offset < min(offset, len(c.text)) {
		c.step()
	}
	return Span{Line: c.line, Column: c.column, Offset: offset, Length: length}
}

// step advances by one character.
func (c *cursor) step() {
	switch b := c.text[c.offset]; {
	case b == '\n', b == '\r' && !c.follows('\n'):
		c.line, c.column = c.line+1, 1
		c.offset++
	case b < utf8.RuneSelf:
		c.column++
		c.offset++
	default:
		_, size := utf8.DecodeRuneInString(c.text[c.offset:])
		c.column++
		c.offset += size
	}
}

func (c *cursor) follows(b byte) bool {
	return c.offset+1 < len(c.text) && c.text[c.offset+1] == b
}
