package servers

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"
)

const twimlOfBalance = `<?xml version="1.0"?><Response><Message>` + balance + `</Message></Response>`

// An app is written in Go. It stands behind the proxies, and is a server of the table itself.
type app struct {
	port  string
	asked chan struct{} // receives when a slow request has come
}

func newApp(t *testing.T) *app {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	a := &app{port: port, asked: make(chan struct{}, 100)}
	// twilio: a webhook has 15 s. WriteTimeout is what guides to net/http recommend.
	server := &http.Server{Handler: a, WriteTimeout: 4 * time.Second, ConnContext: func(ctx context.Context, _ net.Conn) context.Context {
		return context.WithValue(ctx, asked{}, new(atomic.Int32))
	}}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return a
}

// asked is the key of the count of requests of a connection.
type asked struct{}

// ServeHTTP fails as the last part of the path says.
func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	say := func(kind, text string) {
		w.Header().Set("Content-Type", kind)
		io.WriteString(w, text)
	}
	switch r.URL.Path {
	case "/half":
		say("text/plain", "Your balance is")
		die(w, r)
	case "/half.xml":
		say("text/xml", "<Response><Message>Your balance is")
		die(w, r)
	case "/slow": // slower than each limit of the table, and quicker than WriteTimeout
		a.asked <- struct{}{}
		wait(r, 3*time.Second)
		say("text/xml", twimlOfBalance)
	case "/write-timeout":
		wait(r, 6*time.Second)
		say("text/xml", twimlOfBalance)
	case "/once": // and not again on the same connection
		if r.Context().Value(asked{}).(*atomic.Int32).Add(1) > 1 {
			panic(http.ErrAbortHandler)
		}
		say("text/xml", twimlOfBalance)
	case "/panic": // later than a connection that was stale would end
		wait(r, 500*time.Millisecond)
		panic(http.ErrAbortHandler)
	case "/handler-timeout":
		http.TimeoutHandler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }), time.Second, "").ServeHTTP(w, r)
	case "/untyped":
		io.WriteString(w, "<Response><Message>"+balance+"</Message></Response>")
	default:
		say("text/xml", twimlOfBalance)
	}
}

// die lets the first half of an answer reach the other side, and panics.
func die(w http.ResponseWriter, r *http.Request) {
	w.(http.Flusher).Flush()
	wait(r, 200*time.Millisecond)
	panic(http.ErrAbortHandler)
}

// wait waits, or until the request has gone.
func wait(r *http.Request, d time.Duration) {
	select {
	case <-time.After(d):
	case <-r.Context().Done():
	}
}

func goes() []software {
	return []software{{
		name: "Go", quick: true, needs: []string{"go"}, version: []string{"go", "version"},
		starts: func(_ *testing.T, p *place) { p.port = p.app.port },
		rows: []row{
			fails("`WriteTimeout: 4s` and a handler of 6 s, on a kept connection", "/write-timeout", 11205, "a WriteTimeout above 15 s; `http.TimeoutHandler` for less, which answers 503").onKept(),
			fails("the handler panics, on a kept connection", "/panic", 11205, "a middleware that recovers and answers 500").onKept(),
			fails("`http.TimeoutHandler`", "/handler-timeout", 11217, ""),
			fails("the handler panics in mid-answer, plain text", "/half", 11205, ""),
			sends("TwiML without a Content-Type and without `<?xml`", "/untyped", "<Response><Message>"+balance, "`w.Header().Set(\"Content-Type\", \"text/xml\")`; Go guesses text/plain").warns(looksLikeAnError),
		},
	}}
}
