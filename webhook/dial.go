package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

// A dialer opens connections for webhooks, within the limits of the exchange that needs them.
type dialer struct {
	tcp      func(ctx context.Context, network, address string) (net.Conn, error)
	roots    *x509.CertPool
	sessions tls.ClientSessionCache
}

// A dialError says why a connection could not be opened.
type dialError struct {
	tls  bool // TCP connected, but the handshake failed
	late bool // the connect timeout expired
	err  error
}

func (e *dialError) Error() string { return e.err.Error() }
func (e *dialError) Unwrap() error { return e.err }

// errConnect is the cause of a context that ended with the connect timeout.
var errConnect = errors.New("connect timeout (ct)")

// dial connects to an address and records the duration of the lookup and of the connection.
func (d *dialer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	x := exchangeOf(ctx)
	ctx, cancel := context.WithTimeoutCause(ctx, x.limits.connect, errConnect)
	defer cancel()
	var asked, resolved atomic.Int64 // the resolver may still run after this call returned
	start := time.Now()
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSStart: func(httptrace.DNSStartInfo) { asked.Store(int64(time.Since(start))) },
		DNSDone:  func(httptrace.DNSDoneInfo) { resolved.Store(int64(time.Since(start))) },
	})
	nc, err := d.open(ctx, x, network, address)
	if at, ok := ctx.Deadline(); err != nil && ok && !time.Now().Before(at) {
		<-ctx.Done() // the dial can time out a moment before ctx does
	}
	took := time.Since(start)
	dns := time.Duration(max(resolved.Load()-asked.Load(), 0))
	x.dialled(dns, took-dns)
	if err != nil {
		return nil, &dialError{err: err, late: errors.Is(context.Cause(ctx), errConnect)}
	}
	return &conn{Conn: nc, connect: took - dns}, nil
}

// open opens a connection, real or simulated by a fault.
func (d *dialer) open(ctx context.Context, x *exchange, network, address string) (net.Conn, error) {
	if x.strike != nil {
		return x.strike.open(ctx, x, network, address)
	}
	return d.tcp(ctx, network, address)
}

// dialTLS connects and completes the TLS handshake. The connect timeout applies to each
// separately.
func (d *dialer) dialTLS(ctx context.Context, network, address string) (net.Conn, error) {
	nc, err := d.dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	x := exchangeOf(ctx)
	ctx, cancel := context.WithTimeoutCause(ctx, x.limits.connect, errConnect)
	defer cancel()
	host, _, _ := net.SplitHostPort(address)
	start := time.Now()
	tc := tls.Client(nc, d.config(host, x.limits.noSNI))
	err = tc.HandshakeContext(ctx)
	x.shook(time.Since(start))
	if err != nil {
		nc.Close()
		return nil, &dialError{tls: true, err: err, late: errors.Is(context.Cause(ctx), errConnect)}
	}
	return tc, nil
}

// config returns the TLS configuration for a host, with or without SNI.
func (d *dialer) config(host string, noSNI bool) *tls.Config {
	c := &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: []string{"http/1.1"},
		RootCAs:    d.roots,
	}
	if !noSNI {
		c.ServerName, c.ClientSessionCache = host, d.sessions
		return c
	}
	// Without a ServerName crypto/tls cannot verify the certificate, so VerifyConnection does.
	c.InsecureSkipVerify = true
	c.VerifyConnection = func(state tls.ConnectionState) error {
		chain := x509.VerifyOptions{DNSName: host, Roots: d.roots, Intermediates: x509.NewCertPool()}
		for _, cert := range state.PeerCertificates[1:] {
			chain.Intermediates.AddCert(cert)
		}
		_, err := state.PeerCertificates[0].Verify(chain)
		return err
	}
	return c
}

// startsAgain reports whether a packet holds a status line that does not begin the answer. Under TLS
// none is seen.
func startsAgain(packet []byte, answering bool) bool {
	return answering && bytes.HasPrefix(packet, []byte("HTTP/1.")) || bytes.Contains(packet, []byte("\r\nHTTP/1."))
}

// A conn reports each packet that arrives to the exchange that uses it.
type conn struct {
	net.Conn
	connect time.Duration // how long connecting took
	user    atomic.Pointer[exchange]
}

func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		if x := c.user.Load(); x != nil {
			x.packet()
			if startsAgain(p[:n], x.answering()) {
				x.restarted.Store(true)
			}
		}
	}
	return n, err
}
