package twiml

import "slices"

// An Element is an element of messaging TwiML, with its permitted contents.
type Element struct {
	Name       string
	Attributes []Attribute
	Children   []string // names of elements
	Text       bool
}

// An Attribute is a permitted attribute of an Element. Without Values any value is permitted.
type Attribute struct {
	Name   string
	Values []string
}

// Grammar returns the elements of messaging TwiML, the root first. The caller may modify the
// result.
//
// twilio: messaging/twiml, messaging/twiml/message, messaging/twiml/redirect; Sms as in the
// TwiML schema of 2010-04-01
func Grammar() []Element {
	methods := []string{"GET", "POST"}
	message := []Attribute{{Name: "to"}, {Name: "from"}, {Name: "action"}, {Name: "method", Values: methods}, {Name: "statusCallback"}}
	return []Element{
		{
			Name:       "Response",
			Attributes: []Attribute{{Name: "version", Values: []string{"2010-04-01", "2008-08-01"}}},
			Children:   []string{"Message", "Sms", "Redirect"},
		},
		{Name: "Message", Attributes: message, Children: []string{"Body", "Media"}, Text: true},
		{Name: "Sms", Attributes: slices.Clone(message), Text: true},
		{Name: "Redirect", Attributes: []Attribute{{Name: "method", Values: slices.Clone(methods)}}, Text: true},
		{Name: "Body", Text: true},
		{Name: "Media", Text: true},
	}
}

var grammar = Grammar()

// elementNamed returns the element of that name, or nil.
func elementNamed(name string) *Element {
	for i := range grammar {
		if grammar[i].Name == name {
			return &grammar[i]
		}
	}
	return nil
}

// attribute returns the attribute of that name, or nil.
func (e *Element) attribute(name string) *Attribute {
	for i := range e.Attributes {
		if e.Attributes[i].Name == name {
			return &e.Attributes[i]
		}
	}
	return nil
}

// voiceVerbs are the verbs that answer a call.
//
// twilio: voice/twiml
var voiceVerbs = []string{
	"Conference", "Connect", "Dial", "Echo", "Enqueue", "Gather", "Hangup", "Leave", "Pause",
	"Pay", "Play", "Prompt", "Queue", "Record", "Refer", "Reject", "Say", "Siprec", "Start",
	"Stop", "Stream",
}
