package endpoint

import (
	"context"
	"net/http"
	"strings"
)

// sentPath is the context key of the path as the client sent it.
type sentPath struct{}

// TrimSuffix returns the request with a suffix of its path removed, for the mux. [Handle] still
// reports the path as sent.
func TrimSuffix(r *http.Request, suffix string) *http.Request {
	trimmed := r.Clone(context.WithValue(r.Context(), sentPath{}, r.URL.EscapedPath()))
	trimmed.URL.Path = strings.TrimSuffix(r.URL.Path, suffix)
	trimmed.URL.RawPath = strings.TrimSuffix(r.URL.RawPath, suffix)
	return trimmed
}

// about returns a part of the request's URL as the client sent it.
func (f Face) about(r *http.Request, part string) string {
	switch part {
	case "origin":
		return f.Origin(r)
	case "path":
		return SentPath(r)
	default:
		return r.URL.RawQuery
	}
}

// Origin returns scheme and host for URLs that lead the caller back to this server.
func (f Face) Origin(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return f.BaseURL
}

// SentPath returns the path as the client sent it, escaped.
func SentPath(r *http.Request) string {
	if path, ok := r.Context().Value(sentPath{}).(string); ok {
		return path
	}
	return r.URL.EscapedPath()
}
