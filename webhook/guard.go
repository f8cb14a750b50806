package webhook

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"

	"code.dny.dev/ssrf"
)

// A Guard decides which addresses may be dialled, so that a customer's URL cannot reach services
// on our own network. It checks the resolved address when dialling, so neither a changed DNS
// record nor a redirect gets around it.
//
// twilio: api/errors/11205
type Guard struct {
	ssrf   *ssrf.Guardian
	dialer net.Dialer
}

// ErrRefused is wrapped by the error of a connection that a [Guard] refused.
var ErrRefused = errors.New("address refused")

// privatePrefixes are the addresses of this machine and of private networks.
var privatePrefixes = []netip.Prefix{
	netip.MustParsePrefix("127.0.0.0/8"),
	netip.MustParsePrefix("10.0.0.0/8"),
	netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("::1/128"),
	netip.MustParsePrefix("fc00::/7"),
}

// neverAsked are single addresses that are never called, as link-local ones are: clouds serve
// credentials there to any program of a machine.
var neverAsked = map[netip.Addr]string{
	// AWS, EC2 User Guide, "Access instance metadata": the IPv6 form of 169.254.169.254
	netip.MustParseAddr("fd00:ec2::254"): "the instance metadata of AWS",
	// Alibaba Cloud, ECS User Guide, "Instance metadata"
	netip.MustParseAddr("100.100.100.200"): "the instance metadata of Alibaba Cloud",
	// Microsoft Learn, "What is IP address 168.63.129.16?"
	netip.MustParseAddr("168.63.129.16"): "the host agent of Azure",
	// Oracle Cloud Infrastructure, "Getting instance metadata": the IPv6 form
	netip.MustParseAddr("fd00:c1::a9fe:a9fe"): "the instance metadata of Oracle Cloud",
	// Google Cloud, Compute Engine, "View and query VM metadata": IPv6 of metadata.google.internal
	netip.MustParseAddr("fd20:ce::254"): "the metadata server of Google Cloud",
}

// NewGuard returns a Guard that permits public addresses, those in allow and, if private is set,
// those of private networks and of this machine. It never permits link-local and multicast
// addresses and those of clouds' metadata, not even those in allow. It permits every port. resolver looks up names; nil means
// [net.DefaultResolver].
func NewGuard(allow []netip.Prefix, private bool, resolver *net.Resolver) *Guard {
	var v4, v6 []netip.Prefix
	if private {
		allow = append(allow[:len(allow):len(allow)], privatePrefixes...)
	}
	for _, p := range allow {
		if p.Addr().Is4() {
			v4 = append(v4, p)
		} else {
			v6 = append(v6, p)
		}
	}
	g := &Guard{ssrf: ssrf.New(ssrf.WithAnyPort(), ssrf.WithAllowedV4Prefixes(v4...), ssrf.WithAllowedV6Prefixes(v6...))}
	g.dialer = net.Dialer{Control: g.Control, Resolver: resolver}
	return g
}

// Check returns nil if addr may be dialled, and otherwise an error that wraps [ErrRefused] and
// gives the reason.
func (g *Guard) Check(addr netip.Addr) error {
	addr = addr.Unmap().WithZone("")
	switch {
	case addr.IsLinkLocalUnicast():
		return fmt.Errorf("%w: %s is a link-local address, which is never asked", ErrRefused, addr)
	case neverAsked[addr] != "":
		return fmt.Errorf("%w: %s is %s, which is never asked", ErrRefused, addr, neverAsked[addr])
	case addr.IsMulticast(), addr.IsUnspecified():
		return fmt.Errorf("%w: %s is no address of one machine", ErrRefused, addr)
	case g.ssrf.SafeAddr(addr) != nil:
		return fmt.Errorf("%w: %s is a private or reserved address and not among those allowed", ErrRefused, addr)
	}
	return nil
}

// Control is for [net.Dialer.Control]. It blocks a connection before its first packet.
func (g *Guard) Control(network, address string, c syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil || (network != "tcp4" && network != "tcp6") {
		return fmt.Errorf("%w: %s %s is not a TCP address", ErrRefused, network, address)
	}
	return g.Check(ap.Addr())
}

// DialContext dials an address that the guard permits.
func (g *Guard) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return g.dialer.DialContext(ctx, network, address)
}

// LookUp returns the addresses of a host, including those that may not be dialled.
func (g *Guard) LookUp(ctx context.Context, host string) ([]netip.Addr, error) {
	resolver := g.dialer.Resolver
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	addrs, err := resolver.LookupNetIP(ctx, "ip", host)
	for i, a := range addrs {
		addrs[i] = a.Unmap()
	}
	return addrs, err
}

// Transport returns a new HTTP transport that dials through the guard and uses no proxy.
func (g *Guard) Transport() *http.Transport {
	return &http.Transport{DialContext: g.DialContext, MaxResponseHeaderBytes: maxHeader, IdleConnTimeout: idleTime}
}
