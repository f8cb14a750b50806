package repli

import (
	"net/netip"
	"net/url"
	"strings"
)

// HostPort returns the host and the port that a URL leads to, in one form for all that mean the
// same, and "" for what is no URL. All names of this machine count as one.
func HostPort(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	host, port := strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")), u.Port()
	if host == "" {
		return ""
	}
	if isThisMachine(host) {
		host = "localhost"
	}
	switch {
	case port != "":
	case u.Scheme == "https":
		port = "443"
	default:
		port = "80"
	}
	return host + ":" + port
}

// isThisMachine tells whether a host in lower case is a name of the loopback.
func isThisMachine(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}
