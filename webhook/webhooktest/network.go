package webhooktest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
)

// A Network is one in memory, so that all that takes time on it can take fake time (see
// testing/synctest). What a server does not read, its client has not written.
type Network struct {
	mu      sync.Mutex
	servers map[string]func(net.Conn) // by host
}

// Serve hands each connection to handle, in a goroutine of its own, and returns the host, which
// is there on every port. The connection is closed when handle returns.
func (n *Network) Serve(handle func(net.Conn)) (host string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.servers == nil {
		n.servers = map[string]func(net.Conn){}
	}
	host = fmt.Sprintf("customer%d.test", len(n.servers)+1)
	n.servers[host] = handle
	return host
}

// Dial is for webhook.Config. A host where nobody serves never accepts.
func (n *Network) Dial(ctx context.Context, _, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	handle := n.servers[host]
	n.mu.Unlock()
	if handle == nil {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	ours, theirs := net.Pipe()
	go func() {
		defer theirs.Close()
		handle(theirs)
	}()
	return ours, nil
}

// Handling is a server that answers one request with an http.Handler, whose request ends when the
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
		resp := w.Result()
		resp.Close, resp.ContentLength = true, int64(w.Body.Len())
		resp.Write(c)
	}
}
