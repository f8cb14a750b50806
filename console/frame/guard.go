package frame

import (
	"net/http"
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
		checked.ServeHTTP(w, r)
	})
}

// hasRoot reports whether a path lies in the console.
func hasRoot(path string) bool { return strings.HasPrefix(path, Root+"/") }
