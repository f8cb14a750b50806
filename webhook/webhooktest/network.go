package webhooktest

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
)

// A Network is one in memory, so that what takes time on it can take fake time (see
// testing/synctest): servers by host, each there on every port. It hands each connection to its
// server in a goroutine of its own, and closes it when that returns.
type Network map[string]func(net.Conn)

// Dial is for webhook.Config. A host that is not there never accepts.
func (n Network) Dial(ctx context.Context, _, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	serve := n[host]
	if serve == nil {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	ours, theirs := net.Pipe()
	go func() {
		defer theirs.Close()
		serve(theirs)
	}()
	return ours, nil
}

// Handling is a server that answers one request with an http.Handler. The request ends when the
// other side has closed.
func Handling(h http.HandlerFunc) func(net.Conn) {
	return func(c net.Conn) {
		in := bufio.NewReader(c)
		r, err := http.ReadRequest(in)
		if err != nil || r.ParseForm() != nil {
			return
		}
		ctx, cancel := context.WithCancel(context.Background())
		go func() {
			defer cancel()
			io.Copy(io.Discard, in)
		}()
		w := httptest.NewRecorder()
		h(w, r.WithContext(ctx))
		answer := w.Result()
		answer.ContentLength, answer.Close = int64(w.Body.Len()), true
		answer.Write(c)
	}
}
