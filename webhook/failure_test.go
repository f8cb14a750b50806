package webhook_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/webhook"
	"github.com/repli-sms/repli/webhook/webhooktest"
)

// ask asks a document of a URL by POST, private addresses allowed.
func ask(t *testing.T, cfg webhook.Config, url string) webhook.Answer {
	t.Helper()
	cfg.AllowPrivate = true
	c := webhook.New(cfg)
	t.Cleanup(c.CloseIdle)
	return c.Ask(t.Context(), question(url))
}

func question(url string) webhook.Question {
	return webhook.Question{
		URL: url, Method: "POST", AuthToken: "12345", Token: "a-token", Document: true,
		Params: repli.Params{{Name: "From", Value: "+15557770001"}, {Name: "Body", Value: "Héllo & bye 👍"}},
	}
}

// codes returns the codes of the tries, in order.
func codes(a webhook.Answer) string {
	var b strings.Builder
	for _, t := range a.Tries {
		fmt.Fprintf(&b, "%d ", t.ErrorCode)
	}
	return strings.TrimSpace(b.String())
}

// TestEachWayToFailHasItsCodes asks real servers. The limits of which more than one counts, or before
// which something must have happened, are TestEachLimitHasItsCodes's.
func TestEachWayToFailHasItsCodes(t *testing.T) {
	ca := webhooktest.NewCA(t)
	resolver := webhooktest.Resolver(t, nil)
	for _, row := range []struct {
		name   string
		url    string
		codes  string // of the tries
		code   int    // of the answer, when it is not that of the last try
		detail string // a part of it
	}{
		{name: "refuses the connection", url: webhooktest.Refuses(t), codes: "11202 11202", detail: "refused"},
		{name: "refuses, no retries", url: webhooktest.Refuses(t) + "#rc=0", codes: "11202", detail: "refused"},
		{name: "refuses, retries only on rt", url: webhooktest.Refuses(t) + "#rp=rt", codes: "11202", detail: "refused"},
		{name: "refuses, five retries", url: webhooktest.Refuses(t) + "#rc=9", codes: "11202 11202 11202 11202 11202 11202", detail: "refused"},
		{name: "never accepts", url: webhooktest.NeverAccepts(t) + "#ct=150", codes: "11201 11201", detail: "within 150ms (ct)"},
		{name: "does not resolve", url: "http://nowhere.test/", codes: "11210", detail: "nowhere.test"},
		{name: "hangs past the read timeout", url: webhooktest.Hangs(t) + "#rt=100", codes: "11205", detail: "within 100ms (rt)"},
		{name: "hangs past the total", url: webhooktest.Hangs(t) + "#tt=100", codes: "11205", detail: "within 100ms (tt)"},
		{name: "hangs, read timeouts are retried", url: webhooktest.Hangs(t) + "#rt=100&rp=rt", codes: "11205 11205", detail: "(rt)"},
		{name: "resets in mid-body, never retried", url: webhooktest.ResetsInBody(t) + "#rp=all", codes: "11205", detail: "in mid-answer"},
		{name: "closes in mid-body", url: webhooktest.ClosesInBody(t), codes: "11205", detail: "in mid-answer"},
		{name: "closes before a byte", url: webhooktest.ClosesBeforeAByte(t), codes: "11205", detail: "before it answered"},
		{name: "closes at once", url: webhooktest.ClosesAtOnce(t), codes: "11205", detail: "at once, as a port proxy does with nothing behind it"},
		{name: "closes before a byte, retried by all", url: webhooktest.ClosesBeforeAByte(t) + "#rp=all", codes: "11205 11205", detail: "before it answered"},
		{name: "speaks no HTTP", url: webhooktest.SpeaksNoHTTP(t), codes: "11206", detail: "SSH-2.0"},
		{name: "speaks first", url: webhooktest.SpeaksFirst(t), codes: "11206", detail: "does not keep to HTTP"},
		{name: "sends a header without end", url: webhooktest.Sends(t, "HTTP/1.1 200 OK\r\nX: "+strings.Repeat("x", 80_000)), codes: "11206", detail: "header"},
		{name: "sends bad chunks", url: webhooktest.Sends(t, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), codes: "11206", detail: "chunk"},
		{name: "begins another answer in its chunks", url: webhooktest.Sends(t, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nYour\r\nHTTP/1.1 500 Internal Server Error\r\n\r\n"), codes: "11205", detail: "in the midst of its chunks"},
		{name: "answers 101", url: webhooktest.Sends(t, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"), codes: "11206", detail: "101"},
		{name: "answers 700", url: webhooktest.Sends(t, "HTTP/1.1 700 Odd\r\nContent-Length: 0\r\n\r\n"), codes: "11206", detail: "700"},
		{name: "TLS handshake fails", url: webhooktest.TLSHandshakeFails(t), codes: "11220 11220", detail: "TLS handshake"},
		{name: "no TLS behind https", url: "https" + strings.TrimPrefix(webhooktest.Status(t, 200), "http"), codes: "11220 11220", detail: "TLS handshake"},
		{name: "TLS for another host", url: webhooktest.TLSWrongHost(t, ca), codes: "11235 11235", detail: "another host"},
		{name: "TLS for another host, name not sent", url: webhooktest.TLSWrongHost(t, ca) + "#sni=n&rc=0", codes: "11235", detail: "another host"},
		{name: "TLS expired", url: webhooktest.TLSExpired(t, ca), codes: "11236 11236", detail: "not valid at this time"},
		{name: "TLS of an unknown issuer", url: webhooktest.TLSUnknownIssuer(t), codes: "11237 11237", detail: "not signed"},
		{name: "404", url: webhooktest.Status(t, 404), codes: "11217", detail: "404 Not Found"},
		{name: "404, retried by 4xx", url: webhooktest.Status(t, 404) + "#rp=5xx,4xx&rc=2", codes: "11217 11217 11217", detail: "404"},
		{name: "404, not retried by 5xx", url: webhooktest.Status(t, 404) + "#rp=5xx", codes: "11217", detail: "404"},
		{name: "500", url: webhooktest.Status(t, 500), codes: "11217", detail: "500"},
		{name: "503, retried by 5xx", url: webhooktest.Status(t, 503) + "#rp=5xx", codes: "11217 11217", detail: "503"},
		{name: "401 without credentials of ours", url: webhooktest.Status(t, 401), codes: "11217", detail: "401"},
		{name: "302 without Location", url: webhooktest.RedirectsNowhere(t), codes: "11216", detail: "without a Location"},
		{name: "304", url: webhooktest.Status(t, 304), codes: "11216", detail: "304"},
		{name: "308", url: webhooktest.RedirectsTo(t, 308, "/x"), codes: "11216", detail: "308"},
		{name: "redirects out of the web", url: webhooktest.RedirectsTo(t, 302, "ftp://127.0.0.1/"), codes: "11216", detail: "ftp://"},
		{name: "redirects to nonsense", url: webhooktest.RedirectsTo(t, 302, "http://[::1"), codes: "11216", detail: "not a URL"},
		{name: "redirects in a circle", url: webhooktest.RedirectsInACircle(t), codes: "0 0 0 0 0 0 0 0 0 0 11215", detail: "10 redirects"},
		{name: "a body without a type", url: webhooktest.NoType(t), codes: "11200", detail: "Content-Type"},
		{name: "chunked and empty", url: webhooktest.ChunkedEmpty(t), codes: "11770", detail: "chunked"},
		{name: "over 64 kB", url: webhooktest.TooLong(t), codes: "11750", detail: "65536"},
		{name: "over 64 kB when gunzipped", url: webhooktest.TooLongGzip(t), codes: "11750", detail: "65536"},
		{name: "gzip that is none", url: webhooktest.GzipBytes(t, "text/xml", []byte("<Response/>")), codes: "11206", detail: "gzip"},
		{name: "gzip cut short", url: webhooktest.GzipBytes(t, "text/xml", []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\xb2")), codes: "11206", detail: "gzip"},
		{name: "an encoding nobody asked for", url: webhooktest.Sends(t, "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\nx"), codes: "11206", detail: `"br"`},
		{name: "a URL with a control character", url: "http://127.0.0.1/a\nb", codes: "11100", detail: "control"},
		{name: "a URL that is none", url: "http://[::1", codes: "11100", detail: "malformed"},
		{name: "a URL without a host", url: "http:///x", codes: "11100", detail: "host"},
		{name: "a URL of another scheme", url: "ftp://127.0.0.1/", codes: "11100", detail: "http://"},
		{name: "a limit that is no number", url: "http://127.0.0.1/#ct=soon", codes: "11100", detail: `"soon"`},
		{name: "a retry policy nobody knows", url: "http://127.0.0.1/#rp=3xx", codes: "11243", detail: `"3xx"`},
		{name: "an edge that is none", url: "http://127.0.0.1/#e=A!", codes: "11240", detail: `"A!"`},
		{name: "an edge nobody knows", url: "http://127.0.0.1/#e=paris", codes: "11241", detail: `"paris"`},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			a := ask(t, webhook.Config{RootCAs: ca.Pool(), Resolver: resolver}, row.url)
			if got := codes(a); got != row.codes {
				t.Errorf("codes of the tries: got %s, want %s", got, row.codes)
			}
			last := a.Tries[len(a.Tries)-1]
			if a.Err == nil || a.Err.Code != last.ErrorCode || a.Err.Detail != last.ErrorDetail {
				t.Errorf("got error %v, want that of the last try: %d %s", a.Err, last.ErrorCode, last.ErrorDetail)
			}
			if !strings.Contains(last.ErrorDetail, row.detail) {
				t.Errorf("got detail %q, want it to contain %q", last.ErrorDetail, row.detail)
			}
			for i, try := range a.Tries {
				want := repli.Again
				if i == len(a.Tries)-1 {
					want = ""
				}
				if try.Verdict != want || try.Try != i+1 || try.Method == "" || try.Started.IsZero() {
					t.Errorf("try %d: got verdict %q, number %d, method %q, started %v", i, try.Verdict, try.Try, try.Method, try.Started)
				}
			}
		})
	}
}

func TestWhatIsNotAFailure(t *testing.T) {
	ca := webhooktest.NewCA(t)
	whole := webhooktest.Document(65536)
	for _, row := range []struct {
		name, url    string
		status       int
		contentType  string
		body         string
		notADocument bool
	}{
		{name: "a document", url: webhooktest.Answers(t, "text/xml", "<Response/>"), status: 200, contentType: "text/xml", body: "<Response/>"},
		{name: "a document in gzip", url: webhooktest.Gzip(t, "text/xml", "<Response/>"), status: 200, contentType: "text/xml", body: "<Response/>"},
		{name: "64 kB sharp", url: webhooktest.Answers(t, "text/xml", whole), status: 200, contentType: "text/xml", body: whole},
		{name: "64 kB sharp in gzip", url: webhooktest.Gzip(t, "text/xml", whole), status: 200, contentType: "text/xml", body: whole},
		{name: "an empty body that claims to be gzip", url: webhooktest.GzipBytes(t, "text/xml", nil), status: 200, contentType: "text/xml"},
		{name: "204", url: webhooktest.Status(t, 204), status: 204, contentType: "text/plain"},
		{name: "201", url: webhooktest.Status(t, 201), status: 201, contentType: "text/plain", body: "Created"},
		{name: "neither type nor body", url: webhooktest.NothingAtAll(t), status: 200},
		{name: "over TLS", url: webhooktest.TLSAnswers(t, ca, "text/xml", "<Response/>"), status: 200, contentType: "text/xml", body: "<Response/>"},
		{name: "over TLS, the name not sent", url: webhooktest.TLSAnswers(t, ca, "text/xml", "<Response/>") + "#sni=n", status: 200, contentType: "text/xml", body: "<Response/>"},
		{name: "no document asked for: a body without a type", url: webhooktest.NoType(t), notADocument: true, status: 200, body: "<Response/>"},
		{name: "no document asked for: chunked and empty", url: webhooktest.ChunkedEmpty(t), notADocument: true, status: 200, contentType: "text/xml"},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := webhook.New(webhook.Config{AllowPrivate: true, RootCAs: ca.Pool()})
			t.Cleanup(c.CloseIdle)
			q := question(row.url)
			q.Document = !row.notADocument
			a := c.Ask(t.Context(), q)
			if a.Err != nil || len(a.Tries) != 1 {
				t.Fatalf("got error %v after %d tries, want none after one", a.Err, len(a.Tries))
			}
			if a.Status != row.status || a.ContentType != row.contentType || string(a.Body) != row.body {
				t.Errorf("got %d %q with %d bytes, want %d %q with %d", a.Status, a.ContentType, len(a.Body), row.status, row.contentType, len(row.body))
			}
			if try := a.Tries[0]; try.Status != row.status || string(try.Body) != row.body || try.ErrorCode != 0 || try.Verdict != "" {
				t.Errorf("the try has status %d, %d bytes, code %d, verdict %q", try.Status, len(try.Body), try.ErrorCode, try.Verdict)
			}
		})
	}
}

func TestTheFirst64kOfALongAnswerAreKept(t *testing.T) {
	for name, url := range map[string]string{"plain": webhooktest.TooLong(t), "gzip": webhooktest.TooLongGzip(t)} {
		a := ask(t, webhook.Config{}, url)
		if n := len(a.Tries[0].Body); n != repli.MaxDocument || !strings.HasPrefix(string(a.Tries[0].Body), "<Response>") {
			t.Errorf("%s: got %d bytes kept, want %d", name, n, repli.MaxDocument)
		}
	}
}

func TestAGzipStreamThatNeverUnfoldsIsGivenUp(t *testing.T) {
	var sent atomic.Int64
	url := webhooktest.Handle(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		w.Header().Set("Content-Encoding", "gzip")
		var empty bytes.Buffer
		gzip.NewWriter(&empty).Close()
		for {
			n, err := w.Write(empty.Bytes())
			if sent.Add(int64(n)); err != nil {
				return
			}
		}
	})
	a := ask(t, webhook.Config{}, url)
	if a.Err == nil || a.Err.Code != 11750 || a.Tries[0].Total > 5*time.Second {
		t.Errorf("got %v after %v and %d bytes, want 11750 at once", a.Err, a.Tries[0].Total, sent.Load())
	}
}

func TestWithoutADocumentAny2xxWillDo(t *testing.T) {
	for _, row := range []struct{ name, url string }{
		{"over 64 kB", webhooktest.TooLong(t)},
		{"over 64 kB when gunzipped", webhooktest.TooLongGzip(t)},
		{"an encoding nobody asked for", webhooktest.Sends(t, "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\nx")},
		{"gzip that is none", webhooktest.GzipBytes(t, "text/xml", []byte("<Response/>"))},
		{"closes in mid-body", webhooktest.ClosesInBody(t)},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := webhook.New(webhook.Config{AllowPrivate: true})
			t.Cleanup(c.CloseIdle)
			q := question(row.url)
			q.Document = false
			if a := c.Ask(t.Context(), q); a.Err != nil || len(a.Tries) != 1 || a.Tries[0].ErrorCode != 0 {
				t.Errorf("got error %v after %d tries, want none after one", a.Err, len(a.Tries))
			}
			if _, _, err := c.Fetch(t.Context(), row.url, 100); err == nil {
				t.Error("Fetch returned no error, though it reads what comes")
			}
		})
	}
}
