package app_test

import (
	"strings"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/webhook/webhooktest"
)

// bomb is a document whose entities would expand to a billion letters.
const bomb = `<?xml version="1.0"?><!DOCTYPE Response [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><Response><Message>&c;</Message></Response>`

func (st *stage) documents() section {
	bad := func(does, document, code string) row {
		return row{does: does, at: st.twiml(document), tries: "next " + code}
	}
	return section{
		title: "The document",
		intro: "The debugger shows the line and column.",
		rows: []row{
			bad("sends `<response>`, in lower case", "<response><Message>Hello.</Message></response>", "12102"),
			bad("sends another root element", "<TwiML><Message>Hello.</Message></TwiML>", "12102"),
			bad("sends a version that does not exist", `<Response version="2099-01-01"><Message>Hello.</Message></Response>`, "12101"),
			bad("sends nothing, as `text/xml`", "", "12100"),
			bad("sends blanks", " \r\n", "12100"),
			bad("sends a declaration and no more", `<?xml version="1.0" encoding="UTF-8"?>`, "12100"),
			bad("sends a document that is cut short", "<Response><Message>Hel", "12100"),
			{does: "sends a document that its Content-Length cuts short",
				at:    webhooktest.Sends(st.t, "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 12\r\n\r\n"+says(hello)),
				tries: "next 12100"},
			bad("sends a space before the declaration", ` <?xml version="1.0"?>`+says(hello), "12100"),
			bad("sends two roots", says(hello)+says(hello), "12100"),
			bad("sends junk after the root", says(hello)+"</html>", "12100"),
			bad("sends an element that is not closed", "<Response><Message>Hello.</Response>", "12100"),
			bad("sends an `&` that is not escaped", says("Fish & chips"), "12100"),
			bad("sends an attribute without quotes", "<Response><Message to=+15557770001>Hello.</Message></Response>", "12100"),
			bad("sends an attribute twice", `<Response><Message to="+15557770001" to="+15557770001">Hello.</Message></Response>`, "12100"),
			bad("sends a document type with an entity bomb", bomb, "12100"),
			bad("sends elements nested deeper than 32", "<Response>"+strings.Repeat("<a>", 40)+strings.Repeat("</a>", 40)+"</Response>", "12100"),
			bad("sends bytes that are not UTF-8 and does not say what they are", says("Caf\xe9"), "12100"),
			{does: "says only in the Content-Type that it is ISO-8859-1",
				at: webhooktest.Answers(st.t, "text/xml; charset=ISO-8859-1", says("Caf\xe9")), tries: "next 12100"},
			bad("declares an encoding nobody knows", `<?xml version="1.0" encoding="Martian"?>`+says(hello), "12100"),
			bad("sends a character that XML does not allow", says("Hello\x07"), "12100"),
		},
	}
}

func (st *stage) redirects() section {
	t := st.t
	to := func(url string) string { return "<Response><Redirect>" + url + "</Redirect></Response>" }
	moment := func(url string) string {
		return "<Response><Message>One moment.</Message><Redirect>" + url + "</Redirect></Response>"
	}
	notFound, lower, hangs := webhooktest.Status(t, 404)+"/next", st.twiml("<response/>")+"/next", webhooktest.Hangs(t)+"/next"
	missing := apptest.BaseURL + "/twiml/EH00000000000000000000000000000000"
	own := func(document string) string { return shown(st.bin(document)) }
	refuses := webhooktest.Refuses(t) + "/next"
	spins, long, nowhere, ftp := st.twiml(to("/again")), st.pages(51), st.twiml("<Response><Redirect/></Response>"), st.twiml(to("ftp://example.com/next"))
	return section{
		title: "Redirect",
		intro: "A document reached by `<Redirect>` fails for its step, and `ErrorUrl` is that document's. Messages sent before it stay sent.",
		rows: []row{
			{does: "redirects to a document that is not there", at: st.twiml(to(notFound)), tries: "use 0, next 11217", where: notFound},
			{does: "redirects to one with `<response>`, in lower case", at: st.twiml(to(lower)), tries: "use 0, next 12102", where: lower},
			{does: "redirects to one that never answers, with `#rt` in its URL", at: st.twiml(to(hangs + "#rt=150")), tries: "use 0, next 11205", where: hangs},
			{does: "redirects to a server that refuses the connection", at: st.twiml(to(refuses)), tries: "use 0, again 11202, next 11202", where: refuses},
			{does: "redirects to a bin that is not there", at: st.twiml(to(missing)), tries: "use 0, next 11217", where: missing},
			{does: "sends a message and redirects to a document that is not there", at: st.twiml(moment(notFound)), tries: "use 0, next 11217", where: notFound,
				reads: []string{"One moment.", backSoon}},
			{does: "does so, and there is no fallback and no last resort", at: st.twiml(moment(notFound)), next: none, tries: "use 0, next 11217",
				reads: []string{"One moment."}, by: "primary"},
			{does: "does so, and there is a last resort", at: st.twiml(moment(notFound)), next: none, tries: "use 0, next 11217",
				chain: repli.Chain{LastResort: callUs}, then: "last_resort use 0", reads: []string{"One moment.", callUs}, by: "last_resort"},
			{does: "redirects nowhere: `<Redirect/>`", at: nowhere, tries: "next 11100"},
			{does: "redirects to `ftp:`", at: ftp, tries: "next 11100"},
			{does: "redirects without end", at: spins, tries: strings.Repeat("use 0, ", 49) + "next 14106", where: spins + "/again"},
			{does: "redirects to a relative URL that is there", at: st.pages(2), tries: "use 0, use 0"},
			{does: "redirects to a 50th document", at: st.pages(50), tries: strings.Repeat("use 0, ", 49) + "use 0"},
			{does: "redirects to a 51st document", at: long, tries: strings.Repeat("use 0, ", 49) + "next 14106", where: long + "/49"},
			{does: "redirects to a bin", at: st.twiml(to(own(says(hello)))), tries: "use 0, use 0"},
			{does: "sends a message and redirects to a bin", at: st.twiml(moment(own(says(hello)))), tries: "use 0, use 0", reads: []string{"One moment.", hello}},
		},
	}
}
