package gate

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Proxies are the addresses of reverse proxies that are believed when they say for whom they
// ask, in X-Forwarded-For or Forwarded.
type Proxies []netip.Prefix

// Has reports whether an address is one of these.
func (p Proxies) Has(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	return slices.ContainsFunc(p, func(prefix netip.Prefix) bool { return prefix.Contains(addr) })
}

// Handler serves next with requests whose RemoteAddr is the caller's, also behind these proxies.
func (p Proxies) Handler(next http.Handler) http.Handler {
	if len(p) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		near := remote(r.RemoteAddr)
		if far := p.caller(near, r.Header); far != near {
			clone := *r
			clone.RemoteAddr = netip.AddrPortFrom(far, 0).String()
			r = &clone
		}
		next.ServeHTTP(w, r)
	})
}

// caller returns the address a request comes from that arrived from near: the last one that the
// proxies tell of and that is none of them. What cannot be read is as if it were not there. Most
// proxies write one of the two fields and pass the other one on as a stranger wrote it, so when
// they differ neither is believed.
func (p Proxies) caller(near netip.Addr, h http.Header) netip.Addr {
	if !p.Has(near) {
		return near
	}
	classic, has := h["X-Forwarded-For"]
	standard, also := h["Forwarded"]
	one, other := p.outermost(near, forwardedFor(classic)), p.outermost(near, forwarded(standard))
	switch {
	case has && also && one != other:
		return near
	case has:
		return one
	}
	return other
}

// outermost goes back along a path, whose last address is the nearest, as far as it can be
// believed.
func (p Proxies) outermost(near netip.Addr, path []netip.Addr) netip.Addr {
	for _, addr := range slices.Backward(path) {
		if !addr.IsValid() || !p.Has(near) {
			break
		}
		near = addr
	}
	return near
}

// maxPath is how many addresses of a field are looked at, from its end.
const maxPath = 32

// forwardedFor returns the addresses in lines of X-Forwarded-For, in their order. What is no
// address is the zero Addr.
func forwardedFor(lines []string) []netip.Addr {
	var path []netip.Addr
	for element := range lastElements(lines) {
		path = append(path, node(element))
	}
	slices.Reverse(path)
	return path
}

// forwarded returns the for= addresses in lines of Forwarded, in their order. An element without
// one, or with a name in its place, is the zero Addr.
//
// RFC 7239 §4
func forwarded(lines []string) []netip.Addr {
	var path []netip.Addr
	for element := range lastElements(lines) {
		path = append(path, forwardedNode(element))
	}
	slices.Reverse(path)
	return path
}

// forwardedNode returns the address in one element of Forwarded.
func forwardedNode(element string) netip.Addr {
	var found netip.Addr
	for pair := range strings.SplitSeq(element, ";") {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || !strings.EqualFold(strings.TrimSpace(name), "for") {
			continue
		}
		if found.IsValid() {
			return netip.Addr{} // it says two things
		}
		value = strings.TrimSpace(value)
		if len(value) > 1 && value[0] == '"' && value[len(value)-1] == '"' {
			value = value[1 : len(value)-1]
		}
		found = node(value)
	}
	return found
}

// lastElements yields the elements of lists, the last one first. No address has a comma in it,
// not even in quotes, so that an element which holds one is cut up and is no address.
func lastElements(lines []string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		left := maxPath
		for _, line := range slices.Backward(lines) {
			for more := true; more; left-- {
				element := line
				if i := strings.LastIndexByte(line, ','); i >= 0 {
					line, element = line[:i], line[i+1:]
				} else {
					more = false
				}
				if left == 0 || !yield(element) {
					return
				}
			}
		}
	}
}

// node reads an address, which may have a port, and brackets if it is IPv6.
func node(s string) netip.Addr {
	s = strings.TrimSpace(s)
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return plain(ap.Addr())
	}
	if inner, ok := strings.CutPrefix(s, "["); ok {
		s = strings.TrimSuffix(inner, "]")
	}
	addr, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Addr{}
	}
	return plain(addr)
}

// remote returns the address in a request's RemoteAddr, or the zero Addr.
func remote(hostport string) netip.Addr {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		hostport = host
	}
	return node(hostport)
}

func plain(addr netip.Addr) netip.Addr { return addr.Unmap().WithZone("") }

// NetworkOf returns what one person is likely to have all of: an IPv4 address, or 64 bits of an
// IPv6 one. It is the zero Prefix for the zero Addr.
func NetworkOf(addr netip.Addr) netip.Prefix {
	addr = addr.Unmap().WithZone("")
	bits := 64
	if addr.Is4() {
		bits = 32
	}
	network, err := addr.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return network
}
