package endpoint

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/quote"
)

// decodeJSON decodes one JSON value into into, a pointer. Errors name line and column. It rejects
// bad syntax, data after the value, unknown, duplicate and missing fields, values of the wrong
// kind, and NUL in a text.
func decodeJSON(body []byte, into any) error {
	if !utf8.Valid(body) {
		return repli.Errorf(20422, "The body is not UTF-8")
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return repli.Errorf(20422, "The body is empty; it must be a JSON object")
	}
	w := walk{body: body, dec: json.NewDecoder(bytes.NewReader(body))}
	w.dec.UseNumber()
	if err := w.value(reflect.TypeOf(into).Elem(), "The body"); err != nil {
		return err
	}
	if rest := bytes.TrimSpace(body[w.dec.InputOffset():]); len(rest) > 0 {
		return at(body, bytes.LastIndex(body, rest), "There is something after the end of the JSON value")
	}
	if err := json.Unmarshal(body, into); err != nil {
		return &repli.Error{Code: 20422, Detail: "The body is not the JSON it should be", Err: err}
	}
	return nil
}

// A walk checks a JSON text against the Go type it is for: structs, slices, strings, integers,
// booleans, and pointers to them. It descends no deeper than the type does.
type walk struct {
	body  []byte
	dec   *json.Decoder
	start int // where the current token begins
}

// next returns the next token, or io.EOF after the last one.
func (w *walk) next() (json.Token, error) {
	before := int(w.dec.InputOffset())
	token, err := w.dec.Token()
	w.start = before + len(w.body[before:]) - len(bytes.TrimLeft(w.body[before:], " \t\r\n,:"))
	var syntax *json.SyntaxError
	switch {
	case err == nil || errors.Is(err, io.EOF):
		return token, err
	case errors.As(err, &syntax) && int(syntax.Offset) <= len(w.body):
		w.start = int(syntax.Offset) - 1
		return nil, w.errorf("The body is not JSON: %s", syntax)
	default:
		return nil, w.errorf("The body is not JSON: it ends too soon")
	}
}

// value checks one value for type t.
func (w *walk) value(t reflect.Type, name string) error {
	token, err := w.next()
	if err != nil {
		return w.unexpected(err)
	}
	nullable := t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch token := token.(type) {
	case nil:
		if nullable {
			return nil
		}
	case json.Delim:
		if token == '{' && t.Kind() == reflect.Struct {
			return w.object(t)
		}
		if token == '[' && t.Kind() == reflect.Slice {
			return w.array(t, name)
		}
	case string:
		if strings.ContainsRune(token, 0) {
			return w.errorf("%s may not hold the character U+0000", name)
		}
		if t.Kind() == reflect.String || t == reflect.TypeFor[Some]() && token == everything {
			return nil
		}
	case json.Number:
		if _, err := strconv.ParseInt(token.String(), 10, 64); err == nil && t.Kind() == reflect.Int64 {
			return nil
		}
	case bool:
		if t.Kind() == reflect.Bool {
			return nil
		}
	}
	return w.errorf("%s must be %s", name, kindName(t))
}

// object checks the fields of an object and its closing brace.
func (w *walk) object(t reflect.Type) error {
	begun := w.start
	var seen []string
	for w.dec.More() {
		token, err := w.next()
		if err != nil {
			return w.unexpected(err)
		}
		name, _ := token.(string)
		of, known := fieldOf(t, name)
		if !known {
			return w.errorf("There is no field %q here; there is %s", quote.Name(name), strings.Join(fieldNames(t), ", "))
		}
		if slices.Contains(seen, name) {
			return w.errorf("The field %q stands here twice", name)
		}
		seen = append(seen, name)
		if err := w.value(of, name); err != nil {
			return err
		}
	}
	if _, err := w.next(); err != nil {
		return w.unexpected(err)
	}
	for i := range t.NumField() {
		if f := t.Field(i); required(f) && !slices.Contains(seen, jsonName(f)) {
			return at(w.body, begun, "The field %q is missing", jsonName(f))
		}
	}
	return nil
}

// array checks the items of a list and its closing bracket.
func (w *walk) array(t reflect.Type, name string) error {
	for w.dec.More() {
		if err := w.value(t.Elem(), "Each of "+name); err != nil {
			return err
		}
	}
	_, err := w.next()
	return w.unexpected(err)
}

// unexpected turns io.EOF inside a value into an error.
func (w *walk) unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return w.errorf("The body is not JSON: it ends too soon")
	}
	return err
}

func (w *walk) errorf(format string, args ...any) error {
	return at(w.body, w.start, format, args...)
}

// fieldOf returns the type of a struct's field by its JSON name.
func fieldOf(t reflect.Type, name string) (reflect.Type, bool) {
	for i := range t.NumField() {
		if jsonName(t.Field(i)) == name {
			return t.Field(i).Type, true
		}
	}
	return nil, false
}

func fieldNames(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		names = append(names, jsonName(t.Field(i)))
	}
	return names
}

func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// required reports whether a field must be present. An absent field would otherwise be read as
// its zero value.
func required(f reflect.StructField) bool {
	_, options, _ := strings.Cut(f.Tag.Get("json"), ",")
	return options != "omitempty" && f.Type.Kind() != reflect.Pointer && f.Type.Kind() != reflect.Slice
}

// at returns error 20422 with the line and column of an offset. Columns count characters
// from 1.
func at(body []byte, offset int, format string, args ...any) error {
	before := body[:min(max(offset, 0), len(body))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
	return repli.Errorf(20422, "%s (line %d, column %d)", fmt.Sprintf(format, args...), line, column)
}

// kindName returns the JSON kind that a Go type is encoded as.
func kindName(t reflect.Type) string {
	if t == reflect.TypeFor[Some]() {
		return `a list or "all"`
	}
	switch t.Kind() {
	case reflect.String:
		return "a text"
	case reflect.Int64:
		return "a whole number"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "a list"
	default:
		return "an object"
	}
}
