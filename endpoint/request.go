package endpoint

import (
	"context"
	"net/http"
	"strings"
)

// sentPath is where a request's context keeps the path it was sent with.
type sentPath struct{}

// TrimSuffix returns the request with the end of its path cut off, for the mux. [Handle] still
// tells the path it was sent with.
func TrimSuffix(r *http.Request, suffix string) *http.Request {
	trimmed := r.Clone(context.WithValue(r.Context(), sentPath{}, r.URL.EscapedPath()))
	trimmed.URL.Path = strings.TrimSuffix(r.URL.Path, suffix)
	trimmed.URL.RawPath = strings.TrimSuffix(r.URL.RawPath, suffix)
	return trimmed
}

// about returns a part of the request's URL as the caller sent it.
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

// Origin returns the beginning of URLs that lead the caller back here.
func (f Face) Origin(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return f.BaseURL
}

// SentPath returns the path a request was sent with, escaped.
func SentPath(r *http.Request) string {
	if path, ok := r.Context().Value(sentPath{}).(string); ok {
		return path
	}
	return r.URL.EscapedPath()
}
