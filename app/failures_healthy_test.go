package app_test

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/webhook/webhooktest"
)

func (st *stage) wellFormed() section {
	as := func(does, contentType, document string, reads ...string) row {
		return row{does: does, at: webhooktest.Answers(st.t, contentType, document), tries: "use 0", reads: reads}
	}
	good := func(does, document string, reads ...string) row { return as(does, "text/xml", document, reads...) }
	const comments = "<!-- a --><Response><!-- b --><Message><!-- c -->Hello.</Message><?php echo ?></Response><!-- d -->"
	return section{
		title: "What is not a failure: documents",
		rows: []row{
			good("sends a text", says(hello)),
			good("sends the old `<Sms>`", "<Response><Sms>Hello.</Sms></Response>"),
			good("declares ISO-8859-1", `<?xml version="1.0" encoding="ISO-8859-1"?>`+says("Caf\xe9"), "Café"),
			good("declares windows-1252", `<?xml version="1.0" encoding="windows-1252"?>`+says("\x80 5"), "€ 5"),
			good("begins with a byte order mark", "\ufeff"+`<?xml version="1.0" encoding="UTF-8"?>`+says(hello)),
			good("sends UTF-16 with a byte order mark", inUTF16("\ufeff"+says("Hello 🍰")), "Hello 🍰"),
			good("sends UTF-16 without one", inUTF16(`<?xml version="1.0" encoding="UTF-16"?>`+says(hello))),
			good("sends CDATA", says("<![CDATA[Fish & <b>chips</b>]]>"), "Fish & <b>chips</b>"),
			good("sends comments and processing instructions", comments),
			good("sends character references", says("&#72;ello &amp; &#x1F370;"), "Hello & 🍰"),
			good("declares namespaces", `<Response xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="x.xsd"><Message>Hello.</Message></Response>`),
			good("sends blank lines around the root", "\n\n"+says(hello)+"\n\n"),
			as("sends `application/xml`", "application/xml", says(hello)),
			as("sends `text/html` that is TwiML", "text/html; charset=utf-8", says(hello)),
			as("writes its type in capitals, with a charset", `TEXT/XML; Charset="UTF-8"`, says(hello)),
			as("writes a type with a parameter that is none", "text/xml; charset", says(hello)),
			as("sends `text/plain`", "text/plain", "Hello.\n"),
			as("sends `text/plain` with a byte order mark", "text/plain; charset=utf-8", "\ufeffHello."),
			as("sends `text/plain` in ISO-8859-1", "text/plain; charset=ISO-8859-1", "Caf\xe9", "Café"),
			as("sends `text/plain` with a NUL and a byte that is not UTF-8", "text/plain", "He\x00llo\xff", "Hello\uFFFD"),
			as("sends a document of 65,536 bytes", "text/xml", padded(65536)),
			good("sends ten messages", says("1", "2", "3", "4", "5", "6", "7", "8", "9", "10"), "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"),
		},
	}
}

