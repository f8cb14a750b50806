package console

import (
	"net/url"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// pageSize is how many rows a list shows at once.
const pageSize = 50

// A pager is where the other parts of a list are; "" where there is none.
type pager struct {
	First string // the newest
	Next  string // the older ones
}

// part returns the part of a list that a visit asks for: one row more than is shown, which
// reports whether there is another part.
func (v *visit) part() store.Page {
	p := store.Page{Limit: pageSize + 1}
	if before := v.URL.Query().Get("before"); len(before) > 2 {
		if sid, err := repli.ParseSID(before, before[:2]); err == nil {
			p.Before = sid
		}
	}
	return p
}

// paged returns the rows to show out of those found for [visit.part], and the links to the
// others. The rest of the query, such as a filter, stays.
func paged[T any](v *visit, found []T, name func(T) repli.SID) ([]T, pager) {
	var p pager
	q := v.URL.Query()
	if q.Has("before") {
		p.First = at(v.URL.Path, q, "")
	}
	if len(found) > pageSize {
		found = found[:pageSize]
		p.Next = at(v.URL.Path, q, string(name(found[pageSize-1])))
	}
	return found, p
}

func at(path string, q url.Values, before string) string {
	if q.Del("before"); before != "" {
		q.Set("before", before)
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}
