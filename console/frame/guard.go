package frame

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// policy lets a page load what this server serves, and nothing else.
const policy = "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"

// guarded serves next with the headers that keep other sites out, and takes no form that one
// of them has sent.
func (f *Frame) guarded(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	if u, err := url.Parse(f.BaseURL); err == nil && u.Host != "" {
		// The world may know us by another name than the one a proxy asks for.
		_ = cross.AddTrustedOrigin(u.Scheme + "://" + u.Host)
	}
	cross.SetDenyHandler(f.handle(f.foreign))
	checked := cross.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("Cache-Control", "no-store")
		if f.Dev && !f.meant(r.Host) {
			http.Error(w, "Open the console by the address this server listens on: a name that points here could belong to somebody else's page.",
				http.StatusMisdirectedRequest)
			return
		}
		checked.ServeHTTP(w, r)
	})
}

// meant reports whether a Host header is one that a person has typed to reach a dev server,
// which lets everybody in: not the name of a site that has been made to point here (DNS
// rebinding). An address cannot be made to.
func (f *Frame) meant(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.ToLower(strings.Trim(name, "[]"))
	if _, err := netip.ParseAddr(name); err == nil || name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	base, err := url.Parse(f.BaseURL)
	return err == nil && strings.EqualFold(base.Hostname(), name)
}

// hasRoot reports whether a path lies in the console.
func hasRoot(path string) bool { return strings.HasPrefix(path, Root+"/") }
