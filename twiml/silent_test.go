package twiml_test

import (
	"testing"

	"github.com/repli-sms/repli/twiml"
)

func TestADocumentThatSendsNothingIsSaidToDoSo(t *testing.T) {
	for _, test := range []struct{ name, src, want string }{
		{"an empty response", `<Response></Response>`, "Valid, sends nothing"},
		{"an empty message", `<Response><Message></Message></Response>`, "Valid, sends nothing"},
		{"a message of spaces", `<Response><Message> </Message></Response>`, "Valid, sends nothing"},
		{"nothing but what is ignored", `<Response><Mesage>Hi</Mesage></Response>`, "Valid, sends nothing"},
		{"a text", `<Response><Message>Hi</Message></Response>`, "Valid Messaging TwiML"},
		{"a placeholder", `<Response><Message>{{Body}}</Message></Response>`, "Valid Messaging TwiML"},
		{"a picture", `<Response><Message><Media>https://example.com/a.png</Media></Message></Response>`, "Valid Messaging TwiML"},
		{"a redirect, which may send something", `<Response><Redirect>https://example.com/</Redirect></Response>`, "Valid Messaging TwiML"},
		{"no TwiML", `<response/>`, "Not valid Messaging TwiML"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := twiml.Check([]byte(test.src))
			if got.Label != test.want || got.Silent != (test.want == "Valid, sends nothing") {
				t.Errorf("got the label %q and silent %v, want %q", got.Label, got.Silent, test.want)
			}
		})
	}
}
