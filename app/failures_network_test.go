package app_test

import (
	"crypto/tls"
	"strings"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/webhook/webhooktest"
)

func (st *stage) connections() section {
	t := st.t
	return section{
		title: "The connection",
		rows: []row{
			{does: "refuses the connection", at: webhooktest.Refuses(t), tries: "again 11202, next 11202"},
			{does: "refuses it, with `#rc=0`", at: webhooktest.Refuses(t) + "#rc=0", tries: "next 11202"},
			{does: "refuses it, with `#rc=2`", at: webhooktest.Refuses(t) + "#rc=2", tries: "again 11202, again 11202, next 11202"},
			{does: "never accepts, its listen queue is full", at: webhooktest.NeverAccepts(t) + "#ct=150", tries: "again 11201, next 11201"},
			{does: "never accepts, and the tries use up the 15 s", at: "http://nobody.test/sms#ct=9000", tries: "again 11201, next 11203", took: 15 * time.Second},
			{does: "has a name that does not resolve", at: "http://nowhere.example/sms", tries: "next 11210"},
			{does: "is at a link-local address", at: "http://169.254.169.254/latest/meta-data", tries: "next 11205"},
			{does: "accepts and never answers", at: webhooktest.Hangs(t) + "#rt=150", tries: "next 11205"},
			{does: "accepts and never answers, and the 15 s of all tries end first", at: "http://hangs.test/total#tt=12000", tries: "next 11205", took: 12 * time.Second},
			{does: "never answers, with `#rp=rt`", at: "http://hangs.test/again#rt=4000&rp=rt", tries: "again 11205, next 11205", took: 8 * time.Second},
			{does: "never answers, with `#rp=rt&rc=5`, and the tries use up the 15 s", at: "http://hangs.test/tries#rt=6000&rp=rt&rc=5", tries: "again 11205, again 11205, next 11203", took: 15 * time.Second},
			{does: "accepts and closes", at: webhooktest.ClosesAtOnce(t), tries: "next 11205"},
			{does: "reads the request and closes", at: webhooktest.ClosesBeforeAByte(t), tries: "next 11205"},
			keeps("reads the request on a connection that was kept, works for 3 s and closes", "POST", 3*time.Second, "next 11205"),
			keeps("reads a GET on a connection that was kept, works for 3 s and closes", "GET", 3*time.Second, "next 11205"),
			{does: "reads the request and closes, with `#rp=all`", at: webhooktest.ClosesBeforeAByte(t) + "#rp=all", tries: "again 11205, next 11205"},
			{does: "drips a byte at a time past the 15 s", at: "http://drips.test/sms#rt=4000&rp=all", tries: "next 11203", took: 15 * time.Second},
			{does: "pauses in mid-answer for longer than 15 s", at: "http://body.test/pause#rt=9000&rp=all", tries: "next 11205", took: 9 * time.Second},
			{does: "pauses in the middle of its header", at: "http://header.test/sms#rt=9000", tries: "next 11205", took: 9 * time.Second},
			{does: "pauses in mid-body until the 15 s are over", at: "http://body.test/total#tt=12000", tries: "next 11203", took: 12 * time.Second},
			{does: "resets the connection in mid-body", at: webhooktest.ResetsInBody(t), tries: "next 11205"},
			{does: "resets it in mid-body, with `#rp=all`", at: webhooktest.ResetsInBody(t) + "#rp=all", tries: "next 11205"},
			{does: "closes in mid-body: its Content-Length promised more", at: webhooktest.ClosesInBody(t), tries: "next 11205"},
			{does: "speaks another protocol", at: webhooktest.SpeaksNoHTTP(t), tries: "next 11206"},
			{does: "speaks another protocol, and first", at: webhooktest.SpeaksFirst(t), tries: "next 11206"},
		},
	}
}

func (st *stage) handshakes() section {
	t, day := st.t, 24*time.Hour
	own := st.ca.Certificate(t, "127.0.0.1", time.Now().Add(day))
	only := func(config *tls.Config) string {
		config.Certificates = []tls.Certificate{own}
		return webhooktest.TLS(t, config, answers("text/xml", says(hello)))
	}
	return section{
		title: "TLS",
		intro: "A handshake that fails counts as a connection that did not come about, and is tried once more.",
		rows: []row{
			{does: "closes in mid-handshake", at: webhooktest.TLSHandshakeFails(t), tries: "again 11220, next 11220"},
			{does: "does not finish the handshake within 5 s", at: "https://hangs.test/sms", tries: "again 11220, next 11220", took: 10 * time.Second},
			{does: "speaks plain HTTP behind `https:`", at: "https" + strings.TrimPrefix(st.twiml(says(hello)), "http"), tries: "again 11220, next 11220"},
			{does: "knows TLS 1.1 at most", at: only(&tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}), tries: "again 11220, next 11220"},
			{does: "wants a certificate of ours", at: only(&tls.Config{ClientAuth: tls.RequireAnyClientCert, MaxVersion: tls.VersionTLS12}), tries: "again 11220, next 11220"},
			{does: "has a certificate for another host", at: webhooktest.TLSWrongHost(t, st.ca), tries: "again 11235, next 11235"},
			{does: "has one for another host, with `#sni=n`", at: webhooktest.TLSWrongHost(t, st.ca) + "#sni=n", tries: "again 11235, next 11235"},
			{does: "has one that has expired", at: webhooktest.TLSExpired(t, st.ca), tries: "again 11236, next 11236"},
			{does: "has one of an unknown issuer", at: webhooktest.TLSUnknownIssuer(t), tries: "again 11237, next 11237"},
		},
	}
}

func (st *stage) addresses() section {
	bad := func(does, at string, code string) row {
		return row{does: does, at: at, tries: "next " + code}
	}
	malformed := bad("has a URL that is malformed", "http://ann:secret@[::1/sms#rc=0", "11100")
	malformed.where = "http://[::1/sms"
	return section{
		title: "The URL",
		intro: "Nothing is sent: the fallback is asked at once. Most of these are refused when a number is set up, but a fragment or a name may go bad later.",
		rows: []row{
			malformed,
			bad("has a port that cannot be", "http://127.0.0.1:70000/sms", "11100"),
			bad("has an `&` in its password", "http://ann:a&b@127.0.0.1/sms", "11100"),
			bad("has a limit that is no number, `#ct=soon`", "http://127.0.0.1/sms#ct=soon", "11100"),
			bad("has an edge that is none, `#e=A!`", "http://127.0.0.1/sms#e=A!", "11240"),
			bad("has an edge nobody knows, `#e=paris`", "http://127.0.0.1/sms#e=paris", "11241"),
			bad("has a retry policy nobody knows, `#rp=3xx`", "http://127.0.0.1/sms#rp=3xx", "11243"),
			bad("is a bin that does not exist", string(repli.NewSecretSID(repli.BinPrefix)), "11217"),
		},
	}
}
