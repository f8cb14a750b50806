package native

import (
	"encoding/base64"
	"maps"
	"net/url"
	"strconv"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/endpoint"
	"github.com/repli-sms/repli/store"
)

// paging holds the parameters of every list. Lists are newest first.
type paging struct {
	Limit *int   `query:"limit"`
	Page  string `query:"page"` // a token from a next link
}

// pageToken is put before the name of the last item of a page to make the opaque token of
// the next one.
const pageToken = "PA"

// limit returns how many items the page may hold; out of range is error 20007.
func (p paging) limit() (int, error) {
	return endpoint.Limit("The limit", p.Limit)
}

// last returns the name of the item after which the page begins, "" for the first page.
func (p paging) last() (string, error) {
	if p.Page == "" {
		return "", nil
	}
	b, err := base64.RawURLEncoding.DecodeString(p.Page)
	if err != nil || len(b) <= len(pageToken) || string(b[:len(pageToken)]) != pageToken {
		return "", p.foreign()
	}
	return string(b[len(pageToken):]), nil
}

func (p paging) foreign() error {
	return repli.Errorf(21481, "%.64q is not a page of this list; follow the list's next link", p.Page)
}

// read returns the part of the store's list the page needs: one item more than it holds,
// which reports whether there is another page. The list's items have SIDs of these kinds.
func (p paging) read(prefixes ...string) (store.Page, error) {
	limit, err := p.limit()
	if err != nil {
		return store.Page{}, err
	}
	last, err := p.last()
	if err != nil || last == "" {
		return store.Page{Limit: limit + 1}, err
	}
	sid, err := repli.ParseSID(last, prefixes...)
	if err != nil {
		return store.Page{}, p.foreign()
	}
	return store.Page{Limit: limit + 1, Before: sid}, nil
}

// cut returns the items of the page out of those found for it, and the URL of the next page,
// nil when there is none. path is the list's, query what else it was asked for, and name
// names an item.
func cut[T any](s *Server, p store.Page, found []T, path string, query url.Values, name func(T) string) ([]T, *string) {
	limit := p.Limit - 1
	if len(found) <= limit {
		return found, nil
	}
	found = found[:limit]
	q := url.Values{}
	maps.Copy(q, query)
	q.Set("limit", strconv.Itoa(limit))
	q.Set("page", base64.RawURLEncoding.EncodeToString([]byte(pageToken+name(found[limit-1]))))
	next := s.BaseURL + root + path + "?" + q.Encode()
	return found, &next
}
