package store

import (
	"strings"

	"github.com/repli-sms/repli"
)

// headerColumn encodes header fields for the store, one line a value as on the wire. Every
// attempt has two sets of them, and JSON would take ten times as long.
func headerColumn(h repli.Header) string {
	size := 0
	for name, values := range h {
		for _, v := range values {
			size += len(name) + len(v) + len(": \n")
		}
	}
	var b strings.Builder
	b.Grow(size)
	for name, values := range h {
		for _, v := range values {
			b.WriteString(oneLine(name))
			b.WriteString(": ")
			b.WriteString(oneLine(v))
			b.WriteByte('\n')
		}
	}
	return strings.ToValidUTF8(b.String(), "\uFFFD")
}

// oneLine returns the text without line breaks. A real header field never contains one.
func oneLine(s string) string {
	clean := true
	for i := range len(s) {
		clean = clean && s[i] != '\n' && s[i] != '\r' && s[i] != 0
	}
	if clean {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == 0 {
			return ' '
		}
		return r
	}, s)
}

// readHeader is the reverse of headerColumn.
func readHeader(column string) repli.Header {
	if column == "" {
		return nil
	}
	h := repli.Header{}
	for line := range strings.Lines(column) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		h[name] = append(h[name], value)
	}
	return h
}
