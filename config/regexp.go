package config

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"unicode/utf8"
)

// maxRegexp is the longest regular expression that is read, in bytes. Finding the place of a
// mistake takes time with the square of it.
const maxRegexp = 1000

// readRegexp says at which character a mistake begins.
func readRegexp(s string) (*regexp.Regexp, error) {
	if len(s) > maxRegexp {
		return nil, fmt.Errorf("%s has %d bytes; a regular expression may have %d here", brief(s), len(s), maxRegexp)
	}
	re, err := regexp.Compile(s)
	var wrong *syntax.Error
	if errors.As(err, &wrong) {
		return nil, fmt.Errorf("%s is not a regular expression: %s at character %d", brief(s), wrong.Code, mistake(s))
	}
	return re, err
}

// mistake returns the place, in characters from 1, of the first part of s that no regular
// expression can have there: what stands before it is one, and is none with more of s.
func mistake(s string) int {
	for end := len(s) - 1; end > 0; end-- {
		if !utf8.RuneStart(s[end]) {
			continue
		}
		if _, err := syntax.Parse(s[:end], syntax.Perl); err == nil {
			return utf8.RuneCountInString(s[:end]) + 1
		}
	}
	return 1
}
