package rest

import (
	"iter"
	"strings"

	"github.com/repli-sms/repli"
)

// A pattern is a part of a number; a * stands for any one digit.
type pattern string

// parsePattern reads a pattern, in which letters stand for the digits of their keys.
//
// twilio: phone-numbers/api/availablephonenumberlocal-resource, Contains
func parsePattern(s string) (pattern, error) {
	const letters, keys = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999"
	var p strings.Builder
	for i, r := range strings.ToUpper(s) {
		switch at := strings.IndexRune(letters, r); {
		case at >= 0:
			p.WriteByte(keys[at])
		case '0' <= r && r <= '9', r == '*', r == '+' && i == 0:
			p.WriteRune(r)
		default:
			return "", repli.Errorf(20422, "Contains may hold digits, letters and *, not %q", r)
		}
	}
	return pattern(p.String()), nil
}

// in reports whether the number holds the pattern.
func (p pattern) in(number string) bool {
	for at := range len(number) - len(p) + 1 {
		if p.at(number[at:]) {
			return true
		}
	}
	return false
}

// at reports whether the number, which is long enough, begins with the pattern.
func (p pattern) at(number string) bool {
	for i := range len(p) {
		if p[i] != '*' && p[i] != number[i] {
			return false
		}
	}
	return true
}

// among returns those of the numbers that hold the pattern.
func (p pattern) among(numbers iter.Seq[string]) iter.Seq[string] {
	return func(yield func(string) bool) {
		for number := range numbers {
			if p.in(number) && !yield(number) {
				return
			}
		}
	}
}
