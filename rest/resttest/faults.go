package resttest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// faults returns where a value is not what its schema says. It knows the parts of OpenAPI 3.0
// that the documents use for answers. Fields that are missing and fields that are not described
// are faults too.
func faults(doc object, schema, v any, where string) []string {
	s, _ := deref(doc, schema).(object)
	if v == nil {
		if s["nullable"] == true || len(s) == 0 {
			return nil
		}
		return []string{where + " is null"}
	}
	if want, ok := s["type"].(string); ok && !isOf(want, v) {
		return []string{fmt.Sprintf("%s is %v, which is not of type %s", where, v, want)}
	}
	if enum, ok := s["enum"].([]any); ok && !slices.Contains(enum, v) {
		return []string{fmt.Sprintf("%s is %v, none of %v", where, v, enum)}
	}
	var found []string
	switch v := v.(type) {
	case string:
		found = textFaults(s, v, where)
	case []any:
		for i, item := range v {
			found = append(found, faults(doc, s["items"], item, fmt.Sprintf("%s[%d]", where, i))...)
		}
	case object:
		properties, _ := s["properties"].(object)
		for name, of := range properties {
			if value, ok := v[name]; ok {
				found = append(found, faults(doc, of, value, where+"."+name)...)
			} else {
				found = append(found, fmt.Sprintf("%s has no %s", where, name))
			}
		}
		for name := range v {
			if _, ok := properties[name]; !ok && len(properties) > 0 {
				found = append(found, fmt.Sprintf("%s has a field %s that Twilio does not have", where, name))
			}
		}
	}
	return found
}

func isOf(want string, v any) bool {
	switch v := v.(type) {
	case string:
		return want == "string"
	case bool:
		return want == "boolean"
	case float64:
		return want == "number" || want == "integer" && v == float64(int64(v))
	case []any:
		return want == "array"
	default:
		return want == "object"
	}
}

// textFaults returns what is wrong with the form of a text.
func textFaults(s object, v, where string) (found []string) {
	fault := func(what any) { found = append(found, fmt.Sprintf("%s is %q, which is not %v", where, v, what)) }
	if pattern, ok := s["pattern"].(string); ok && !regexp.MustCompile(pattern).MatchString(v) {
		fault(pattern)
	}
	n := float64(utf8.RuneCountInString(v))
	if least, ok := s["minLength"].(float64); ok && n < least {
		fault(fmt.Sprintf("at least %v long", least))
	}
	if most, ok := s["maxLength"].(float64); ok && n > most {
		fault(fmt.Sprintf("at most %v long", most))
	}
	if format, ok := s["format"].(string); ok && !formed(format, v) {
		fault(format)
	}
	return found
}

// formed reports whether a text has a format of Twilio's. Those it does not know allow any.
func formed(format, v string) bool {
	layout := map[string]string{
		"date-time-rfc-2822": time.RFC1123Z, // npm twilio reads two digits of the day, and +0000
		"date-time":          "2006-01-02T15:04:05Z",
		"date":               time.DateOnly,
	}[format]
	switch {
	case layout != "":
		t, err := time.Parse(layout, v)
		return err == nil && t.UTC().Format(layout) == v
	case format == "http-method":
		return v == "GET" || v == "POST"
	case format == "uri":
		return v == "" || strings.HasPrefix(v, "/") || strings.Contains(v, "://")
	}
	return true
}
