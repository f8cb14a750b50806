package config

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"unicode/utf8"
)

// maxRegexp is the maximum length of a regular expression in bytes. Locating an error takes
// quadratic time.
const maxRegexp = 1000

// readRegexp parses a regular expression; its error names the character where it fails.
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

// mistake returns the position, in characters from 1, of the first part of s that is invalid:
// everything before it is a valid regular expression, and no longer prefix is.
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
