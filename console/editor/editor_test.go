package editor

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/repli-sms/repli/twiml"
)

func TestTheEditorSuggestsWhatTheValidatorAllowsAndNothingElse(t *testing.T) {
	grammar, err := suggestions()
	if err != nil {
		t.Fatal(err)
	}
	var got []element
	if err := json.Unmarshal(grammar, &got); err != nil {
		t.Fatal(err)
	}
	var want []element
	for i, e := range twiml.Grammar() {
		one := element{Name: e.Name, Top: i == 0, Children: append([]string{}, e.Children...), Attributes: []attribute{}}
		for _, a := range e.Attributes {
			one.Attributes = append(one.Attributes, attribute{a.Name, a.Values})
		}
		want = append(want, one)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("what is suggested (-want +got):", diff)
	}
	if bytes.Contains(grammar, []byte(`"children":null`)) {
		t.Error("an element without children must have an empty list of them: none means any")
	}
}
