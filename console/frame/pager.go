package frame

import (
	"net/url"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// pageSize is how many rows a list shows at once.
const pageSize = 50

// A Pager is where the other parts of a list are; "" where there is none.
type Pager struct {
	First string // the newest
	Next  string // the older ones
}

// Part returns the part of a list that a visit asks for: one row more than is shown, which
// reports whether there is another part.
func (v *Visit) Part() store.Page {
	p := store.Page{Limit: pageSize + 1}
	if before := v.URL.Query().Get("before"); len(before) > 2 {
		if sid, err := repli.ParseSID(before, before[:2]); err == nil {
			p.Before = sid
		}
	}
	return p
}

// Paged returns the rows to show out of those found for [Visit.Part], and the links to the
// others. The rest of the query, such as a filter, stays.
func Paged[T any](v *Visit, found []T, name func(T) repli.SID) ([]T, Pager) {
	var p Pager
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
