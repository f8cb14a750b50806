package webhook

import (
	"context"
	"net/url"

	"github.com/repli-sms/repli"
)

// Knock connects to where a question to this URL would be sent, shakes hands if that is https,
// and hangs up again. It asks nothing. The guard and the URL's limits for a connection apply,
// but it takes no slot and never tries again. It returns nil when somebody is there; the error
// is the *[repli.Error] a question would have failed with. Where a Transport takes the place of
// the network there is nowhere to knock, and somebody is always there.
func (c *Client) Knock(ctx context.Context, rawURL string) error {
	t, bad := parseTarget(rawURL)
	if bad != nil {
		return bad
	}
	o, err := ParseOverrides(t.fragment)
	if err != nil {
		return err
	}
	wired, ok := c.fresh.(*transport)
	if !ok {
		return nil
	}
	u, err := url.Parse(t.wire)
	if err != nil {
		return repli.Errorf(11100, "The URL %q is malformed", clip(t.wire))
	}
	limits := c.limits.with(o)
	ctx, x := begin(ctx, limits, true)
	defer x.done()
	nc, err := wired.connect(ctx, serverOf(u))
	if err != nil {
		return onTheWire(err, moment{host: hostOf(t), limits: limits, cause: x.cause()}).err
	}
	return nc.Close()
}
