// Package twiml reads and checks TwiML for messaging: the XML with which a handler answers a
// text.
//
// A document is a <Response> that holds verbs, carried out from top to bottom:
//
//	<?xml version="1.0" encoding="UTF-8"?>
//	<Response>
//	  <Message>
//	    <Body>Hello, here is your map.</Body>
//	    <Media>/map.png</Media>
//	  </Message>
//	  <Redirect>https://example.com/next</Redirect>
//	</Response>
//
// [Parse] is for carrying a document out. It is as strict about XML as XML is, and as lenient
// about TwiML as Twilio is: a document that is not well-formed, or is no <Response>, fails, so
// that the fallback answers; anything else it does not know is a warning, and the rest is carried
// out. [Check] is for writing a document: it adds the problems that Twilio reports only when the
// message is sent, and understands the placeholders of a [Template].
//
// A problem has Twilio's code, a position, and a sentence that says how to fix it:
//
//	12100  error    not well-formed XML
//	12101  error    a version of <Response> that does not exist
//	12102  error    the root element is not <Response>
//	12200  warning  an element, attribute or text that TwiML does not have there
//	141nn  warning  a message that cannot be sent
//	21623  error    a message with too many media
//
// All work is linear in the size of the document.
package twiml

// Limits of a document and of what it sends.
const (
	MaxSize     = 64 << 10 // bytes of a document (11750)
	MaxDepth    = 32       // nested elements (12100)
	MaxMedia    = 10       // media of a message (21623)
	MaxReplies  = 10       // messages sent in answer to one (14109)
	MaxURL      = 4000     // bytes of a URL (twilio: api/errors/21609)
	MaxProblems = 100      // problems reported for one document; the last one counts the rest
)

// A Document is the result of Parse.
type Document struct {
	// Verbs are carried out in this order. The first Redirect is the last verb: nothing after it
	// can be reached (twilio: messaging/twiml/redirect).
	Verbs []Verb

	// Problems are in document order.
	Problems []Problem
}

// Failure returns the first problem of level error, because of which the document cannot be used,
// or nil if it can. A document that failed has no verbs.
func (d Document) Failure() *Problem {
	for i := range d.Problems {
		if d.Problems[i].Level == Error {
			return &d.Problems[i]
		}
	}
	return nil
}

// A Verb is a *Message or a *Redirect.
type Verb interface {
	// Problems returns why the verb cannot be carried out, as far as the verb alone shows.
	Problems() []Problem
	verb()
}

// Parse parses a document in its declared encoding, by default UTF-8. The caller enforces
// MaxSize.
//
// A document that is not well-formed has the problem 12100 only, even if its root is also wrong.
// Namespaces may be declared, and xsi: and xml: attributes are permitted, but a prefix makes an
// element unknown; a document type is refused.
func Parse(src []byte) Document {
	text, problem := decode(src)
	if problem != nil {
		return Document{Problems: []Problem{*problem}}
	}
	p := parser{reader: newReader(text, text)}
	verbs := p.document()
	return Document{Verbs: verbs, Problems: p.sorted()}
}
