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

// Bounds of what a pair of numbers can be made to hold.
const (
	maxCookies = 50
	maxCookie  = 4096 // bytes of a Set-Cookie line
)

// A cookieBook is what one pair of numbers holds while a question is asked. Who is shown
// what is decided by net/http/cookiejar; the jar is given each cookie with its place in the
// book for a value, so that the book knows which cookie the jar means.
//
// twilio: support article 223136287
type cookieBook struct {
	jar     *cookiejar.Jar // nil until there is a cookie
	entries []entry
}

type entry struct {
	cookie  repli.Cookie
	value   string    // what the server is shown
	probe   *url.URL  // a place where it is shown, if it is anywhere
	until   time.Time // when the server wants it to end; zero for not said
	stored  bool      // the caller holds it
	changed bool      // set or shown
}

// openBook returns a book with the cookies that have not expired.
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

// put hands a cookie to the jar. Whether the jar has taken it, holds tells.
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

// show returns the Cookie header for a URL, "" for none. What is shown lives on.
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
		if c.MaxAge > 0 { // counts from now, so the line must say so when it is read again
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

// changes returns what the caller is to keep: first what has ended or been replaced, with
// its end in the past, then what was set or shown. A pair holds no more than maxCookies; those
// that were held before stay.
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

// place returns which entry a cookie of the jar stands for.
func place(c *http.Cookie) int {
	i, _ := strconv.Atoi(c.Value)
	return i
}

// serverExpiry returns when the server wants a cookie to end, zero if it does not say.
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

// lifetime returns when a cookie ends that is set or shown now.
func lifetime(until, now time.Time) time.Time {
	if limit := now.Add(repli.CookieLife); until.IsZero() || until.After(limit) {
		return limit
	}
	return until
}
