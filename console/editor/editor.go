package console

import (
	"encoding/json"

	"github.com/repli-sms/repli/twiml"
)

// grammarAsset is where the editor of TwiML finds what it may suggest.
const grammarAsset = "editor/grammar.json"

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
