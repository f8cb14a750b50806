package twiml

import (
	"strconv"
	"strings"
)

// nextAttribute finds the first attribute in the rest of a start tag that encoding/xml has
// accepted. It returns the attribute's offset and length and the text after it.
func nextAttribute(tag string) (offset, length int, after string) {
	offset = len(tag) - len(strings.TrimLeft(tag, space))
	equals := strings.IndexByte(tag, '=')
	value := strings.TrimLeft(tag[equals+1:], space)
	end := 1 + strings.IndexByte(value[1:], value[0]) + 1
	after = value[end:]
	return offset, len(tag) - len(after) - offset, after
}

// repeated returns the first attribute that repeats an earlier name, or nil.
//
// XML 1.0 §3.1, well-formedness constraint: Unique Att Spec
func repeated(attrs []attribute) *attribute {
	if len(attrs) < 2 {
		return nil
	}
	seen := make(map[string]bool, len(attrs))
	for i := range attrs {
		if seen[attrs[i].name] {
			return &attrs[i]
		}
		seen[attrs[i].name] = true
	}
	return nil
}

// surrogate reports whether raw refers to half of a UTF-16 pair, as in "&#xD83C;". encoding/xml
// decodes it as U+FFFD, so value then contains one.
//
// XML 1.0 §4.1, well-formedness constraint: Legal Character
func surrogate(value, raw string) bool {
	if !strings.Contains(value, "\uFFFD") {
		return false
	}
	for {
		_, after, found := strings.Cut(raw, "&#")
		if !found {
			return false
		}
		number, rest, _ := strings.Cut(after, ";")
		base := 10
		if hex, ok := strings.CutPrefix(number, "x"); ok {
			number, base = hex, 16
		}
		if n, err := strconv.ParseUint(number, base, 32); err == nil && 0xD800 <= n && n <= 0xDFFF {
			return true
		}
		raw = rest
	}
}
