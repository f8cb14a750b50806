package native_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/repli-sms/repli/docs"
)

// description is docs/openapi.json.
var description = sync.OnceValue(func() map[string]any {
	var doc map[string]any
	if err := json.Unmarshal(docs.OpenAPI, &doc); err != nil {
		panic(err)
	}
	return doc
})

// dig returns what stands in a JSON value under these keys, nil when nothing does, and
// follows references.
func dig(v any, keys ...string) any {
	for _, key := range keys {
		object, _ := deref(v).(map[string]any)
		v = object[key]
	}
	return deref(v)
}

func deref(v any) any {
	object, _ := v.(map[string]any)
	ref, ok := object["$ref"].(string)
	if !ok {
		return v
	}
	return dig(description(), strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
}

// described fails the test when the description does not allow the answer.
func described(t *testing.T, pattern string, a answer) {
	t.Helper()
	method, path, _ := strings.Cut(pattern, " ")
	response := dig(description(), "paths", path, strings.ToLower(method), "responses", strconv.Itoa(a.status))
	if response == nil {
		t.Errorf("%s: the status %d is not described; the answer is %s", pattern, a.status, a.raw)
		return
	}
	kind := a.header.Get("Content-Type")
	media := dig(response, "content", kind)
	if (media == nil) != (kind == "") {
		t.Errorf("%s: an answer %d of type %q is not described", pattern, a.status, kind)
		return
	}
	if kind == "application/json" {
		for _, fault := range faults(dig(media, "schema"), a.json, "the answer") {
			t.Errorf("%s, %d: %s\n%s", pattern, a.status, fault, a.raw)
		}
	}
}

// faults returns where a value is not what its schema says. It knows the parts of JSON
// Schema that the description uses. Fields that are not described are faults too.
func faults(schema, v any, where string) (found []string) {
	fault := func(format string, args ...any) { found = append(found, where+" "+fmt.Sprintf(format, args...)) }
	if want := types(schema); len(want) > 0 && !slices.Contains(want, typeOf(v)) && !(typeOf(v) == "integer" && slices.Contains(want, "number")) {
		fault("is of type %s, not %v", typeOf(v), want)
		return found
	}
	if enum, ok := dig(schema, "enum").([]any); ok && !slices.Contains(enum, v) {
		fault("is %v, none of %v", v, enum)
	}
	switch v := v.(type) {
	case string:
		if pattern, ok := dig(schema, "pattern").(string); ok && !regexp.MustCompile(pattern).MatchString(v) {
			fault("is %q, which is not %s", v, pattern)
		}
	case []any:
		for i, item := range v {
			found = append(found, faults(dig(schema, "items"), item, fmt.Sprintf("%s[%d]", where, i))...)
		}
	case map[string]any:
		properties, required, any := fieldsOf(schema)
		for name := range required {
			if _, ok := v[name]; !ok {
				fault("has no %s", name)
			}
		}
		for name, field := range v {
			if of, ok := properties[name]; ok {
				found = append(found, faults(of, field, where+"."+name)...)
			} else if !any {
				fault("has an undescribed field %s", name)
			}
		}
	}
	return found
}

// fieldsOf returns the properties of an object's schema, which are required, and whether any
// other is allowed.
func fieldsOf(schema any) (properties map[string]any, required map[string]bool, more bool) {
	properties, required = map[string]any{}, map[string]bool{}
	parts, _ := dig(schema, "allOf").([]any)
	for _, part := range append(parts, schema) {
		own, _ := dig(part, "properties").(map[string]any)
		maps.Copy(properties, own)
		names, _ := dig(part, "required").([]any)
		for _, name := range names {
			required[name.(string)] = true
		}
	}
	return properties, required, len(properties) == 0
}

func types(schema any) []string {
	switch t := dig(schema, "type").(type) {
	case string:
		return []string{t}
	case []any:
		var names []string
		for _, name := range t {
			names = append(names, name.(string))
		}
		return names
	}
	return nil
}

func typeOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case bool:
		return "boolean"
	case float64:
		if v == float64(int64(v)) {
			return "integer"
		}
		return "number"
	case []any:
		return "array"
	default:
		return "object"
	}
}

func TestEveryRouteIsDescribedAndEveryDescriptionIsRouted(t *testing.T) {
	routed := start(t, nil).api.Patterns()
	var written []string
	for path, item := range dig(description(), "paths").(map[string]any) {
		for method := range item.(map[string]any) {
			written = append(written, strings.ToUpper(method)+" "+path)
		}
	}
	slices.Sort(routed)
	slices.Sort(written)
	equal(t, "the description and the routes", routed, written)
}

