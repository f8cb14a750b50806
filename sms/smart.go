package sms

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed smart-encoding.tsv
var smartEncodingTSV string

// smartReplacements maps a character to its replacement in GSM-7, "" if it is dropped.
var smartReplacements = sync.OnceValue(func() map[rune]string {
	table := make(map[rune]string)
	for _, f := range rows(smartEncodingTSV) {
		var to strings.Builder
		for point := range strings.FieldsSeq(f[1]) {
			to.WriteRune(codePoint(point))
		}
		table[codePoint(f[0])] = to.String()
	}
	return table
})

// SmartEncode replaces the characters of body that prevent GSM-7 encoding and have a plain
// equivalent: quotes, dashes, spaces, fullwidth letters, control characters. It keeps emoji and
// other scripts. Invalid UTF-8 becomes U+FFFD, as in Measure, so that dropping a character never
// joins the bytes around it into a third one.
//
// twilio: messaging/services#smart-encoding
func SmartEncode(body string) string {
	table := smartReplacements()
	var out strings.Builder
	done := 0 // number of bytes of body already in out
	for at := 0; at < len(body); {
		r, size := utf8.DecodeRuneInString(body[at:])
		to, found := table[r]
		if r == utf8.RuneError {
			to, found = string(r), true
		}
		if found {
			out.WriteString(body[done:at])
			out.WriteString(to)
			done = at + size
		}
		at += size
	}
	if done == 0 {
		return body
	}
	out.WriteString(body[done:])
	return out.String()
}
