package gate

import (
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
)

// Hosts are the names a server answers to. A page of another site can make its own name point
// at this machine (DNS rebinding); a browser then takes that page for one of ours. The Host
// header still gives that name, so a name that is not listed gets no answer.
type Hosts struct {
	names    map[string]bool
	suffixes []string // each begins with a dot
}

// NewHosts returns the names of this machine, any IP address, the host of baseURL, and names.
// A name that begins with "*." stands for all names below it.
func NewHosts(baseURL string, names []string) Hosts {
	h := Hosts{names: map[string]bool{"": true, "localhost": true}, suffixes: []string{".localhost"}}
	if u, err := url.Parse(baseURL); err == nil {
		h.names[hostName(u.Host)] = true
	}
	for _, name := range names {
		if below, wild := strings.CutPrefix(name, "*"); wild {
			h.suffixes = append(h.suffixes, strings.ToLower(below))
		} else {
			h.names[hostName(name)] = true
		}
	}
	return h
}

// Has reports whether a Host header names this server. No header is fine: browsers always send
// one. So is an IP address, which nobody can point elsewhere.
func (h Hosts) Has(host string) bool {
	name := hostName(host)
	if h.names[name] {
		return true
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	for _, below := range h.suffixes {
		if strings.HasSuffix(name, below) && len(name) > len(below) {
			return true
		}
	}
	return false
}

// hostName returns the name in a Host header, in small letters, without port, brackets and the
// dot at its end.
func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if inner, ok := strings.CutPrefix(host, "["); ok {
		host = strings.TrimSuffix(inner, "]")
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// Handler serves requests to these hosts with next, and answers the others with 421 and a
// sentence that names the setting.
//
// RFC 9110 §15.5.20
func (h Hosts) Handler(next http.Handler, log *slog.Logger) http.Handler {
	face := endpoint.Face{Log: log}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h.Has(r.Host) {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Connection", "close")
		face.Refuse(w, r, repli.Errorf(repli.CodeMisdirected,
			"This server does not answer to the host %.100q; if it is one of its names, list it in the setting hosts (--hosts, REPLI_HOSTS)", r.Host))
	})
}
