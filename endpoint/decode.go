package endpoint

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/repli-sms/repli"
)

// MaxBody is the largest request body read, in bytes.
const MaxBody = 1 << 20

// A decoder knows which part of a request goes into which field of a struct.
type decoder struct {
	path, query []field
	body        []int  // index of the field the body goes into, or nil
	kind        string // json or text
}

type field struct {
	index []int
	name  string
}

// plan reads the tags of In. A tag it does not know is a mistake of the programmer, who
// hears of it when the server starts.
func plan[In any]() decoder {
	var d decoder
	t := reflect.TypeFor[In]()
	for _, f := range reflect.VisibleFields(t) {
		if f.Anonymous {
			continue // its fields are visible themselves
		}
		if name, ok := f.Tag.Lookup("path"); ok {
			d.path = append(d.path, field{f.Index, name})
		} else if name, ok := f.Tag.Lookup("query"); ok {
			d.query = append(d.query, field{f.Index, name})
		} else if d.kind, ok = f.Tag.Lookup("body"); ok {
			d.body = f.Index
		} else {
			panic(fmt.Sprintf("endpoint: field %s of %s has no tag", f.Name, t))
		}
	}
	return d
}

// decode fills in, a pointer to the struct planned for, from the request.
func (d decoder) decode(w http.ResponseWriter, r *http.Request, in any) error {
	v := reflect.ValueOf(in).Elem()
	for _, f := range d.path {
		v.FieldByIndex(f.index).SetString(r.PathValue(f.name))
	}
	if err := d.decodeQuery(r, v); err != nil {
		return err
	}
	if d.body == nil {
		return nil
	}
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

func (d decoder) decodeQuery(r *http.Request, v reflect.Value) error {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return &repli.Error{Code: 20422, Detail: "The query string is not well-formed", Err: err}
	}
	for name, values := range query {
		i := slices.IndexFunc(d.query, func(f field) bool { return f.name == name })
		if i < 0 {
			return repli.Errorf(20422, "There is no query parameter %q here%s", clip(name), d.queryNames())
		}
		if len(values) > 1 {
			return repli.Errorf(20422, "The query parameter %s is given %d times", name, len(values))
		}
		if err := setQuery(v.FieldByIndex(d.query[i].index), name, values[0]); err != nil {
			return err
		}
	}
	return nil
}

// queryNames ends the sentence about an unknown parameter with those that are known.
func (d decoder) queryNames() string {
	if len(d.query) == 0 {
		return ""
	}
	var names []string
	for _, f := range d.query {
		names = append(names, f.name)
	}
	return "; there is " + strings.Join(names, ", ")
}

func setQuery(v reflect.Value, name, value string) error {
	if v.Kind() == reflect.String {
		if !utf8.ValidString(value) {
			return repli.Errorf(20422, "The query parameter %s is not UTF-8", name)
		}
		v.SetString(value)
		return nil
	}
	n, err := strconv.Atoi(value)
	if err != nil {
		return repli.Errorf(20422, "The query parameter %s must be a whole number, not %q", name, clip(value))
	}
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.ValueOf(&n))
		return nil
	}
	v.SetInt(int64(n))
	return nil
}

// wantJSON refuses a body that is announced as anything but JSON. A browser sends other
// types to any site without asking, so a missing type is refused too.
func wantJSON(r *http.Request) error {
	given := r.Header.Get("Content-Type")
	kind, _, err := mime.ParseMediaType(given)
	switch {
	case given == "":
		return repli.Errorf(20422, "Send the body as Content-Type: application/json")
	case err != nil || kind != "application/json":
		return repli.Errorf(20422, "Send the body as Content-Type: application/json, not %s", clip(given))
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

// clip shortens outside text for a sentence.
func clip(s string) string {
	const most = 64
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