func (st *stage) healthy() section {
	t, xml := st.t, answers("text/xml", says(hello))
	raw := func(head string) string { return webhooktest.Sends(t, head+"\r\n\r\n"+says(hello)) }
	status := func(code int) string {
		return webhooktest.Handle(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/xml")
			w.WriteHeader(code)
			fmt.Fprint(w, says(hello))
		})
	}
	good := st.twiml(says(hello))
	unavailable := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }
	drops := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	return section{
		title: "What is not a failure: answers",
		rows: []row{
			{does: "answers 201", at: status(201), tries: "use 0"},
			{does: "answers 206", at: status(206), tries: "use 0"},
			{does: "answers a GET", at: good, method: "GET", tries: "use 0"},
			{does: "answers over TLS", at: webhooktest.TLSAnswers(t, st.ca, "text/xml", says(hello)), tries: "use 0"},
			{does: "answers over TLS, with `#sni=n`", at: webhooktest.TLSAnswers(t, st.ca, "text/xml", says(hello)) + "#sni=n", tries: "use 0"},
			{does: "answers in gzip", at: webhooktest.Gzip(t, "text/xml", says(hello)), tries: "use 0"},
			{does: "answers in HTTP/1.0", at: raw("HTTP/1.0 200 OK\r\nContent-Type: text/xml"), tries: "use 0"},
			{does: "answers with `Connection: close`", at: raw("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nConnection: close"), tries: "use 0"},
			{does: "answers in chunks", at: webhooktest.Sends(t, "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n"+chunked(says(hello))), tries: "use 0"},
			{does: "answers 103 before 200", at: raw("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/xml"), tries: "use 0"},
			{does: "sends a header of 50 kB", at: raw("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nX: " + strings.Repeat("x", 50_000)), tries: "use 0"},
			{does: "sends a header that is not UTF-8", at: raw("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nX: \xff\xfe"), tries: "use 0"},
			{does: "sends its header line by line", at: "http://lines.test/sms#rt=2000", tries: "use 0", took: 4 * time.Second},
			{does: "sends the same length twice", at: raw(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %[1]d\r\nContent-Length: %[1]d", len(says(hello)))), tries: "use 0"},
			{does: "sends its answer twice", at: webhooktest.Sends(t, strings.Repeat(whole(says(hello)), 2)), tries: "use 0"},
			{does: "takes its time, but less than 15 s", at: "http://slow.test/sms", tries: "use 0", took: 14 * time.Second},
			{does: "redirects with 302", at: webhooktest.RedirectsTo(t, 302, good), tries: "again 0, use 0"},
			{does: "redirects with 307", at: webhooktest.RedirectsTo(t, 307, good), tries: "again 0, use 0"},
			{does: "asks for credentials that the URL has, Basic", at: st.challenges("Basic", "ann:secret"), tries: "again 0, use 0"},
			{does: "asks for credentials that the URL has, Digest", at: st.challenges("Digest", "ann:secret"), tries: "again 0, use 0"},
			{does: "answers 503 once, with `#rp=5xx`", at: st.stumbles(unavailable, xml) + "#rp=5xx", tries: "again 11217, use 0"},
			{does: "closes without an answer once, with `#rp=all`", at: st.stumbles(drops, xml) + "#rp=all", tries: "again 11205, use 0"},
			keeps("closes an idle connection at the very moment of asking", "POST", 50*time.Millisecond, "again 11205, use 0"),
			keeps("closes an idle connection at the very moment of a GET", "GET", 50*time.Millisecond, "again 11205, use 0"),
		},
	}
}

func (st *stage) quiet() section {
	good := func(does, document string, code int, reads ...string) row {
		r := row{does: does, at: st.twiml("<Response>" + document + "</Response>"), tries: "use 0", reads: reads}
		if code != 0 {
			r.alerts = []int{code}
		}
		if reads == nil {
			r.reads = nothing
		}
		return r
	}
	const message = "<Message>Hello.</Message>"
	eleven := []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"}
	return section{
		title: "What is not a failure: silence and warnings",
		intro: "A code here is about one part of a document, mostly a message, which is not sent; all else is. A primary that has nothing to say has answered, and no fallback is asked.",
		rows: []row{
			{does: "answers 204", at: webhooktest.Status(st.t, 204), tries: "use 0", reads: nothing},
			{does: "answers 200 with neither type nor body", at: webhooktest.NothingAtAll(st.t), tries: "use 0", reads: nothing, alerts: []int{repli.CodeUnmeantSilence}},
			good("sends `<Response/>`", "", 0),
			{does: "sends `text/plain` that looks like TwiML", at: webhooktest.Answers(st.t, "text/plain", says(hello)), tries: "use 0", reads: []string{says(hello)}, alerts: []int{repli.CodeSuspect}},
			{does: "sends `text/plain` that looks like an error", at: webhooktest.Answers(st.t, "text/plain", "java.sql.SQLException: no database"), tries: "use 0", reads: []string{"java.sql.SQLException: no database"}, alerts: []int{repli.CodeSuspect}},
			{does: "answers 204 to a number with `require_twiml`", at: webhooktest.Status(st.t, 204), twiml: true, tries: "use 0", reads: nothing},
			{does: "sends `text/plain` with nothing in it", at: webhooktest.Answers(st.t, "text/plain", " \n"), tries: "use 0", reads: nothing, alerts: []int{14103}},
			{does: "sends `text/plain` of 1,601 characters", at: webhooktest.Answers(st.t, "text/plain", strings.Repeat("x", 1601)), tries: "use 0", reads: nothing, alerts: []int{14103}},
			good("sends an empty message", "<Message/>", 14103),
			good("sends an empty message beside a good one", "<Message/>"+message, 14103, hello),
			good("sends a message of 1,601 characters", "<Message>"+strings.Repeat("x", 1601)+"</Message>", 14103),
			good("sends a message of 1,600 characters", "<Message>"+strings.Repeat("x", 1600)+"</Message>", 0, strings.Repeat("x", 1600)),
			good("sends a message to what is no number", `<Message to="soon">Hello.</Message>`, 14101),
			good("sends a message from somebody else's number", `<Message from="+15559990000">Hello.</Message>`, 14102),
			good("gives a message a method that is none", `<Message method="PUT" action="/done">Hello.</Message>`, 14104),
			good("gives a message a callback that is no URL", `<Message statusCallback="http://a_b.example/">Hello.</Message>`, 14105),
			good("sends eleven media with a message", "<Message><Body>Hello.</Body>"+strings.Repeat("<Media>/cat.png</Media>", 11)+"</Message>", 21623),
			good("sends a voice verb beside a good message", "<Say>Hello.</Say>"+message, 12200, hello),
			good("sends a voice verb alone", "<Say>Hello.</Say>", 12200),
			good("sends a verb nobody knows beside a good message", "<message>Hello.</message>"+message, 12200, hello),
			good("gives a message an attribute nobody knows", `<Message TO="+15557770001">Hello.</Message>`, 12200, hello),
			good("writes text outside a verb", "Hello?"+message, 12200, hello),
			good("sends eleven messages, of which ten arrive", "<Message>"+strings.Join(eleven, "</Message><Message>")+"</Message>", 14109, eleven[:10]...),
		},
	}
}
