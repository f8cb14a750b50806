package webhook

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"github.com/repli-sms/repli"
)

// Limits on the cookies of one conversation.
const (
	maxCookies = 50
	maxCookie  = 4096 // bytes of a Set-Cookie line
)

// A cookieBook holds the cookies of one conversation while a question is asked.
// net/http/cookiejar decides which cookie is sent where. Each cookie in the jar has its index in
// the book as its value, so that the book can map it back.
//
// twilio: support article 223136287
type cookieBook struct {
	jar     *cookiejar.Jar // nil until the first cookie
	entries []entry
}

type entry struct {
	cookie  repli.Cookie
	value   string    // the value that the server gets
	probe   *url.URL  // a URL to which the jar would send it
	until   time.Time // the expiry the server asked for; zero if none
	stored  bool      // stored durably before this question
	changed bool      // set or sent by this question
}

// openBook returns a book of the given cookies, without expired ones.
func openBook(held []repli.Cookie, now time.Time) *cookieBook {
	b := &cookieBook{}
	for _, c := range held {
		parsed, err := http.ParseSetCookie(c.Line)
		origin, err2 := url.Parse(c.Origin)
		if err != nil || err2 != nil || !c.Expires.After(now) || len(b.entries) == maxCookies {
			continue
		}
		b.put(parsed, origin, entry{cookie: c, until: serverExpiry(parsed, now), stored: true})
	}
	return b
}

// put offers a cookie to the jar. Use holds to find out whether the jar accepted it.
func (b *cookieBook) put(c *http.Cookie, origin *url.URL, e entry) {
	if b.jar == nil {
		b.jar, _ = cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List}) // never fails
	}
	e.value = c.Value
	if c.Quoted {
		e.value = `"` + c.Value + `"`
	}
	path := origin.Path
	if strings.HasPrefix(c.Path, "/") {
		path = c.Path
	}
	e.probe = &url.URL{Scheme: "https", Host: origin.Host, Path: path}
	c.Value, c.Quoted, c.MaxAge, c.Expires = strconv.Itoa(len(b.entries)), false, 0, e.cookie.Expires
	b.entries = append(b.entries, e)
	b.jar.SetCookies(origin, []*http.Cookie{c})
}

// show returns the Cookie header for a URL, or "". Sending a cookie extends its lifetime.
func (b *cookieBook) show(u *url.URL, now time.Time) string {
	if b.jar == nil {
		return ""
	}
	var header strings.Builder
	for _, c := range b.jar.Cookies(u) {
		e := &b.entries[place(c)]
		e.cookie.Expires, e.changed = lifetime(e.until, now), true
		if header.Len() > 0 {
			header.WriteString("; ")
		}
		header.WriteString(c.Name + "=" + e.value)
	}
	return header.String()
}

// take records the Set-Cookie lines of an answer from u.
func (b *cookieBook) take(lines []string, u *url.URL, now time.Time) {
	for _, line := range lines {
		c, err := http.ParseSetCookie(line)
		if err != nil || len(line) > maxCookie || len(b.entries) >= 2*maxCookies {
			continue
		}
		until := serverExpiry(c, now)
		if c.MaxAge > 0 { // Max-Age is relative to now, so it is stored as an absolute time
			fixed := *c
			fixed.MaxAge, fixed.Expires = 0, until
			line = fixed.String()
		}
		e := entry{until: until, changed: true}
		e.cookie = repli.Cookie{Name: c.Name, Line: line, Expires: lifetime(until, now)}
		origin := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
		if strings.HasPrefix(c.Path, "/") {
			origin.Path = c.Path
		}
		e.cookie.Origin = origin.String()
		b.put(c, u, e)
	}
}

// changes returns the cookies for the caller to store: first those that ended or were replaced,
// with an expiry in the past, then those that were set or sent. A conversation has at most
// maxCookies; those it had before take precedence.
func (b *cookieBook) changes(now time.Time) []repli.Cookie {
	var ended, kept []repli.Cookie
	held := 0
	for i, e := range b.entries {
		holds := b.holds(i)
		if holds {
			held++
		}
		switch {
		case holds && e.changed && (e.stored || held <= maxCookies):
			kept = append(kept, e.cookie)
		case !holds && e.stored:
			e.cookie.Expires = now.Add(-time.Second)
			ended = append(ended, e.cookie)
		}
	}
	return append(ended, kept...)
}

// holds reports whether the jar holds entry i.
func (b *cookieBook) holds(i int) bool {
	for _, c := range b.jar.Cookies(b.entries[i].probe) {
		if place(c) == i {
			return true
		}
	}
	return false
}

// place returns the index in the book of a cookie from the jar.
func place(c *http.Cookie) int {
	i, _ := strconv.Atoi(c.Value)
	return i
}

// serverExpiry returns the expiry that the server asked for, or zero.
func serverExpiry(c *http.Cookie, now time.Time) time.Time {
	switch {
	case c.MaxAge < 0:
		return now.Add(-time.Second)
	case c.MaxAge > 0:
		return now.Add(min(time.Duration(c.MaxAge), 1<<20) * time.Second)
	default:
		return c.Expires
	}
}

// lifetime returns the expiry of a cookie that is set or sent now.
func lifetime(until, now time.Time) time.Time {
	if limit := now.Add(repli.CookieLife); until.IsZero() || until.After(limit) {
		return limit
	}
	return until
}