func TestTheDescriptionHoldsTogether(t *testing.T) {
	var refs func(v any)
	refs = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok && deref(v) == nil {
				t.Errorf("%s leads nowhere", ref)
			}
			for _, child := range v {
				refs(child)
			}
		case []any:
			for _, child := range v {
				refs(child)
			}
		}
	}
	refs(description())
	names := map[string]bool{}
	for path, item := range dig(description(), "paths").(map[string]any) {
		for method, operation := range item.(map[string]any) {
			id, _ := dig(operation, "operationId").(string)
			if id == "" || names[id] {
				t.Errorf("%s %s: the operationId %q is missing or taken", method, path, id)
			}
			names[id] = true
			for _, wildcard := range regexp.MustCompile(`\{(\w+)\}`).FindAllStringSubmatch(path, -1) {
				if !slices.Contains(parametersIn(operation, "path"), wildcard[1]) {
					t.Errorf("%s %s: {%s} is not described", method, path, wildcard[1])
				}
			}
		}
	}
}

func parametersIn(operation any, in string) []string {
	names := []string{}
	list, _ := dig(operation, "parameters").([]any)
	for _, p := range list {
		if dig(p, "in") == in {
			names = append(names, dig(p, "name").(string))
		}
	}
	slices.Sort(names)
	return names
}

// The API says itself which fields and parameters it knows, when asked for one it does not.
func TestFieldsAndParametersAreThoseDescribed(t *testing.T) {
	s := start(t, nil)
	for _, pattern := range s.api.Patterns() {
		method, path, _ := strings.Cut(pattern, " ")
		if strings.HasPrefix(path, "/twiml/") || path == "/repli/v1/openapi.json" {
			continue // these read what they are given
		}
		operation := dig(description(), "paths", path, strings.ToLower(method))
		equal(t, pattern+": query parameters", parametersIn(operation, "query"), s.known(method, path+"?zz=1", "{}"))
		if schema := dig(operation, "requestBody", "content", "application/json", "schema"); schema != nil {
			properties, _, _ := fieldsOf(schema)
			equal(t, pattern+": fields", slices.Sorted(maps.Keys(properties)), s.known(method, path, `{"zz":1}`))
		}
	}
}

// Each field in turn is left out of a body that has all the others: only one that the
// description calls required is missed.
func TestRequiredFieldsAreThoseDescribed(t *testing.T) {
	s := start(t, nil)
	for _, pattern := range s.api.Patterns() {
		method, path, _ := strings.Cut(pattern, " ")
		schema := dig(description(), "paths", path, strings.ToLower(method), "requestBody", "content", "application/json", "schema")
		properties, required, _ := fieldsOf(schema)
		for name := range properties {
			body := map[string]any{}
			for other, of := range properties {
				if other != name {
					body[other] = map[string]any{"string": "", "integer": 1, "array": []any{}}[types(of)[0]]
				}
			}
			a := s.do(method, path, jsonOf(body))
			missed := a.json["code"] == 20422.0 && strings.Contains(a.raw, fmt.Sprintf(`The field \"%s\" is missing`, name))
			if missed != required[name] {
				t.Errorf("%s without %s: required %v, missed %v: %s", pattern, name, required[name], missed, a.raw)
			}
		}
	}
}

// known returns the names that a refusal lists.
func (s *server) known(method, target, body string) []string {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.SetBasicAuth(string(ann.SID), ann.AuthToken)
	a := s.send(r)
	message, _ := a.json["message"].(string)
	if !strings.Contains(message, `"zz"`) {
		s.t.Errorf("%s %s: zz is not refused but answered with %d %s", method, target, a.status, a.raw)
	}
	names := []string{}
	if _, list, ok := strings.Cut(message, "; there is "); ok {
		list, _, _ = strings.Cut(list, " (line")
		names = strings.Split(list, ", ")
	}
	slices.Sort(names)
	return names
}

func TestTheDescriptionIsServedToEverybody(t *testing.T) {
	s := start(t, nil)
	a := s.send(httptest.NewRequest("GET", "/repli/v1/openapi.json", nil))
	if a.status != 200 || !reflect.DeepEqual(a.json, description()) {
		t.Errorf("got %d %.100s", a.status, a.raw)
	}
}

func TestTheCheckerFindsFaults(t *testing.T) {
	problem := dig(description(), "components", "schemas", "Problem")
	good := func() map[string]any {
		return map[string]any{"line": 1.0, "column": 2.0, "code": 12100.0, "level": "error", "message": "m"}
	}
	if got := faults(problem, good(), "it"); len(got) > 0 {
		t.Errorf("a good problem has faults: %v", got)
	}
	for want, spoil := range map[string]func(map[string]any){
		"it has no line":                      func(m map[string]any) { delete(m, "line") },
		"it has an undescribed field x":       func(m map[string]any) { m["x"] = 1.0 },
		"it.line is of type string":           func(m map[string]any) { m["line"] = "1" },
		"it.line is of type null":             func(m map[string]any) { m["line"] = nil },
		"it.level is bad, none of":            func(m map[string]any) { m["level"] = "bad" },
		"it.code is of type number, not [int": func(m map[string]any) { m["code"] = 1.5 },
	} {
		m := good()
		spoil(m)
		if got := faults(problem, m, "it"); len(got) != 1 || !strings.HasPrefix(got[0], want) {
			t.Errorf("got %v, want %s", got, want)
		}
	}
}
