package repli

import (
	"strings"
	"unicode"

	"github.com/repli-sms/repli/sms"
)

// maxFriendlyName is the longest friendly name, in UTF-16 units.
const maxFriendlyName = 64

// CheckFriendlyName returns an *Error with code 20002 when a name cannot stand for a number
// or a bin in lists and logs: it is empty, too long, no text, or holds a character that
// breaks the line or turns the direction of what follows it.
func CheckFriendlyName(name string) error {
	if n := sms.Characters(name); n < 1 || n > maxFriendlyName {
		return Errorf(20002, "The friendly name must have 1 to %d characters; it has %d", maxFriendlyName, n)
	}
	if !validText(name) {
		return Errorf(20002, "The friendly name is not UTF-8 text")
	}
	if i := strings.IndexFunc(name, misleads); i >= 0 {
		r := []rune(name[i:])[0]
		return Errorf(20002, "The friendly name may not hold the character U+%04X: it would mislead who reads it in a list", r)
	}
	return nil
}

// misleads tells whether a character does something to the text around it: a control
// character, or an embedding, override or isolate of writing direction.
//
// Unicode UAX #9 §2
func misleads(r rune) bool {
	return unicode.IsControl(r) || '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069'
}
