// Package quote shortens what others wrote for a sentence of ours: an alert, an error, a line of the
// log. A handler, a carrier or a caller may choose a name, a type or a URL of 64 kB; a sentence
// holds the beginning of it.
package quote

import (
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"
)

// The maximum lengths in bytes.
const (
	MaxName     = 64   // of a name or a value
	MaxPlace    = 128  // of a URL, a host, or what a library says
	MaxArgument = 1024 // of any argument of [Sprintf], whatever it is
)

// Name returns a name or a value that a sentence holds, at most MaxName bytes of it.
func Name(s string) string { return Clip(s, MaxName) }

// Place returns a URL, a host or a description that a sentence holds, at most MaxPlace bytes of it.
func Place(s string) string { return Clip(s, MaxPlace) }

// Clip returns s if it has at most n bytes, and otherwise the characters that lie whole within the
// first n, followed by "…". Bytes that are no UTF-8 are left out of what is cut.
func Clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

// Sprintf is [fmt.Sprintf], except that it clips each argument whose text is longer than MaxArgument
// bytes: a string of any type, an error, or a [fmt.Stringer]. It holds a sentence within bounds where
// an argument was not clipped before.
func Sprintf(format string, args ...any) string {
	for i, a := range args {
		if text, ok := textOf(a); ok && len(text) > MaxArgument {
			args[i] = Clip(text, MaxArgument)
		}
	}
	return fmt.Sprintf(format, args...)
}

// textOf returns the text of an argument that is one.
func textOf(a any) (string, bool) {
	v := reflect.ValueOf(a)
	switch {
	case v.Kind() == reflect.Pointer && v.IsNil():
		return "", false
	case v.Kind() == reflect.String:
		return v.String(), true
	}
	switch a := a.(type) {
	case error:
		return a.Error(), true
	case fmt.Stringer:
		return a.String(), true
	case []byte:
		return string(a), true
	default:
		return "", false
	}
}
