package quote

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Words returns the text at the beginning of s on one line, at most n bytes of it: white space of any
// length is one space, and what is no visible character or no UTF-8 is left out. It reads at most 8n
// bytes of s.
func Words(s string, n int) string {
	var b strings.Builder
	read := s[:min(len(s), 8*n)]
	space := false
	for len(read) > 0 {
		r, size := utf8.DecodeRuneInString(read)
		read = read[size:]
		switch {
		case r == utf8.RuneError && size < 2:
		case unicode.IsSpace(r):
			space = b.Len() > 0
		case !unicode.IsGraphic(r):
		default:
			if space {
				b.WriteByte(' ')
				space = false
			}
			b.WriteRune(r)
		}
		if b.Len() > n {
			return Clip(b.String(), n)
		}
	}
	return b.String()
}
