package breaker

import (
	"net"
	"net/url"
	"strings"

	"github.com/repli-sms/repli"
)

// A Primary identifies the handlers that share one breaker: everything that an account asks at one scheme, host,
// port and path.
type Primary struct {
	account                  repli.SID
	scheme, host, port, path string
}

// PrimaryAt returns the primary that a URL names, and whether it names one.
func PrimaryAt(account repli.SID, raw string) (Primary, bool) {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" {
		return Primary{}, false
	}
	p := Primary{account, u.Scheme, strings.ToLower(u.Hostname()), u.Port(), u.EscapedPath()}
	switch {
	case p.port != "":
	case p.scheme == "https":
		p.port = "443"
	default:
		p.port = "80"
	}
	if p.path == "" {
		p.path = "/"
	}
	return p, true
}

// String returns a URL that names the primary, always the same one.
func (p Primary) String() string {
	return p.scheme + "://" + net.JoinHostPort(p.host, p.port) + p.path
}
