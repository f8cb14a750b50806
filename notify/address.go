package notify

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/quote"
	"github.com/repli-sms/repli/webhook"
)

// debuggerScheme precedes the URL of a program that expects Twilio's debugger webhooks.
const debuggerScheme = "debugger:"

// A kind is the way an address is notified.
type kind int

const (
	toWebhook  kind = iota // a signed POST of JSON
	toDebugger             // a signed form for each alert, in Twilio's shape
	toService              // a text, by mail or chat
)

// kindOf returns the way an address is notified.
func kindOf(to string) kind {
	scheme, _, _ := strings.Cut(strings.ToLower(to), ":")
	switch scheme {
	case "http", "https":
		return toWebhook
	case "debugger":
		return toDebugger
	}
	return toService
}

// maxAddress is the maximum length of an address in bytes.
const maxAddress = 2048

// Check returns an error unless the subscription's address can be notified of its events: 20422,
// or the error of the URL. No error contains a possible secret.
func Check(s repli.Subscription) error {
	if err := repli.CheckEvents(s.Events); err != nil {
		return err
	}
	if len(s.To) > maxAddress {
		return repli.Errorf(20422, "The address in \"to\" is longer than %d bytes", maxAddress)
	}
	switch kindOf(s.To) {
	case toWebhook:
		return webhook.CheckURL(s.To)
	case toService:
		_, err := serviceOf(s.To)
		return err
	}
	for _, k := range s.Events {
		if k != repli.AlertRaised {
			return repli.Errorf(20422, "A debugger: address is told of alerts alone, as by Twilio: its events must be [\"alert\"], without %q", k)
		}
	}
	url, ours := strings.CutPrefix(s.To, debuggerScheme)
	if !ours || kindOf(url) != toWebhook {
		return repli.Errorf(20422, "A debugger: address is %q followed by an http:// or https:// URL", debuggerScheme)
	}
	return webhook.CheckURL(url)
}

// hidden replaces secrets in displayed addresses.
const hidden = "***"

// Shown returns an address without possible secrets: user information, the values of its query,
// and long parts of its path. Of a service's address it keeps only the scheme and, where these
// are not secret, the host and the mail addresses.
func Shown(to string) string {
	if rest, ours := strings.CutPrefix(to, debuggerScheme); ours {
		return debuggerScheme + Shown(rest)
	}
	u, err := url.Parse(to)
	if err != nil || u.Opaque != "" {
		scheme, _, _ := strings.Cut(to, ":")
		return quote.Clip(scheme, 32) + "://" + hidden
	}
	service := kindOf(to) == toService
	var b strings.Builder
	b.WriteString(u.Scheme + "://")
	if u.User != nil {
		b.WriteString(hidden + "@")
	}
	if host := u.Host; host != "" {
		if service && !services[u.Scheme].host {
			host = hidden
		}
		b.WriteString(host)
	}
	b.WriteString(shownPath(u.EscapedPath(), service) + shownQuery(u.RawQuery, u.Scheme))
	if u.Fragment != "" && !service { // connection overrides, as in any webhook URL
		b.WriteString("#" + u.EscapedFragment())
	}
	return b.String()
}

// longSegment is the length from which a path segment may be a key.
const longSegment = 16

func shownPath(path string, service bool) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if part != "" && (service || len(part) >= longSegment) {
			parts[i] = hidden
		}
	}
	return strings.Join(parts, "/")
}

// isMailAddress reports whether a parameter holds a sender or a recipient of mail.
func isMailAddress(scheme, name string) bool {
	switch strings.ToLower(name) {
	case "from", "fromaddress", "to", "toaddresses":
		return scheme == "smtp"
	}
	return false
}

func shownQuery(query, scheme string) string {
	if query == "" {
		return ""
	}
	parts := strings.Split(query, "&")
	for i, part := range parts {
		if name, _, has := strings.Cut(part, "="); !has {
			parts[i] = hidden
		} else if !isMailAddress(scheme, name) {
			parts[i] = name + "=" + hidden
		}
	}
	return "?" + strings.Join(parts, "&")
}

// shortSecret is the length up to which a text is too short to be searched for as a secret.
const shortSecret = 4

// redact returns an error text without possible secrets of an address, on one line and clipped.
func redact(text, to string) string {
	for _, secret := range secretsOf(to) {
		text = strings.ReplaceAll(text, secret, hidden)
	}
	return quote.Clip(strings.ToValidUTF8(strings.Join(strings.Fields(text), " "), "\ufffd"), mostSentence)
}

// secretsOf returns the words of an address that may be secret. It returns words rather than
// longer pieces, because services insert them into URLs and texts of their own.
func secretsOf(to string) (words []string) {
	u, err := url.Parse(strings.TrimPrefix(to, debuggerScheme))
	if err != nil {
		return []string{strings.TrimPrefix(to, debuggerScheme)}
	}
	service := kindOf(to) == toService
	pieces := []string{u.User.Username()}
	if password, ok := u.User.Password(); ok {
		pieces = append(pieces, password)
	}
	if service && !services[u.Scheme].host {
		pieces = append(pieces, u.Host)
	}
	for part := range strings.SplitSeq(u.Path, "/") {
		if service || len(part) >= longSegment {
			pieces = append(pieces, part)
		}
	}
	for name, values := range u.Query() {
		if !isMailAddress(u.Scheme, name) {
			pieces = append(pieces, values...)
		}
	}
	for _, piece := range pieces {
		all := strings.FieldsFunc(piece, func(r rune) bool { return strings.ContainsRune(":/-@.,;_ ", r) })
		for _, word := range append(all, piece, url.QueryEscape(piece), url.PathEscape(piece)) {
			if len(word) > shortSecret {
				words = append(words, word)
			}
		}
	}
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) }) // longest first, so that replacing a part does not hide only that part
	return words
}

// describe returns an error about an address, without secrets.
func describe(to string, err error) error {
	return repli.Errorf(20422, "The address %s cannot be used: %s", Shown(to), redact(fmt.Sprint(err), to))
}
