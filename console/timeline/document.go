package timeline

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/twiml"
)

// A document is the body of an answer, with each problem at its place.
type document struct {
	Numbers string // of its lines, each on one
	Pieces  []piece
	Flaws   []flaw
	Empty   bool
}

// A piece is some of a document's text. With a level it is underlined.
type piece struct {
	Text  string
	Level twiml.Level
	ID    string // of what is underlined
}

// A flaw is a problem of a document, at a line and, if it is known, a column.
type flaw struct {
	Line, Column int
	Code         int
	Level        twiml.Level
	Message      string
	ID           string // of the piece that is underlined for it, or ""

	offset, length int // in bytes of the text; no length is no place
}

// read returns the document an attempt brought.
func read(a repli.Attempt) document {
	text := strings.TrimPrefix(strings.ToValidUTF8(string(a.Body), "\uFFFD"), "\uFEFF")
	if text == "" {
		return document{Empty: true}
	}
	flaws := flawsOf(a, text)
	all := pieces(plain(text), flaws, string(a.SID))
	return document{Numbers: lineNumbers(text), Pieces: all, Flaws: flaws}
}

// plain returns a text with a sign for each character that changes the direction of what
// follows, so that the text is seen as it is written. Each takes as many bytes.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case '\u202A' <= r && r <= '\u202E', '\u2066' <= r && r <= '\u2069', r == '\u200E', r == '\u200F':
			return '⇄'
		}
		return r
	}, text)
}

// flawsOf returns the frame.Problems of an attempt's document. What the attempt failed with is one of
// them, if it has a place; the others are warnings, which are not kept, but found again.
func flawsOf(a repli.Attempt, text string) []flaw {
	var found []flaw
	if a.Step != repli.StepLastResort && strings.HasPrefix(strings.TrimSpace(text), "<") {
		for _, p := range twiml.Parse([]byte(text)).Problems {
			found = append(found, flaw{
				Line: p.Line, Column: p.Column, Code: p.Code, Level: p.Level, Message: p.Message, offset: p.Offset, length: p.Length,
			})
		}
	}
	if a.ErrorCode == 0 {
		return placedIn(text, warnings(found))
	}
	if a.Line == 0 {
		return nil
	}
	for _, f := range found {
		if f.Code == a.ErrorCode && f.Line == a.Line {
			return placedIn(text, found)
		}
	}
	own := flaw{Line: a.Line, Column: a.Column, Code: a.ErrorCode, Level: twiml.Error, Message: a.ErrorDetail}
	own.offset, own.length = place(text, a.Line, a.Column)
	return placedIn(text, []flaw{own})
}

// warnings returns the flaws of a document that was used: it had no errors.
func warnings(all []flaw) []flaw {
	for _, f := range all {
		if f.Level == twiml.Error {
			return nil // it is no TwiML, or was cut off
		}
	}
	return all
}

// placedIn keeps the places of flaws within a text.
func placedIn(text string, all []flaw) []flaw {
	for i := range all {
		f := &all[i]
		f.offset = min(max(f.offset, 0), len(text))
		f.length = min(max(f.length, 0), len(text)-f.offset)
		if f.length == 0 {
			f.offset, f.length = place(text, f.Line, f.Column)
		}
	}
	return all
}

// place returns what to underline for a line and a column, both from 1: what stands there, to
// the end of the tag or of the line. Without a column it is all of the line.
func place(text string, line, column int) (offset, length int) {
	for range line - 1 {
		end := strings.IndexByte(text[offset:], '\n')
		if end < 0 {
			return len(text), 0
		}
		offset += end + 1
	}
	rest, _, _ := strings.Cut(text[offset:], "\n")
	rest = strings.TrimSuffix(rest, "\r")
	for i := 1; i < column && rest != ""; i++ {
		_, size := utf8.DecodeRuneInString(rest)
		offset, rest = offset+size, rest[size:]
	}
	if end := strings.IndexByte(rest, '>'); column > 0 && end >= 0 {
		rest = rest[:end+1]
	}
	return offset, len(rest)
}

// pieces cuts a text where underlined parts begin and end. Those that overlap are underlined
// once, as the first one.
func pieces(text string, flaws []flaw, name string) []piece {
	var all []piece
	at := 0
	for i := range flaws {
		f := &flaws[i]
		if f.length == 0 || f.offset < at {
			continue
		}
		from, to := f.offset, f.offset+f.length
		for from > at && !utf8.RuneStart(text[from]) {
			from--
		}
		for to < len(text) && !utf8.RuneStart(text[to]) {
			to++
		}
		if from > at {
			all = append(all, piece{Text: text[at:from]})
		}
		f.ID = fmt.Sprintf("%s-%d", name, i)
		all = append(all, piece{text[from:to], f.Level, f.ID})
		at = to
	}
	if at < len(text) {
		all = append(all, piece{Text: text[at:]})
	}
	return all
}

// lineNumbers returns the numbers of a text's lines, each on a line.
func lineNumbers(text string) string {
	var b strings.Builder
	for i := range strings.Count(strings.TrimSuffix(text, "\n"), "\n") + 1 {
		b.WriteString(strconv.Itoa(i + 1))
		b.WriteByte('\n')
	}
	return b.String()
}
