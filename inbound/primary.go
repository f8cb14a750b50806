package inbound

import (
	"net/url"
	"strings"

	"github.com/repli-sms/repli"
)

// A primary is what has a breaker: whatever an account asks at one scheme, host, port and path.
type primary struct {
	account                  repli.SID
	scheme, host, port, path string
}

// primaryAt returns the primary a URL names, and whether it names one.
func primaryAt(account repli.SID, raw string) (primary, bool) {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" {
		return primary{}, false
	}
	p := primary{account, u.Scheme, strings.ToLower(u.Hostname()), u.Port(), u.EscapedPath()}
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

// primaryOf returns the primary that a step is, and whether it is one that can be down.
func (e *Engine) primaryOf(account repli.SID, step repli.Step) (primary, bool) {
	if step.Bin != "" || e.target(step.URL).bin != "" {
		return primary{}, false
	}
	return primaryAt(account, step.URL)
}
