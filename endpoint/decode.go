package endpoint

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/quote"
)

// MaxBody is the maximum size of a request body in bytes.
const MaxBody = 1 << 20

// A decoder maps the parts of a request to the fields of a struct.
type decoder struct {
	path, query, form, request []field

	body []int  // index of the field for the body, or nil
	kind string // json or text
}

type field struct {
	index    []int
	name     string
	prefixes []string // for a SID
	code     int      // of the error for a wrong value
}

// plan reads the tags of In. It panics on an unknown tag or an unsupported field, so that such a
// programming error shows when the server starts.
func plan[In any]() decoder {
	var d decoder
	t := reflect.TypeFor[In]()
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous {
			continue // its fields are promoted
		}
		if !d.add(f) {
			panic(fmt.Sprintf("endpoint: field %s of %s has no tag, or a type that cannot be read", f.Name, t))
		}
	}
	return d
}

// add plans one field, and reports whether its type is supported.
func (d *decoder) add(f reflect.StructField) bool {
	made := field{index: f.Index, code: 20422}
	var ok bool
	if made.name, ok = f.Tag.Lookup("path"); ok {
		made.prefixes = strings.Fields(f.Tag.Get("sid"))
		d.path = append(d.path, made)
		return f.Type.Kind() == reflect.String && (f.Type == reflect.TypeFor[repli.SID]()) == (len(made.prefixes) > 0)
	}
	if code := f.Tag.Get("code"); code != "" {
		if _, err := fmt.Sscan(code, &made.code); err != nil {
			return false
		}
	}
	if made.name, ok = f.Tag.Lookup("query"); ok {
		d.query = append(d.query, made)
		return readable(f.Type)
	}
	if made.name, ok = f.Tag.Lookup("form"); ok {
		d.form = append(d.form, made)
		return readable(f.Type)
	}
	if made.name, ok = f.Tag.Lookup("request"); ok {
		d.request = append(d.request, made)
		return f.Type.Kind() == reflect.String && (made.name == "origin" || made.name == "path" || made.name == "query")
	}
	d.kind, ok = f.Tag.Lookup("body")
	d.body = f.Index
	return ok
}

// decode fills in, a pointer to a struct of the planned type, from the request.
func (d decoder) decode(f Face, w http.ResponseWriter, r *http.Request, in any) error {
	v := reflect.ValueOf(in).Elem()
	if err := d.decodePath(r, v); err != nil {
		return err
	}
	for _, p := range d.request {
		v.FieldByIndex(p.index).SetString(f.about(r, p.name))
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return &repli.Error{Code: 20422, Detail: "The query string is not well-formed", Err: err}
	}
	if err := assign(v, "query parameter", d.query, query, f.Lenient); err != nil {
		return err
	}
	switch {
	case d.form != nil:
		return d.decodeForm(f, w, r, v)
	case d.body != nil:
		return d.decodeBody(w, r, v)
	}
	return nil
}

// decodePath fills in the wildcards. A value that is not a SID of the expected kind is error
// 20404.
func (d decoder) decodePath(r *http.Request, v reflect.Value) error {
	for _, f := range d.path {
		value := r.PathValue(f.name)
		if len(f.prefixes) > 0 {
			sid, err := repli.ParseSID(value, f.prefixes...)
			if err != nil {
				return missing(r)
			}
			value = string(sid)
		}
		v.FieldByIndex(f.index).SetString(value)
	}
	return nil
}

func (d decoder) decodeBody(w http.ResponseWriter, r *http.Request, v reflect.Value) error {
	if d.kind == "json" {
		if err := wantJSON(r); err != nil {
			return err
		}
	}
	body, err := readBody(w, r)
	if err != nil {
		return err
	}
	if d.kind == "json" {
		return decodeJSON(body, v.FieldByIndex(d.body).Addr().Interface())
	}
	v.FieldByIndex(d.body).SetString(string(body))
	return nil
}

// decodeForm reads the parameters of a form body, which may be empty.
func (d decoder) decodeForm(f Face, w http.ResponseWriter, r *http.Request, v reflect.Value) error {
	const form = "application/x-www-form-urlencoded"
	body, err := readBody(w, r)
	if err != nil || len(body) == 0 {
		return err
	}
	given := r.Header.Get("Content-Type")
	if kind, _, err := mime.ParseMediaType(given); err != nil || kind != form {
		return repli.Errorf(20422, "Send the parameters as Content-Type: %s, not %q", form, quote.Name(given))
	}
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return &repli.Error{Code: 20422, Detail: "The body is not a well-formed list of parameters", Err: err}
	}
	for _, p := range d.form {
		if slices.ContainsFunc(values[p.name], func(s string) bool { return strings.ContainsRune(s, 0) }) {
			return repli.Errorf(p.code, "The parameter %s may not hold the character U+0000", p.name)
		}
	}
	return assign(v, "parameter", d.form, values, f.Lenient)
}

// assign puts parameters into the fields of v. An unknown parameter is an error, unless lenient
// is set. what names the kind of parameter in error sentences.
func assign(v reflect.Value, what string, fields []field, given url.Values, lenient bool) error {
	for name := range given {
		if !lenient && !slices.ContainsFunc(fields, func(f field) bool { return f.name == name }) {
			return repli.Errorf(20422, "There is no %s %q here%s", what, quote.Name(name), names(fields))
		}
	}
	for _, f := range fields {
		values, ok := given[f.name]
		if !ok {
			continue
		}
		if fault := set(v.FieldByIndex(f.index), values); fault != "" {
			return repli.Errorf(f.code, "The %s %s %s", what, f.name, fault)
		}
	}
	return nil
}

// names lists the known parameters, as the end of the sentence about an unknown one.
func names(fields []field) string {
	if len(fields) == 0 {
		return ""
	}
	var all []string
	for _, f := range fields {
		all = append(all, f.name)
	}
	return "; there is " + strings.Join(all, ", ")
}

// wantJSON refuses a body whose Content-Type is not JSON. It also refuses a missing type:
// browsers send other types across sites without a preflight request.
func wantJSON(r *http.Request) error {
	given := r.Header.Get("Content-Type")
	kind, _, err := mime.ParseMediaType(given)
	switch {
	case given == "":
		return repli.Errorf(20422, "Send the body as Content-Type: application/json")
	case err != nil || kind != "application/json":
		return repli.Errorf(20422, "Send the body as Content-Type: application/json, not %s", quote.Name(given))
	}
	return nil
}

func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxBody))
	if err != nil {
		return nil, &repli.Error{Code: 20422, Detail: "The body ended too soon", Err: err}
	}
	return body, nil
}
