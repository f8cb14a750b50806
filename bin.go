package repli

import (
	"net/url"
	"strings"
	"time"
)

// A Bin is a TwiML document hosted by Repli, with a friendly name and a URL.
type Bin struct {
	SID          SID
	Account      SID
	FriendlyName string
	TwiML        string
	Version      int // from 1
	Created      time.Time
	Updated      time.Time
}

// A BinVersion is the content of a bin between two saves.
type BinVersion struct {
	Version int
	TwiML   string
	Created time.Time
}

// Check returns an *Error if the bin cannot be stored: 20002 for its name, 11750 for its size,
// 12100 if it is not text. Invalid TwiML can be stored.
func (b Bin) Check() error {
	if err := CheckFriendlyName(b.FriendlyName); err != nil {
		return err
	}
	switch {
	case len(b.TwiML) > MaxDocument:
		return Errorf(11750, "The document has %d bytes; a handler's answer may have %d", len(b.TwiML), MaxDocument)
	case !validText(b.TwiML):
		return Errorf(12100, "The document is not UTF-8 text")
	}
	return nil
}

// BinsPath is the path under which bins are served, below the base URL.
const BinsPath = "/twiml/"

// BinURL returns the URL of a bin. base is the server's public URL, without a trailing slash.
func BinURL(base string, bin SID) string { return base + BinsPath + string(bin) }

// BinAt returns the bin that the URL refers to, and the query of the URL. The bin is "" if the
// URL is not one of ours. Case in scheme and host, and an explicit default port, make no
// difference.
func BinAt(base, raw string) (bin SID, query string) {
	raw = SignedURL(raw)
	at := strings.Index(raw, BinsPath)
	if at < 0 || raw[:at] != base && origin(raw[:at]) != origin(base) {
		return "", ""
	}
	name, query, _ := strings.Cut(raw[at+len(BinsPath):], "?")
	bin, err := ParseSID(name, BinPrefix)
	if err != nil {
		return "", ""
	}
	return bin, query
}

// origin normalizes scheme, host and port of a URL.
func origin(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	host := strings.ToLower(u.Host)
	switch u.Scheme {
	case "http":
		host = strings.TrimSuffix(host, ":80")
	case "https":
		host = strings.TrimSuffix(host, ":443")
	}
	return u.Scheme + "://" + host + u.EscapedPath()
}
