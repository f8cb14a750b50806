package rest

import (
	"encoding/base64"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/store"
)

// A place is where a request was sent, as the caller sees it.
type place struct {
	Origin string `request:"origin"` // absolute URLs of ours begin with it
	Path   string `request:"path"`
	Query  string `request:"query"`
}

// paging is what a caller may ask of every list. Lists begin with what is newest.
//
// twilio: usage/twilios-response#pagination
type paging struct {
	place
	PageSize  *int   `query:"PageSize"`
	Page      int    `query:"Page"` // for the caller's eyes only
	PageToken string `query:"PageToken"`
}

// A page is one page of a list, with its links.
type page map[string]any

// list returns one page of a list of the 2010-04-01 API. key is the list's name in JSON. read
// gets from the store what the page needs, show makes a resource of an item, and sid names it.
func list[T, R any](p paging, key string, read func(store.Page) ([]T, error), show func(T) R, sid func(T) repli.SID) (page, error) {
	found, at, err := turn(p, key, read, sid)
	if err != nil {
		return nil, err
	}
	start := at.number * at.size
	return page{
		key: endpoint.Each(found, show), "page": at.number, "page_size": at.size,
		"start": start, "end": max(0, start+len(found)-1),
		"uri": at.self, "first_page_uri": at.first, "next_page_uri": at.next, "previous_page_uri": at.previous,
	}, nil
}

// listV1 is list for the APIs under /v1, whose links are absolute.
func listV1[T, R any](p paging, key string, read func(store.Page) ([]T, error), show func(T) R, sid func(T) repli.SID) (page, error) {
	p.Path = p.Origin + p.Path
	found, at, err := turn(p, key, read, sid)
	if err != nil {
		return nil, err
	}
	return page{key: endpoint.Each(found, show), "meta": map[string]any{
		"key": key, "page": at.number, "page_size": at.size,
		"url": at.self, "first_page_url": at.first, "next_page_url": at.next, "previous_page_url": at.previous,
	}}, nil
}

// after returns what a page needs of a list that is short enough to be at hand as a whole.
func after[T any](all []T, p store.Page, sid func(T) repli.SID) []T {
	if i := slices.IndexFunc(all, func(item T) bool { return sid(item) == p.Before }); p.Before != "" && i >= 0 {
		all = all[i+1:]
	}
	return all[:min(len(all), p.Limit)]
}

// links say which page of a list it is, and lead to its neighbours.
type links struct {
	number, size   int
	self, first    string
	next, previous *string // nil where the list ends
}

// turn reads the items of one page. It reads one more than the page holds, which reports whether
// there is another.
func turn[T any](p paging, key string, read func(store.Page) ([]T, error), sid func(T) repli.SID) ([]T, links, error) {
	size, err := endpoint.Limit("PageSize", p.PageSize)
	if err != nil {
		return nil, links{}, err
	}
	begun, ok := parseTrail(p.PageToken, key)
	if !ok {
		return nil, links{}, repli.Errorf(21481, "%.64q is no PageToken of this list; follow the links of its pages", p.PageToken)
	}
	if p.Page < 0 || p.Page > math.MaxInt32 {
		return nil, links{}, repli.Errorf(20422, "The query parameter Page must lie between 0 and %d; it is %d", math.MaxInt32, p.Page)
	}
	at := store.Page{Limit: size + 1}
	if len(begun) > 0 {
		at.Before = begun[len(begun)-1]
	}
	found, err := read(at)
	if err != nil {
		return nil, links{}, err
	}
	l := links{number: p.Page, size: size, self: p.link(size, p.Page, p.PageToken), first: p.link(size, 0, "")}
	if len(found) > size {
		found = found[:size]
		next := p.link(size, p.Page+1, append(begun, sid(found[size-1])).token(key))
		l.next = &next
	}
	if known := len(begun) > 1 || p.Page <= 1; known && len(begun) > 0 {
		previous := p.link(size, max(0, p.Page-1), begun[:len(begun)-1].token(key))
		l.previous = &previous
	}
	return found, l, nil
}

// link returns the address of a page of the list that was asked for.
func (p paging) link(size, number int, token string) string {
	q, err := url.ParseQuery(p.Query)
	if err != nil { // it would have been refused
		q = url.Values{}
	}
	q.Set("PageSize", strconv.Itoa(size))
	q.Set("Page", strconv.Itoa(number))
	q.Del("PageToken")
	if token != "" {
		q.Set("PageToken", token)
	}
	return p.Path + "?" + q.Encode()
}

// A trail holds the last item of each page that was turned so far, so that a page can be found
// again on the way back. It is what a page's token says; the first page's is empty.
type trail []repli.SID

const (
	tokenPrefix = "PA"
	maxTrail    = 100 // pages one can go back
)

// token writes the trail to a list down, without its beginning if it is very long.
func (t trail) token(key string) string {
	if len(t) == 0 {
		return ""
	}
	b := []byte(key)
	for _, sid := range t[max(0, len(t)-maxTrail):] {
		k := sid.Key()
		b = append(append(b, sid.Prefix()...), k[:]...)
	}
	return tokenPrefix + base64.RawURLEncoding.EncodeToString(b)
}

// parseTrail reads a token of the list called key.
func parseTrail(token, key string) (trail, bool) {
	if token == "" {
		return nil, true
	}
	const size = 2 + len(repli.Key{})
	text, ours := strings.CutPrefix(token, tokenPrefix)
	b, err := base64.RawURLEncoding.DecodeString(text)
	rest, known := strings.CutPrefix(string(b), key)
	if !ours || err != nil || !known || len(rest) == 0 || len(rest)%size != 0 || len(rest) > maxTrail*size {
		return nil, false
	}
	var t trail
	for ; rest != ""; rest = rest[size:] {
		prefix := rest[:2]
		if prefix[0] < 'A' || prefix[0] > 'Z' || prefix[1] < 'A' || prefix[1] > 'Z' {
			return nil, false
		}
		t = append(t, repli.Key([]byte(rest[2:size])).SID(prefix))
	}
	return t, true
}
