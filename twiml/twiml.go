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
// about TwiML as Twilio is: what is not well-formed, or is no <Response>, is a failure, which
// sends the texter to the fallback; anything else it does not know is a warning, and what it
// does know is still run. [Check] is for writing a document: it adds what only shows once a
// message is about to be sent, and understands the placeholders of a [Template].
//
// A problem carries Twilio's code, a place, and a sentence that says how to mend it:
//
//	12100  error    not well-formed XML
//	12101  error    a version of <Response> that does not exist
//	12102  error    the root element is not <Response>
//	12200  warning  an element, attribute or text that TwiML does not have there
//	141nn  warning  a message that cannot be sent
//	21623  error    a message with too many media
//
// All work is linear in the size of the document, whatever it holds.
package twiml

// The limits of a document and of what it asks for.
const (
	MaxSize     = 64 << 10 // bytes of a document (11750)
	MaxDepth    = 32       // elements within one another (12100)
	MaxMedia    = 10       // media of a message (21623)
	MaxReplies  = 10       // messages sent in answer to one (14109)
	MaxURL      = 4000     // bytes of a URL (twilio: api/errors/21609)
	MaxProblems = 100      // problems told of one document; the last one counts the rest
)

// A Document is what Parse made of some TwiML.
type Document struct {
	// Verbs are to be carried out in this order. The first Redirect is the last of them: what
	// follows it in the document can never be reached (twilio: messaging/twiml/redirect).
	Verbs []Verb

	// Problems stand in the order of the document.
	Problems []Problem
}

// Failure returns the first problem of level error, because of which the document cannot be
// used, or nil if it can be carried out. A document that failed has no verbs.
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
	// Problems returns what keeps the verb from being carried out, as far as the verb alone
	// can tell.
	Problems() []Problem
	verb()
}

// Parse reads a document in the encoding it declares, UTF-8 if it declares none. The limit
// MaxSize is the caller's to keep.
//
// A document that is not well-formed fails with 12100 and nothing else, even if its root is
// wrong too. Namespaces may be declared and xsi: and xml: attributes may be there, but a
// prefix makes an element one that TwiML does not have; a document type is refused.
func Parse(src []byte) Document {
	text, problem := decode(src)
	if problem != nil {
		return Document{Problems: []Problem{*problem}}
	}
	p := parser{reader: newReader(text, text)}
	verbs := p.document()
	return Document{Verbs: verbs, Problems: p.sorted()}
}
