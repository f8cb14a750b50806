package repli

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// Signature returns the X-Twilio-Signature of a request: the base64 of an HMAC-SHA1, keyed with
// the account's token, over the URL as sent, followed by the body's parameters sorted by name.
// GET requests and JSON bodies have no body parameters. The URL's fragment and user information
// are not signed.
//
// twilio: usage/security#validating-requests
func Signature(token, wireURL string, body Params) string {
	sorted := slices.Clone(body)
	slices.SortStableFunc(sorted, func(a, b Param) int { return strings.Compare(a.Name, b.Name) })
	signed := []byte(SignedURL(wireURL))
	for _, p := range sorted {
		signed = append(append(signed, p.Name...), p.Value...)
	}
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write(signed)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// ValidSignature reports, in constant time, whether got is the signature of the request.
func ValidSignature(token, wireURL string, body Params, got string) bool {
	return hmac.Equal([]byte(Signature(token, wireURL, body)), []byte(got))
}

// SignedURL returns the URL without its fragment and its user information, and otherwise
// unchanged.
func SignedURL(raw string) string {
	raw, _, _ = strings.Cut(raw, "#")
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok {
		return raw
	}
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	if at := strings.LastIndexByte(rest[:end], '@'); at >= 0 {
		rest = rest[at+1:]
	}
	return scheme + "://" + rest
}

// ShownURL returns the URL of a handler, a callback or media as people are shown it: *** stands
// for its user information.
func ShownURL(raw string) string {
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok {
		return raw
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	at := strings.LastIndexByte(rest[:end], '@')
	if at < 0 {
		return raw
	}
	return scheme + "://***" + rest[at:]
}

// Params are the parameters of a webhook, in the order sent.
type Params []Param

// A Param is one name and its value, decoded.
type Param struct{ Name, Value string }

// Encode returns the parameters in form encoding, in order; a space becomes "+".
func (p Params) Encode() string {
	n := 0
	for _, kv := range p {
		n += len(kv.Name) + len(kv.Value) + 8
	}
	var b strings.Builder
	b.Grow(n)
	for i, kv := range p {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(kv.Name))
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(kv.Value))
	}
	return b.String()
}

// With returns a copy of the parameters with one more at the end.
func (p Params) With(name, value string) Params {
	return append(p[:len(p):len(p)], Param{name, value})
}

// Get returns the value of the first parameter with that name, or "".
func (p Params) Get(name string) string {
	for _, kv := range p {
		if kv.Name == name {
			return kv.Value
		}
	}
	return ""
}

// HostPort returns the host and port that a URL leads to, in a normalized form, or "" if raw is
// not a URL. All names of the loopback interface count as one.
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

// isThisMachine reports whether a host in lower case is a name of the loopback interface.
func isThisMachine(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// APIVersion is the version of Twilio's API that Repli implements.
const APIVersion = "2010-04-01"

// IdempotencyToken returns the I-Twilio-Idempotency-Token of a question about a thing. Repeating
// the question gives the same token, even after a crash.
func IdempotencyToken(about SID, question string) string {
	return uuid.NewSHA1(uuid.UUID(about.Key()), []byte(question)).String()
}
