package webhook

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/url"

	"github.com/repli-sms/repli"
)

// CheckHealth connects to where a question to this URL would be sent, completes the TLS handshake if
// that is https, and closes the connection. It asks nothing. The guard and the URL's limits for a
// connection apply, but it takes no slot and never retries. It returns nil if the connection comes
// about, and else the *[repli.Error] that a question would have failed with. Where a Transport takes
// the place of the network it returns nil.
func (c *Client) CheckHealth(ctx context.Context, rawURL string) error {
	nc, err := c.connect(ctx, rawURL)
	if nc == nil {
		return err
	}
	return nc.Close()
}

// Certificate connects as [Client.CheckHealth] does, and returns the server's certificate; nil if the
// URL is not https, or a Transport takes the place of the network.
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

// connect returns an established connection, nil where a Transport takes the place of the network.
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
		return nil, repli.Errorf(11100, "The URL %q is malformed", clip(t.wire))
	}
	limits := c.limits.with(o)
	ctx, x := begin(ctx, limits, true)
	defer x.done()
	nc, err := wired.connect(ctx, serverOf(u))
	if err != nil {
		return nil, onTheWire(err, moment{host: hostOf(t), limits: limits, cause: x.cause()}).err
	}
	return nc, nil
}
