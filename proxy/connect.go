package proxy

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/repli-sms/repli/quote"
)

// established is the response to a successful CONNECT.
const established = "HTTP/1.1 200 Connection established\r\n\r\n"

// connect serves a CONNECT: it terminates TLS for Twilio's names and tunnels other hosts. It
// calls leave when the connection has ended.
func (s *Server) connect(w http.ResponseWriter, r *http.Request, leave func()) {
	host, port, err := net.SplitHostPort(r.URL.Host)
	if _, invalid := strconv.ParseUint(port, 10, 16); err != nil || invalid != nil || host == "" {
		leave()
		http.Error(w, fmt.Sprintf("%.100q is not host:port", r.URL.Host), http.StatusBadRequest)
		return
	}
	name, place := where(r.URL.Host)
	s.cfg.Log.Debug("connect", "host", quote.Place(r.URL.Host), "tunnel", place == elsewhere)
	if place == elsewhere {
		defer leave()
		s.tunnel(w, r)
		return
	}
	s.end(w, name, leave)
}

// end terminates the TLS of a connection with a certificate for the name.
func (s *Server) end(w http.ResponseWriter, name string, leave func()) {
	cert, err := s.cfg.Authority.leaf(name, time.Now())
	if err != nil {
		leave()
		http.Error(w, fmt.Sprintf("There can be no certificate for %.100q", name), http.StatusBadRequest)
		return
	}
	near, err := hijack(w)
	if err != nil {
		leave()
		return
	}
	near.gone = sync.OnceFunc(leave)
	if _, err := io.WriteString(near, established); err != nil {
		near.Close()
		return
	}
	s.ended.hand(tls.Server(near, &tls.Config{
		Certificates: []tls.Certificate{cert},
		NextProtos:   []string{"http/1.1"},
		MinVersion:   tls.VersionTLS12,
	}))
}

// A caller is the connection of a client to the proxy.
type caller struct {
	net.Conn
	early io.Reader // bytes sent before the proxy answered, and then the rest
	gone  func()    // called when it is closed
}

// hijack takes over the connection of a request from the HTTP server.
func hijack(w http.ResponseWriter) (*caller, error) {
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(time.Time{}); err != nil { // clears the deadline of the HTTP server
		return nil, errors.Join(err, conn.Close())
	}
	early := io.LimitReader(buffered, int64(buffered.Reader.Buffered()))
	return &caller{Conn: conn, early: io.MultiReader(early, conn), gone: func() {}}, nil
}

func (c *caller) Read(b []byte) (int, error) { return c.early.Read(b) }

func (c *caller) Close() error {
	defer c.gone()
	return c.Conn.Close()
}

// CloseWrite half-closes the connection for writing.
func (c *caller) CloseWrite() error { return closeWrite(c.Conn) }

// A handOver is a listener whose connections are passed to it.
type handOver struct {
	conns  chan net.Conn
	closed chan struct{}
	close  func()
	addr   net.Addr
}

func newHandOver(addr net.Addr) *handOver {
	closed := make(chan struct{})
	return &handOver{conns: make(chan net.Conn), closed: closed, close: sync.OnceFunc(func() { close(closed) }), addr: addr}
}

// hand passes a connection to Accept. After Close it closes the connection.
func (h *handOver) hand(c net.Conn) {
	select {
	case h.conns <- c:
	case <-h.closed:
		c.Close()
	}
}

// Accept returns the next connection.
func (h *handOver) Accept() (net.Conn, error) {
	select {
	case c := <-h.conns:
		return c, nil
	case <-h.closed:
		return nil, net.ErrClosed
	}
}

// Close closes the listener; accepted connections stay open.
func (h *handOver) Close() error { h.close(); return nil }

// Addr returns the address of the proxy.
func (h *handOver) Addr() net.Addr { return h.addr }
