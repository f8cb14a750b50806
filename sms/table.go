package sms

import (
	"strconv"
	"strings"
)

// rows returns the fields of each line of an embedded table; lines that begin with # are
// comments.
func rows(tsv string) [][]string {
	var out [][]string
	for line := range strings.Lines(tsv) {
		if !strings.HasPrefix(line, "#") {
			out = append(out, strings.Split(strings.TrimRight(line, "\n"), "\t"))
		}
	}
	return out
}

// codePoint parses a code point of an embedded table, written as U+00E9.
func codePoint(s string) rune {
	n, err := strconv.ParseUint(strings.TrimPrefix(s, "U+"), 16, 32)
	if err != nil {
		panic("sms: bad row in an embedded table: " + err.Error())
	}
	return rune(n)
}
