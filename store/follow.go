package store

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/repli-sms/repli"
)

// News describes what has become durable: a Change, or new configuration.
type News struct {
	Change     repli.Change
	Configured bool    // something was written with [DB.Configure]
	Written    Written // then: what
}

// followers holds the functions that are called with the news.
type followers struct {
	mu  sync.Mutex // serializes writers of all
	all atomic.Pointer[[]*func(News)]

	moment atomic.Int64
}

// Follow calls f with everything that becomes durable from now on, before the Commit or Configure
// that wrote it returns. Calling stop ends that. Independent Changes may arrive in a different order
// than they were written. Every Commit waits for f, so f must be quick and must not use the
// store. The Change is shared and must not be changed.
func (db *DB) Follow(f func(News)) (stop func()) {
	db.followers.edit(func(all []*func(News)) []*func(News) { return append(slices.Clone(all), &f) })
	return func() {
		db.followers.edit(func(all []*func(News)) []*func(News) {
			return slices.DeleteFunc(slices.Clone(all), func(one *func(News)) bool { return one == &f })
		})
	}
}

func (f *followers) edit(change func([]*func(News)) []*func(News)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []*func(News)
	if old := f.all.Load(); old != nil {
		all = *old
	}
	if all = change(all); len(all) == 0 {
		f.all.Store(nil)
		return
	}
	f.all.Store(&all)
}

// publish calls every follower. Without followers it costs one addition and one load.
func (f *followers) publish(n News) {
	f.moment.Add(1) // before the load, so that a follower added later sees the number
	all := f.all.Load()
	if all == nil {
		return
	}
	for _, one := range *all {
		(*one)(n)
	}
}

// Moment returns a number that grows whenever something becomes durable. A caller that takes the
// number, reads, starts to follow, and then finds the same number has missed nothing in between.
func (db *DB) Moment() int64 { return db.followers.moment.Load() }

// Followed reports whether there are followers.
func (db *DB) Followed() bool { return db.followers.all.Load() != nil }
