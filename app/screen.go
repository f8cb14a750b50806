package app

import (
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// commands reports whether a character can control a terminal or change the order of the text:
// control characters other than line ends and tabs, and those of bidirectional text.
func commands(r rune) bool {
	return r != '\n' && r != '\t' && unicode.In(r, unicode.Cc, unicode.Bidi_Control)
}

// visible returns a sentence that contains untrusted text, on one line and without characters
// that control a terminal.
func visible(sentence string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || commands(r) {
			return unicode.ReplacementChar
		}
		return r
	}, sentence)
}

// A screen writes untrusted text to a terminal, with U+FFFD in place of control characters.
type screen struct {
	to io.Writer

	mu   sync.Mutex // the log may be written concurrently
	rest []byte     // the beginning of an incomplete character
}

// onScreen returns w as a [screen] if it is a terminal. Other writers get every byte unchanged,
// for programs.
func onScreen(w io.Writer) io.Writer {
	file, ok := w.(*os.File)
	if !ok {
		return w
	}
	if info, err := file.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return w
	}
	return &screen{to: w}
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := slices.Concat(s.rest, p)
	end := len(text)
	for back := 1; back < utf8.UTFMax && back <= len(text); back++ {
		if at := len(text) - back; utf8.RuneStart(text[at]) {
			if !utf8.FullRune(text[at:]) {
				end = at
			}
			break
		}
	}
	s.rest = slices.Clone(text[end:])
	shown := strings.Map(func(r rune) rune {
		if commands(r) {
			return unicode.ReplacementChar
		}
		return r // U+FFFD also stands for invalid UTF-8, which strings.Map decodes as such
	}, string(text[:end]))
	if _, err := io.WriteString(s.to, shown); err != nil {
		return 0, err
	}
	return len(p), nil
}
