package webhook

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/quote"
)

// A target is a URL, split into the part that is sent and the part that is not.
type target struct {
	wire     string // scheme://host/path?query, exactly as sent and signed
	origin   string // scheme://host, with the port as written
	fragment string
	user     *url.Userinfo // nil when there is none
}

// parseTarget splits a URL. It converts the host to ASCII, percent-encodes bytes that a request
// line cannot contain, and turns an empty path into "/"; the rest stays as written. The error has
// code 11100 and does not include user information.
func parseTarget(raw string) (target, *repli.Error) {
	bad := func(reason string) (target, *repli.Error) {
		return target{}, repli.Errorf(11100, "The URL %q %s", quote.Place(withoutUser(raw)), reason)
	}
	if strings.ContainsFunc(raw, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return bad("has a control character in it")
	}
	base, fragment, _ := strings.Cut(raw, "#")
	_, rest, _ := strings.Cut(base, "://")
	authority, tail := rest, ""
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		authority, tail = rest[:i], escape(rest[i:])
	}
	u, err := url.Parse(base)
	switch {
	case err != nil:
		return bad("is malformed")
	case u.Scheme != "http" && u.Scheme != "https":
		return bad("does not begin with http:// or https://")
	case u.Hostname() == "":
		return bad("names no host")
	case !goodUser(authority[:max(strings.LastIndexByte(authority, '@'), 0)], u.User):
		return bad("has a user or password with characters that must be percent-encoded")
	}
	host, ok := wireHost(u)
	if !ok {
		return bad("has a host or port that cannot be asked")
	}
	if !strings.HasPrefix(tail, "/") {
		tail = "/" + tail
	}
	t := target{origin: u.Scheme + "://" + host, fragment: fragment, user: u.User}
	t.wire = t.origin + tail
	return t, nil
}

// CheckURL returns an error if a URL can never be requested: the *[repli.Error] that [Client.Ask]
// would return before sending anything, with code 11100 or one of [ParseOverrides].
func CheckURL(raw string) error {
	t, bad := parseTarget(raw)
	if bad != nil {
		return bad
	}
	_, err := ParseOverrides(t.fragment)
	return err
}

// CheckParameter returns an error with the given code if the URL in the named parameter could never
// be called. An empty URL is no error.
func CheckParameter(name, url string, code int) error {
	if url == "" {
		return nil
	}
	if reason := repli.BadURL(url); reason != "" {
		return repli.Errorf(code, "%s: %.128q %s", name, url, reason)
	}
	var bad *repli.Error
	if errors.As(CheckURL(url), &bad) {
		return repli.Errorf(code, "%s: %s", name, bad.Sentence())
	}
	return nil
}

// with returns the wire form with parameters added to its query, for a GET. It leaves a "?" in
// them unescaped, as RFC 3986 allows: the validator of Twilio's Node.js library unescapes "?"
// before it compares, and would reject the signature otherwise.
//
// RFC 3986 §3.4
func (t target) with(p repli.Params) string {
	if len(p) == 0 {
		return t.wire
	}
	separator := "&"
	switch {
	case !strings.Contains(t.wire, "?"):
		separator = "?"
	case strings.HasSuffix(t.wire, "?"), strings.HasSuffix(t.wire, "&"):
		separator = ""
	}
	return t.wire + separator + strings.ReplaceAll(p.Encode(), "%3F", "?")
}

// wireHost returns the host and port of u in the form that is sent, and whether they are valid.
func wireHost(u *url.URL) (string, bool) {
	name, port := u.Hostname(), u.Port()
	if port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return "", false
		}
		port = ":" + port
	}
	if strings.Contains(name, ":") { // an IPv6 address; the zone is never sent
		return "[" + name + "]" + port, strings.Trim(name, "0123456789abcdefABCDEF:.") == ""
	}
	if strings.ContainsFunc(name, func(r rune) bool { return r >= 0x80 }) {
		ascii, err := idna.Lookup.ToASCII(name)
		if err != nil {
			return "", false
		}
		name = ascii
	}
	good := strings.Trim(name, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._") == ""
	return name + port, good
}

// goodUser reports whether user information, as written, can be sent with Basic or Digest: "&"
// and ":" must be percent-encoded, and the user's name must not contain ":".
//
// twilio: usage/security#http-authentication
func goodUser(raw string, user *url.Userinfo) bool {
	if user == nil {
		return true
	}
	password, _ := user.Password()
	control := func(r rune) bool { return r < ' ' || r == 0x7f }
	return strings.Count(raw, ":") <= 1 && !strings.ContainsAny(raw, "&@") &&
		!strings.Contains(user.Username(), ":") && !strings.ContainsFunc(user.Username()+password, control)
}

// escape percent-encodes the bytes that a path and query must not contain in a request line.
func escape(s string) string {
	const hex = "0123456789ABCDEF"
	plain := func(c byte) bool { return c > ' ' && c < 0x7f && strings.IndexByte("\"<>\\^`{|}", c) < 0 }
	i := 0
	for i < len(s) && plain(s[i]) {
		i++
	}
	if i == len(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	for i := range len(s) {
		if c := s[i]; plain(c) {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}

// withoutUser returns a URL, even a malformed one, without anything that may be a password.
func withoutUser(raw string) string {
	at := strings.LastIndexByte(raw, '@')
	if at < 0 {
		return raw
	}
	scheme, _, ok := strings.Cut(raw[:at], "://")
	if !ok {
		return raw[at+1:]
	}
	return scheme + "://" + raw[at+1:]
}
