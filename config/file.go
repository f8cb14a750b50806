package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/repli-sms/repli/quote"
)

// readFile returns the settings of a YAML file by flag name. flags has the flag of each key; an
// alias of a flag may also be the name of its section. It keeps the text of values as written, so that
// a token of digits stays a text. A key that is not in flags, a key given twice, and a value that is
// neither text nor a list of texts are errors that name the line.
func readFile(path string, text []byte, flags map[string]string) (map[string]setting, error) {
	f := file{path: path, flags: flags, settings: map[string]setting{}}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document, next yaml.Node
	err := decoder.Decode(&document)
	if errors.Is(err, io.EOF) {
		return f.settings, nil // nothing but comments
	}
	if err != nil {
		return nil, f.malformed(err)
	}
	if err := decoder.Decode(&next); !errors.Is(err, io.EOF) {
		return nil, &Error{Where: path, Detail: "there is a second document, after a line of ---; one is all that is read"}
	}
	if root := document.Content[0]; !empty(root) {
		err = f.section(root, "")
	}
	return f.settings, err
}

type file struct {
	path     string
	flags    map[string]string
	settings map[string]setting
}

// section reads a mapping whose keys are flags that begin with prefix.
func (f *file) section(node *yaml.Node, prefix string) error {
	if node.Kind != yaml.MappingNode {
		return f.errorAt(node, "%sthis should be key: value", in(prefix))
	}
	seen := map[string]bool{}
	for pair := range slices.Chunk(node.Content, 2) {
		name, value := pair[0], pair[1]
		if seen[name.Value] {
			return f.errorAt(name, "%s is there twice", quote.Name(key(prefix)+name.Value))
		}
		seen[name.Value] = true
		flag := prefix + strings.ReplaceAll(name.Value, "_", "-")
		of, known := f.flags[flag]
		nested := (value.Kind == yaml.MappingNode || empty(value)) && f.isSection(flag+".")
		var err error
		switch {
		case name.Kind == yaml.ScalarNode && known && !nested && !strings.ContainsAny(name.Value, "-."):
			err = f.value(value, of)
		case name.Kind == yaml.ScalarNode && f.isSection(flag+"."):
			if !empty(value) {
				err = f.section(value, flag+".")
			}
		default:
			err = f.errorAt(name, "unknown key %s; the keys here are %s", brief(key(prefix)+name.Value), f.known(prefix))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *file) value(node *yaml.Node, flag string) error {
	list := node.Kind == yaml.SequenceNode
	items := []*yaml.Node{node}
	if list {
		items = node.Content
	}
	var values []string
	for _, item := range items {
		if item.Kind != yaml.ScalarNode {
			return f.errorAt(item, "%s: this should be a value, or a list of values", key(flag))
		}
		if empty(item) || item.Value == "" {
			return f.errorAt(item, "%s: the value is missing", key(flag))
		}
		values = append(values, item.Value)
	}
	if len(values) > 0 {
		f.settings[flag] = setting{where: f.at(node.Line), value: strings.Join(values, ","), list: list}
	}
	return nil
}

// known lists the keys of the section with this prefix.
func (f *file) known(prefix string) string {
	var keys []string
	for flag := range f.flags {
		if rest, found := strings.CutPrefix(flag, prefix); found {
			first, _, _ := strings.Cut(rest, ".")
			keys = append(keys, key(first))
		}
	}
	slices.Sort(keys)
	return strings.Join(slices.Compact(keys), ", ")
}

func (f *file) isSection(prefix string) bool {
	for flag := range f.flags {
		if strings.HasPrefix(flag, prefix) {
			return true
		}
	}
	return false
}

func (f *file) at(line int) string { return fmt.Sprintf("%s:%d", f.path, line) }

func (f *file) errorAt(node *yaml.Node, format string, args ...any) error {
	return &Error{Where: f.at(node.Line), Detail: quote.Sprintf(format, args...)}
}

// yamlLine finds the line number in the text of an error of the YAML reader, which has no field
// for it.
var yamlLine = regexp.MustCompile(`^yaml: line (\d+): (.*)`)

func (f *file) malformed(err error) error {
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		detail := m[2]
		if strings.HasPrefix(detail, "mapping values are not allowed") {
			detail += `; a value with a colon at its end, such as ":memory:", needs quotes`
		}
		return &Error{Where: f.path + ":" + m[1], Detail: quote.Clip(detail, quote.MaxArgument)}
	}
	return &Error{Where: f.path + ":1", Detail: quote.Clip(strings.TrimPrefix(err.Error(), "yaml: "), quote.MaxArgument)}
}

// empty reports whether a key has no value.
func empty(node *yaml.Node) bool { return node.Kind == yaml.ScalarNode && node.Tag == "!!null" }

func in(prefix string) string {
	if prefix == "" {
		return ""
	}
	return strings.TrimSuffix(key(prefix), ".") + ": "
}

// brief quotes untrusted text for an error, shortened if it is long.
func brief(s string) string { return fmt.Sprintf("%q", quote.Clip(s, 60)) }
