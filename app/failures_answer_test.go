package app_test

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/webhook/webhooktest"
)

func (st *stage) answers() section {
	t := st.t
	raw := func(head string) string { return webhooktest.Sends(t, head+"\r\n\r\n"+says(hello)) }
	gone, refuses := webhooktest.Status(t, 410)+"/sms", webhooktest.Refuses(t)+"/sms"
	const inside = "http://169.254.169.254/latest/meta-data"
	circle := webhooktest.RedirectsInACircle(t)
	secret := strings.Replace(webhooktest.Status(t, 500), "http://", "http://ann:secret@", 1)
	query := webhooktest.Status(t, 500) + "/sms?shop=1"
	return section{
		title: "The answer",
		intro: "A `4xx` or `5xx` is retried only where the URL says so, with `#rp=4xx`, `5xx` or `all`.",
		rows: []row{
			{does: "answers 404", at: webhooktest.Status(t, 404), tries: "next 11217"},
			{does: "answers 429", at: webhooktest.Status(t, 429), tries: "next 11217"},
			{does: "answers 500", at: webhooktest.Status(t, 500), tries: "next 11217"},
			{does: "answers 503", at: webhooktest.Status(t, 503), tries: "next 11217"},
			{does: "answers 503, with `#rp=5xx`", at: webhooktest.Status(t, 503) + "#rp=5xx", tries: "again 11217, next 11217"},
			{does: "answers 404, with `#rp=4xx&rc=2`", at: webhooktest.Status(t, 404) + "#rp=4xx&rc=2", tries: "again 11217, again 11217, next 11217"},
			{does: "answers 404, with `#rp=5xx`", at: webhooktest.Status(t, 404) + "#rp=5xx", tries: "next 11217"},
			{does: "answers 500 with good TwiML", at: webhooktest.Handle(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/xml")
				w.WriteHeader(500)
				fmt.Fprint(w, says(hello))
			}), tries: "next 11217"},
			{does: "answers 500, and its URL has a user, a password, a query and a fragment, of which `ErrorUrl` keeps the query", at: secret + "/sms?shop=1#rc=0", tries: "next 11217"},
			{does: "answers 500 to a GET, of which `ErrorUrl` does not keep the parameters", at: query, method: "GET", tries: "next 11217"},
			{does: "answers 401, and the URL has no credentials", at: webhooktest.Status(t, 401), tries: "next 11217"},
			{does: "answers 401 to wrong credentials", at: st.challenges("Basic", "ann:wrong"), tries: "again 0, next 11217"},
			{does: "answers 302 without a Location", at: webhooktest.RedirectsNowhere(t), tries: "next 11216"},
			{does: "answers 302 to `ftp:`", at: webhooktest.RedirectsTo(t, 302, "ftp://127.0.0.1/"), tries: "next 11216"},
			{does: "answers 304", at: webhooktest.Status(t, 304), tries: "next 11216"},
			{does: "answers 308", at: webhooktest.RedirectsTo(t, 308, "/again"), tries: "next 11216"},
			{does: "redirects in a circle", at: circle, tries: strings.Repeat("again 0, ", 10) + "next 11215", where: circle + "/again"},
			{does: "answers 302 to a server that answers 410", at: webhooktest.RedirectsTo(t, 302, gone), tries: "again 0, next 11217", where: gone},
			{does: "answers 302 to a server that refuses the connection", at: webhooktest.RedirectsTo(t, 302, refuses), tries: "again 0, again 11202, next 11202", where: refuses},
			{does: "answers 307 to a link-local address", at: webhooktest.RedirectsTo(t, 307, inside), tries: "again 0, next 11205", where: inside},
			{does: "answers 101", at: raw("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x"), tries: "next 11206"},
			{does: "answers 700", at: raw("HTTP/1.1 700 Odd"), tries: "next 11206"},
			{does: "answers without a status line", at: webhooktest.Sends(t, says(hello)), tries: "next 11206"},
			{does: "sends a header of more than 64 kB", at: raw("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 80_000)), tries: "next 11206"},
			{does: "sends chunks that are none", at: webhooktest.Sends(t, "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), tries: "next 11206"},
			{does: "sends two lengths that differ", at: raw("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2"), tries: "next 11206"},
			{does: "sends gzip that is none", at: webhooktest.GzipBytes(t, "text/xml", []byte(says(hello))), tries: "next 11206"},
			{does: "sends gzip that is cut short", at: webhooktest.GzipBytes(t, "text/xml", []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\xb2")), tries: "next 11206"},
			{does: "sends an encoding nobody asked for", at: raw("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Encoding: br"), tries: "next 11206"},
		},
	}
}

func (st *stage) contents() section {
	t := st.t
	as := func(contentType, body string) string { return webhooktest.Answers(t, contentType, body) }
	return section{
		title: "The type and size of a document",
		rows: []row{
			{does: "sends a body without a Content-Type", at: webhooktest.NoType(t), tries: "next 11200"},
			{does: "answers in chunks, with nothing in them", at: webhooktest.ChunkedEmpty(t), tries: "next 11770"},
			{does: "sends `application/json`", at: as("application/json", `{"message":"Hello."}`), tries: "next 12300"},
			{does: "sends good TwiML as `application/json`", at: as("application/json", says(hello)), tries: "next 12300"},
			{does: "sends `image/png`", at: as("image/png", "\x89PNG\r\n\x1a\n"), tries: "next 12300"},
			{does: "sends `application/xhtml+xml`", at: as("application/xhtml+xml", says(hello)), tries: "next 12300"},
			{does: "sends a Content-Type that is none, `xml`", at: as("xml", says(hello)), tries: "next 12300"},
			{does: "sends `text/html` that is no XML", at: as("text/html", "<!doctype html><title>Oops</title><p>We are sorry."), tries: "next 12100"},
			{does: "sends `text/html` that is well-formed, but a page", at: as("text/html", "<html><body><p>It works!</p></body></html>"), tries: "next 12102"},
			{does: "sends JSON as `text/xml`", at: as("text/xml", `{"message":"Hello."}`), tries: "next 12100"},
			{does: "sends a document of 65,537 bytes", at: webhooktest.TooLong(t), tries: "next 11750"},
			{does: "sends gzip that unfolds to 16 MB", at: webhooktest.TooLongGzip(t), tries: "next 11750"},
			{does: "sends `text/plain` to a number with `require_twiml`", at: as("text/plain", hello), twiml: true, tries: "next 12300"},
			{does: "sends half a text, ended as if it were whole, to a number with `require_twiml`", at: as("text/plain", "Your balance is"), twiml: true, tries: "next 12300"},
			{does: "sends half a document, ended as if it were whole", at: as("text/xml", "<Response><Message>Your balance is"), tries: "next 12100"},
			{does: "sends an error of PHP as `text/xml`", at: as("text/xml", repli.FaultPlainError.PlainText()), tries: "next 12100"},
			{does: "sends a text of 65,537 bytes", at: as("text/plain", strings.Repeat("x", 65537)), tries: "next 11750"},
		},
	}
}
