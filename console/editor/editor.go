// Package editor is the editor of TwiML, on whichever page it stands: the fields of a bin's form, the
// verdict on what is typed, and what the editor suggests. The editor itself is bundled of source/
// by `make editor`; go build needs no npm.
package editor

import (
	"embed"
	"encoding/json"

	"github.com/repli-sms/repli/console/frame"
	"github.com/repli-sms/repli/twiml"
)

//go:embed *.html *.json *.js
var files embed.FS

// Folder returns the editor's templates, texts and scripts.
func Folder() frame.Folder {
	return frame.Folder{
		Name: "editor", Files: files,
		Made: map[string]func() ([]byte, error){"grammar.json": suggestions}, // of what the editor may suggest
	}
}

// An element is one that the editor suggests, in the words of CodeMirror.
type element struct {
	Name       string      `json:"name"`
	Top        bool        `json:"top,omitempty"`
	Children   []string    `json:"children"` // an empty list is none
	Attributes []attribute `json:"attributes"`
}

type attribute struct {
	Name   string   `json:"name"`
	Values []string `json:"values,omitempty"`
}

// suggestions returns the elements, attributes and values that messaging TwiML has, from the
// table that documents are checked with.
func suggestions() ([]byte, error) {
	var all []element
	for i, e := range twiml.Grammar() {
		one := element{Name: e.Name, Top: i == 0, Children: append([]string{}, e.Children...), Attributes: []attribute{}}
		for _, a := range e.Attributes {
			one.Attributes = append(one.Attributes, attribute(a))
		}
		all = append(all, one)
	}
	return json.Marshal(all)
}
