package repli

import (
	"net/url"
	"strings"
	"time"
)

// A Bin is a TwiML document kept by Repli, with a name for people and an address for
// machines.
type Bin struct {
	SID          SID
	Account      SID
	FriendlyName string
	TwiML        string
	Version      int // from 1
	Created      time.Time
	Updated      time.Time
}

// A BinVersion is what a bin said from one save to the next.
type BinVersion struct {
	Version int
	TwiML   string
	Created time.Time
}

// Check returns an *Error when the bin cannot be kept at all: 20002 for its name, 11750 for
// its size, 12100 for bytes that are no text. TwiML that is merely invalid can be kept.
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

// BinsPath is where bins are served, below the base URL.
const BinsPath = "/twiml/"

// BinURL returns the address of a bin. base is how the world reaches us, without a slash at
// its end.
func BinURL(base string, bin SID) string { return base + BinsPath + string(bin) }

// BinAt returns the bin whose address the URL is, and the query added to it. The bin is ""
// when the URL is somebody else's. Scheme and host may be written in any case, and a port
// that goes without saying may be said.
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

// origin returns a URL with what stands before its path in one form for all that mean the same.
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
