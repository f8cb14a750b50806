// Package resttest holds what the REST API answers against Twilio's own OpenAPI documents.
//
// [Checked] is put around a handler and reports every answer that the documents do not allow.
// The servers of app/apptest are wrapped in it, and tests of the built program put it around a
// reverse proxy; so no test has to ask for it. The documents require no field of an answer;
// here every field they describe has to be there, and no other.
package resttest

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

//go:embed openapi/*.json
var files embed.FS

// Documents are Twilio's OpenAPI documents.
type Documents struct{ operations []Operation }

// An Operation is something the documents say one can do.
type Operation struct {
	Method     string
	Path       string   // with wildcards in braces
	Parameters []string // of the query and the body, sorted
	document   object
	responses  object
}

type object = map[string]any

// Load reads the documents.
func Load() (Documents, error) {
	var all Documents
	names, err := files.ReadDir("openapi")
	if err != nil {
		return all, err
	}
	for _, name := range names {
		text, err := files.ReadFile("openapi/" + name.Name())
		if err != nil {
			return all, err
		}
		var doc object
		if err := json.Unmarshal(text, &doc); err != nil {
			return all, fmt.Errorf("%s: %w", name.Name(), err)
		}
		all.add(doc)
	}
	return all, nil
}

func (d *Documents) add(doc object) {
	paths, _ := doc["paths"].(object)
	for path, item := range paths {
		for _, method := range []string{"get", "post", "put", "delete"} {
			operation, ok := dig(doc, item, method).(object)
			if !ok {
				continue
			}
			responses, _ := operation["responses"].(object)
			d.operations = append(d.operations, Operation{strings.ToUpper(method), path, parameters(doc, operation), doc, responses})
		}
	}
	slices.SortFunc(d.operations, func(a, b Operation) int { return strings.Compare(a.Path+a.Method, b.Path+b.Method) })
}

// parameters returns the names of an operation's parameters, those of the path aside.
func parameters(doc, operation object) []string {
	found := map[string]bool{}
	list, _ := operation["parameters"].([]any)
	for _, p := range list {
		if name, ok := dig(doc, p, "name").(string); ok && dig(doc, p, "in") == "query" {
			found[name] = true
		}
	}
	properties, _ := dig(doc, operation, "requestBody", "content", "application/x-www-form-urlencoded", "schema", "properties").(object)
	for name := range properties {
		found[name] = true
	}
	return slices.Sorted(maps.Keys(found))
}

// Operations returns all there are, sorted by path.
func (d Documents) Operations() []Operation { return d.operations }

// find returns the operation a request is for. A path without wildcards goes before one with.
func (d Documents) find(method, path string) (Operation, bool) {
	best, fewest, ok := Operation{}, 0, false
	for _, o := range d.operations {
		wild := strings.Count(o.Path, "{")
		if o.Method == method && matches(o.Path, path) && (!ok || wild < fewest) {
			best, fewest, ok = o, wild, true
		}
	}
	return best, ok
}

func matches(pattern, path string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	return slices.EqualFunc(want, got, func(w, g string) bool {
		i, j := strings.IndexByte(w, '{'), strings.IndexByte(w, '}')
		if i < 0 {
			return w == g
		}
		return len(g) > len(w[j+1:]) && strings.HasSuffix(g, w[j+1:])
	})
}

// dig returns what stands in a value of a document under these keys, nil when nothing does,
// and follows references.
func dig(doc object, v any, keys ...string) any {
	for _, key := range keys {
		o, _ := deref(doc, v).(object)
		v = o[key]
	}
	return deref(doc, v)
}

func deref(doc object, v any) any {
	o, _ := v.(object)
	ref, ok := o["$ref"].(string)
	if !ok {
		return v
	}
	return dig(doc, doc, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
}
