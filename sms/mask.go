package sms

import "strings"

// The least and the most digits of a phone number in E.164. One without its + is taken for a phone
// number only if it is at least bareDigits long, because dates, sizes and codes are digits too.
//
// ITU-T E.164 §6.2.1
const (
	fewestDigits = 7
	bareDigits   = 10
	mostDigits   = 15
)

// Mask returns text with every phone number in it masked: +15557770001 becomes +1555•••0001. It
// knows numbers in E.164, also with the + percent-encoded as in URLs, or left out. Digits that are
// part of a longer word, such as those of a SID, stay.
func Mask(text string) string {
	var b strings.Builder
	done := 0 // text up to here is in b
	for at := 0; at < len(text); at++ {
		end := at
		for end < len(text) && isDigit(text[end]) {
			end++
		}
		if isPhone(text, at, end) {
			b.WriteString(text[done:at])
			maskDigits(&b, text[at:end])
			done = end
		}
		at = end
	}
	if done == 0 {
		return text
	}
	b.WriteString(text[done:])
	return b.String()
}

// isPhone reports whether the digits of text from start to end may be a phone number.
func isPhone(text string, start, end int) bool {
	n := end - start
	switch {
	case n < fewestDigits, n > mostDigits, end < len(text) && isWord(text[end]):
		return false
	case followsPlus(text[:start]):
		return true
	}
	return n >= bareDigits && (start == 0 || !isWord(text[start-1]))
}

// followsPlus reports whether what comes after before comes after a +, encoded once, twice or not.
func followsPlus(before string) bool {
	for _, plus := range []string{"+", "%2B", "%2b", "%252B", "%252b"} {
		if strings.HasSuffix(before, plus) {
			return true
		}
	}
	return false
}

// maskDigits writes the digits of a number with those in the middle replaced, three at least.
func maskDigits(b *strings.Builder, digits string) {
	last := len(digits) - 4
	b.WriteString(digits[:min(4, last-3)])
	b.WriteString("•••")
	b.WriteString(digits[last:])
}

// isWord reports whether a byte belongs to the same word as a digit beside it.
func isWord(c byte) bool { return isDigit(c) || isLetter(c) || c == '_' }

// Spellings returns how a phone number in E.164 is written in texts and URLs. One that is short is
// looked for with its + only, because its digits alone may be anything.
func Spellings(phone string) []string {
	digits := strings.TrimPrefix(phone, "+")
	if len(digits) >= bareDigits {
		return []string{digits}
	}
	return []string{"+" + digits, "%2B" + digits, "%2b" + digits}
}

// Strike returns text with every digit of a phone number in E.164 replaced by X, where it has the
// number in one of its [Spellings].
func Strike(text, phone string) string {
	digits := strings.TrimPrefix(phone, "+")
	for _, spelling := range Spellings(phone) {
		text = strings.ReplaceAll(text, spelling, strings.TrimSuffix(spelling, digits)+strings.Repeat("X", len(digits)))
	}
	return text
}
