package endpoint

import (
	"fmt"
	"reflect"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/repli-sms/repli/quote"
)

// A When is a time in a parameter: an instant or a date.
type When struct {
	time.Time      // in UTC; for a date, its start
	Day       bool // only a date was given
}

// readable reports whether a field of this type can hold a parameter.
func readable(t reflect.Type) bool {
	if t == reflect.TypeFor[*When]() {
		return true
	}
	if t.Kind() == reflect.Slice {
		return t.Elem().Kind() == reflect.String
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.String, reflect.Int, reflect.Bool:
		return true
	default:
		return false
	}
}

// set puts the values of one parameter into a field. On failure it returns the end of a sentence
// about the problem. An empty number, bool or time counts as absent.
func set(v reflect.Value, values []string) (fault string) {
	for _, value := range values {
		if !utf8.ValidString(value) {
			return "is not UTF-8"
		}
	}
	if v.Kind() == reflect.Slice {
		list := reflect.MakeSlice(v.Type(), 0, len(values))
		for _, value := range values {
			list = reflect.Append(list, reflect.ValueOf(value).Convert(v.Type().Elem()))
		}
		v.Set(list)
		return ""
	}
	if len(values) != 1 {
		return fmt.Sprintf("is given %d times", len(values))
	}
	return setOne(v, values[0])
}

func setOne(v reflect.Value, value string) (fault string) {
	if v.Kind() == reflect.Pointer {
		made := reflect.New(v.Type().Elem())
		if made.Elem().Kind() != reflect.String && value == "" {
			return ""
		}
		if fault := setOne(made.Elem(), value); fault != "" {
			return fault
		}
		v.Set(made)
		return ""
	}
	switch {
	case v.Kind() == reflect.String:
		v.SetString(value)
	case v.Type() == reflect.TypeFor[When]():
		when, ok := parseWhen(value)
		if !ok {
			return fmt.Sprintf("must be a time like 2026-03-01T09:30:00Z or a date like 2026-03-01, not %q", quote.Name(value))
		}
		v.Set(reflect.ValueOf(when))
	case v.Kind() == reflect.Bool:
		switch value {
		case "true", "True": // Python's spelling, sent by twilio-python
			v.SetBool(true)
		case "false", "False", "":
			v.SetBool(false)
		default:
			return fmt.Sprintf("must be true or false, not %q", quote.Name(value))
		}
	default:
		n, err := strconv.Atoi(value)
		if err != nil && value != "" {
			return fmt.Sprintf("must be a whole number, not %q", quote.Name(value))
		}
		v.SetInt(int64(n))
	}
	return ""
}

// parseWhen parses a time as the SDKs write it, and other common forms of ISO 8601. Without an
// offset it is UTC.
func parseWhen(s string) (When, bool) {
	if day, err := time.Parse(time.DateOnly, s); err == nil {
		return When{day, true}, true
	}
	for _, layout := range []string{
		time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04", time.DateTime,
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return When{t.UTC(), false}, true
		}
	}
	return When{}, false
}
