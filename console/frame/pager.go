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

// A List is a list that a page shows a part of at a time.
type List struct {
	Query string // the name of the query's value that says after which row the part begins
	Size  int    // how many rows a part has
}

// theList is the list of a page that shows one.
func theList() List { return List{Query: "before", Size: pageSize} }

// Part returns the part of a list that a visit asks for: one row more than is shown, which
// reports whether there is another part.
func (v *Visit) Part() store.Page { return theList().Part(v) }

// Part is [Visit.Part] of this list.
func (l List) Part(v *Visit) store.Page { return store.Page{Limit: l.Size + 1, Before: l.begin(v)} }

// PartAfter is Part of a list that begins with the oldest.
func (l List) PartAfter(v *Visit) store.Page { return store.Page{Limit: l.Size + 1, After: l.begin(v)} }

// begin returns the row after which the part begins, "" for the first part.
func (l List) begin(v *Visit) repli.SID {
	last := v.URL.Query().Get(l.Query)
	if len(last) <= 2 {
		return ""
	}
	sid, err := repli.ParseSID(last, last[:2])
	if err != nil {
		return ""
	}
	return sid
}

// Paged returns the rows to show out of those found for [Visit.Part], and the links to the
// others. The rest of the query, such as a filter, stays.
func Paged[T any](v *Visit, found []T, name func(T) repli.SID) ([]T, Pager) {
	return PagedIn(theList(), v, found, name)
}

// PagedIn is [Paged] for the rows of a list that were found for [List.Part] or [List.PartAfter].
func PagedIn[T any](l List, v *Visit, found []T, name func(T) repli.SID) ([]T, Pager) {
	var p Pager
	q := v.URL.Query()
	if q.Has(l.Query) {
		p.First = l.at(v.URL.Path, q, "")
	}
	if len(found) > l.Size {
		found = found[:l.Size]
		p.Next = l.at(v.URL.Path, q, string(name(found[l.Size-1])))
	}
	return found, p
}

func (l List) at(path string, q url.Values, last string) string {
	if q.Del(l.Query); last != "" {
		q.Set(l.Query, last)
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}
