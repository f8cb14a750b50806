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

// commands reports whether a character may command a terminal, or show text in another order than
// it is in: control characters but for line ends and tabs, and those of bidirectional text.
func commands(r rune) bool {
	return r != '\n' && r != '\t' && unicode.In(r, unicode.Cc, unicode.Bidi_Control)
}

// visible returns a sentence for one line of a report: what handlers say, and it repeats, neither
// commands a terminal nor ends the line.
func visible(sentence string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || commands(r) {
			return unicode.ReplacementChar
		}
		return r
	}, sentence)
}

// A screen is a terminal that is shown what strangers wrote: what would command it is replaced by
// U+FFFD.
type screen struct {
	to io.Writer

	mu   sync.Mutex // the log is written beside other things
	rest []byte     // the beginning of a character whose end has not been written yet
}

// onScreen returns w as a [screen] if it is a terminal. Others get every byte as it is, because a
// program that reads it may want to know.
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
		return r // of what is no character too, which strings.Map reads as U+FFFD
	}, string(text[:end]))
	if _, err := io.WriteString(s.to, shown); err != nil {
		return 0, err
	}
	return len(p), nil
}
