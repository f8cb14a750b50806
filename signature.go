package repli

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"slices"
	"strings"
)

// Signature returns the X-Twilio-Signature of a request: HMAC-SHA1 under the account's
// token, in base64, over the URL as it goes on the wire followed by the body's parameters
// sorted by name. GET requests and JSON bodies have no body parameters. The URL's fragment
// and user information are not signed.
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

// ValidSignature tells in constant time whether got is the signature of the request.
func ValidSignature(token, wireURL string, body Params, got string) bool {
	return hmac.Equal([]byte(Signature(token, wireURL, body)), []byte(got))
}

// SignedURL returns the URL without its fragment and its user information, all else byte by
// byte as it was.
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
