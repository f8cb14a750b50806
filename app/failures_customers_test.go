package app_test

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf16"

	"github.com/repli-sms/repli/app/apptest"
	"github.com/repli-sms/repli/webhook/webhooktest"
)

// says returns a document that sends texts.
func says(texts ...string) string {
	return "<Response><Message>" + strings.Join(texts, "</Message><Message>") + "</Message></Response>"
}

// twiml is a customer who answers with a document.
func (st *stage) twiml(document string) string {
	return webhooktest.Answers(st.t, "text/xml", document)
}

// bin creates a bin with a document and returns its SID.
func (st *stage) bin(document string) string {
	return string(apptest.Bin(document)(st.Server).Bin)
}

// answers is a well-behaved customer.
func answers(contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		io.WriteString(w, body)
	}
}

// challenges is a customer that requires the password "secret" by this scheme, called with these
// credentials.
func (st *stage) challenges(scheme, credentials string) string {
	st.t.Helper()
	at := webhooktest.Handle(st.t, func(w http.ResponseWriter, r *http.Request) {
		_, password, basic := r.BasicAuth()
		digest := strings.HasPrefix(r.Header.Get("Authorization"), `Digest username="ann"`)
		if scheme == "Basic" && basic && password == "secret" || scheme == "Digest" && digest {
			answers("text/xml", says(hello))(w, r)
			return
		}
		w.Header().Set("WWW-Authenticate", scheme+` realm="shop", nonce="1", qop="auth"`)
		w.WriteHeader(http.StatusUnauthorized)
	})
	return strings.Replace(at, "http://", "http://"+credentials+"@", 1)
}

// stumbles is a customer that fails the first time.
func (st *stage) stumbles(fail, then http.HandlerFunc) string {
	st.t.Helper()
	var asked atomic.Bool
	return webhooktest.Handle(st.t, func(w http.ResponseWriter, r *http.Request) {
		if asked.Swap(true) {
			then(w, r)
			return
		}
		fail(w, r)
	})
}

// pages is a customer with n documents, each of which redirects to the next.
func (st *stage) pages(n int) string {
	st.t.Helper()
	return webhooktest.Handle(st.t, func(w http.ResponseWriter, r *http.Request) {
		page, _ := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/"))
		document := says(hello)
		if page+1 < n {
			document = fmt.Sprintf("<Response><Redirect>%d</Redirect></Response>", page+1)
		}
		answers("text/xml", document)(w, r)
	})
}

// inMemory returns customers that take fake time. Nobody is at nobody.test.
func inMemory() webhooktest.Network {
	const head = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
	return webhooktest.Network{
		"hangs.test":  webhooktest.Silent,
		"drips.test":  webhooktest.Dripping(time.Second),
		"header.test": webhooktest.Stalling("HTTP/1.1 200 OK\r\nContent-Ty"),
		"body.test":   webhooktest.Stalling(head + "Content-Length: 99\r\n\r\n<Response>"),
		"slow.test":   webhooktest.Handling(slow),
		"lines.test":  lines,
	}
}

// keeps returns the row of a primary that keeps its connections open and closes each a given time
// after its second request.
func keeps(does, method string, works time.Duration, tries string) row {
	return row{
		does: does, at: fmt.Sprintf("http://keeps-%v-%s.test", works, strings.ToLower(method)), method: method,
		tries: tries, took: works, kept: &webhooktest.Keeper{Body: says(hello), Works: works},
	}
}

// slow is a customer that takes 14 seconds to answer.
func slow(w http.ResponseWriter, r *http.Request) {
	select {
	case <-time.After(14 * time.Second):
		answers("text/xml", says(hello))(w, r)
	case <-r.Context().Done():
	}
}

// lines is a customer that sends the lines of an answer one by one, a second apart.
func lines(c net.Conn) {
	if req, err := http.ReadRequest(bufio.NewReader(c)); err != nil || discard(req.Body) != nil {
		return
	}
	for line := range strings.Lines(whole(says(hello))) {
		io.WriteString(c, line)
		<-time.After(time.Second)
	}
}

func discard(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}

// padded returns a document of the given size in bytes.
func padded(size int) string {
	document := strings.TrimSuffix(says(hello), "</Response>") + "<!--"
	return document + strings.Repeat("x", size-len(document)-len("--></Response>")) + "--></Response>"
}

// inUTF16 returns a document in little-endian UTF-16.
func inUTF16(document string) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(document)) {
		b = binary.LittleEndian.AppendUint16(b, unit)
	}
	return string(b)
}

// whole returns a complete HTTP response.
func whole(document string) string {
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s", len(document), document)
}

// chunked returns a body in chunks of five bytes.
func chunked(body string) string {
	var b strings.Builder
	for part := range slices.Chunk([]byte(body), 5) {
		fmt.Fprintf(&b, "%x\r\n%s\r\n", len(part), part)
	}
	return b.String() + "0\r\n\r\n"
}
