package store

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/repli-sms/repli"
)

// News is what has become durable: a Change, or new configuration.
type News struct {
	Change     repli.Change
	Configured bool    // something was written with [DB.Configure]
	Written    Written // then: what
}

// followers are those who are told of what becomes durable.
type followers struct {
	mu  sync.Mutex // of whoever changes all
	all atomic.Pointer[[]*func(News)]

	told atomic.Int64
}

// Follow has f called with whatever becomes durable from now on, before the Commit or the
// Configure that wrote it returns, until stop is called. Changes that do not depend on each other may
// come in another order than they were written in. Everybody who commits waits for f, so it
// must not take long, and must not use the store. The Change is shared and must not be changed.
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

// tell tells everybody who follows. While nobody does, it costs an addition and a load.
func (f *followers) tell(n News) {
	f.told.Add(1) // before the load: whoever begins to follow later sees the number
	all := f.all.Load()
	if all == nil {
		return
	}
	for _, one := range *all {
		(*one)(n)
	}
}

// Moment returns a number that grows whenever something has become durable. Whoever has read,
// follows from then on, and finds the number of before the reading has missed nothing between
// the two.
func (db *DB) Moment() int64 { return db.followers.told.Load() }

// Followed reports whether anybody follows.
func (db *DB) Followed() bool { return db.followers.all.Load() != nil }
