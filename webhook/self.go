package webhook

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/repli-sms/repli"
)

// A Self is where the server listens that a [Client] belongs to. Its own APIs are never asked: a
// handler's redirect could otherwise make it act on itself, from an address that it trusts. What
// it serves to everybody, its welcome, bins and media, may be asked like anything else.
type Self struct {
	BaseURL string   // how the world reaches it
	Names   []string // its other names
	Listen  []string // host:port of each socket
}

// A self holds the addresses of this server, with which each URL is compared.
type self struct {
	base   socket
	root   string // the path of the base URL, without a slash at the end
	listen []socket
	names  []string
}

// A socket is a host, in small letters, and a port.
type socket struct {
	host string
	addr netip.Addr // zero when host is a name
	port string
}

func socketOf(scheme, hostport string) socket {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil {
		host, port = strings.Trim(hostport, "[]"), portOfHTTP
		if scheme == schemeOfHTTPS {
			port = portOfHTTPS
		}
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	addr, _ := netip.ParseAddr(host)
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		addr = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	if n, err := strconv.Atoi(port); err == nil {
		port = strconv.Itoa(n) // 08080 is 8080
	}
	return socket{host, addr.Unmap().WithZone(""), port}
}

func newSelf(s Self) self {
	made := self{names: s.Names}
	if u, err := url.Parse(s.BaseURL); err == nil && u.Host != "" {
		made.base, made.root = socketOf(u.Scheme, u.Host), strings.TrimSuffix(u.Path, "/")
	}
	for _, at := range s.Listen {
		made.listen = append(made.listen, socketOf("http", at))
	}
	return made
}

// check returns an error that wraps [ErrRefused] for a URL of one of the server's own APIs.
// origin and wire are as in a target.
func (s *self) check(origin, wire string) *repli.Error {
	scheme, hostport, _ := strings.Cut(origin, "://")
	at := socketOf(scheme, hostport)
	rest := wire[min(len(origin), len(wire)):]
	if !s.isBase(at, rest) && !s.isListening(at) || isPublic(rest) {
		return nil
	}
	return &repli.Error{
		Code: 11205, Detail: hostport + " may not be asked: it is this server itself, whose APIs are for others",
		Err: fmt.Errorf("%w: %s is this server itself", ErrRefused, hostport),
	}
}

// isBase reports whether a URL begins as the base URL does. A base URL with a path shares its
// host with others.
func (s *self) isBase(at socket, rest string) bool {
	if at.port != s.base.port || at.host != s.base.host && (at.addr != s.base.addr || !at.addr.IsValid()) {
		return false
	}
	inside := cleanPath(rest)
	return s.root == "" || inside == s.root || strings.HasPrefix(inside, s.root+"/")
}

// isListening reports whether a connection to a host and port ends at this server.
func (s *self) isListening(at socket) bool {
	for _, own := range s.listen {
		switch {
		case own.port != at.port:
		case own.host == at.host, slices.Contains(s.names, at.host):
			return true
		case !at.addr.IsValid() || !own.addr.IsValid() && own.host != "":
		case own.addr == at.addr, at.addr.IsLoopback() && own.addr == netip.IPv6Loopback():
			return true
		case own.host == "" || own.addr.IsUnspecified():
			if isLocal(at.addr) {
				return true
			}
		}
	}
	return false
}

// isLocal reports whether an address is one of this machine.
func isLocal(addr netip.Addr) bool {
	if addr.IsLoopback() || addr.IsUnspecified() {
		return true
	}
	own, err := net.InterfaceAddrs()
	return err == nil && slices.ContainsFunc(own, func(a net.Addr) bool {
		prefix, err := netip.ParsePrefix(a.String())
		return err == nil && prefix.Addr().Unmap().WithZone("") == addr
	})
}

// isPublic reports whether what follows an origin is the welcome, a bin, or an item of media.
func isPublic(rest string) bool {
	at := cleanPath(rest)
	if at == "/" {
		return true
	}
	if strings.Contains(at, repli.BinsPath) {
		_, name, _ := strings.Cut(at, repli.BinsPath)
		_, err := repli.ParseSID(name, repli.BinPrefix)
		return err == nil
	}
	_, err := repli.ParseSID(path.Base(at), repli.MediaPrefix)
	return err == nil && path.Base(path.Dir(at)) == "Media"
}

// cleanPath returns the path in what follows an origin as a server reads it.
func cleanPath(rest string) string {
	rest, _, _ = strings.Cut(rest, "?")
	plain, err := url.PathUnescape(rest)
	if err != nil {
		plain = rest
	}
	return path.Clean("/" + plain)
}

// An outsider sends requests to everybody but this server.
type outsider struct {
	*http.Transport
	self *self
}

func (o outsider) RoundTrip(r *http.Request) (*http.Response, error) {
	origin := r.URL.Scheme + "://" + r.URL.Host
	if err := o.self.check(origin, origin+r.URL.EscapedPath()); err != nil {
		if r.Body != nil {
			r.Body.Close()
		}
		return nil, err
	}
	return o.Transport.RoundTrip(r)
}
