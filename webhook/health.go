package webhook

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/url"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/quote"
)

// CheckHealth connects to the server of this URL, completes the TLS handshake for https, and
// closes the connection. It sends no request. The guard and the URL's connect limits apply, but
// it takes no slot and never retries. It returns nil if the connection succeeds, and otherwise
// the *[repli.Error] that a question would have failed with, which wraps [ErrStarved] if this
// machine could not connect to anything. If Config.Transport is set, it
// returns nil.
func (c *Client) CheckHealth(ctx context.Context, rawURL string) error {
	nc, err := c.connect(ctx, rawURL)
	if nc == nil {
		return err
	}
	return nc.Close()
}

// Certificate connects like [Client.CheckHealth] and returns the server's certificate. It returns
// nil if the URL is not https or Config.Transport is set.
func (c *Client) Certificate(ctx context.Context, rawURL string) (*x509.Certificate, error) {
	nc, err := c.connect(ctx, rawURL)
	if nc == nil {
		return nil, err
	}
	defer nc.Close()
	tc, secure := nc.(*tls.Conn)
	if !secure {
		return nil, nil
	}
	return tc.ConnectionState().PeerCertificates[0], nil
}

// connect returns an open connection, or nil if Config.Transport is set.
func (c *Client) connect(ctx context.Context, rawURL string) (net.Conn, error) {
	t, bad := parseTarget(rawURL)
	if bad != nil {
		return nil, bad
	}
	o, err := ParseOverrides(t.fragment)
	if err != nil {
		return nil, err
	}
	wired, ok := c.fresh.(*transport)
	if !ok {
		return nil, nil
	}
	u, err := url.Parse(t.wire)
	if err != nil {
		return nil, repli.Errorf(11100, "The URL %q is malformed", quote.Place(t.wire))
	}
	limits := c.limits.with(o)
	ctx, x := begin(ctx, limits, true)
	defer x.done()
	nc, err := wired.connect(ctx, serverOf(u))
	if err != nil {
		failed := onTheWire(err, moment{host: hostOf(t), limits: limits, cause: x.cause()}).err
		c.shortage.note(failed)
		return nil, failed
	}
	return nc, nil
}
