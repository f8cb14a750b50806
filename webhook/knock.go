package webhook

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/url"

	"github.com/repli-sms/repli"
)

// Knock connects to where a question to this URL would be sent, shakes hands if that is https,
// and hangs up again. It asks nothing. The guard and the URL's limits for a connection apply,
// but it takes no slot and never tries again. It returns nil when somebody is there; the error
// is the *[repli.Error] a question would have failed with. Where a Transport takes the place of
// the network there is nowhere to knock, and somebody is always there.
func (c *Client) Knock(ctx context.Context, rawURL string) error {
	nc, err := c.knock(ctx, rawURL)
	if nc == nil {
		return err
	}
	return nc.Close()
}

// Certificate knocks, and returns the certificate that is shown there. There is none, nil, if the
// URL is not https, and where a Transport takes the place of the network.
func (c *Client) Certificate(ctx context.Context, rawURL string) (*x509.Certificate, error) {
	nc, err := c.knock(ctx, rawURL)
	if nc == nil {
		return nil, err
	}
	defer nc.Close()
	tc, shook := nc.(*tls.Conn)
	if !shook {
		return nil, nil
	}
	return tc.ConnectionState().PeerCertificates[0], nil
}

// knock returns the connection that somebody has taken, nil where there is no network.
func (c *Client) knock(ctx context.Context, rawURL string) (net.Conn, error) {
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
