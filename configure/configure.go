// Package configure is the one door for writes of configuration: accounts, keys, numbers, bins,
// applications, services, subscriptions, schedules, maintenances, faults and the console's
// password. The APIs, the console and the start of the server decode, call an [Editor] and
// encode, so that all refuse the same things in the same words.
//
// Every change reads what there is, decides, and writes within one call of
// [store.DB.Configure], so that none undoes another. A part of the server that must know of it
// learns it from [store.News], and not from the caller.
package configure

import (
	"context"
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// An Editor changes configuration.
type Editor struct {
	DB      *store.DB
	BaseURL string // how the world reaches this server, without a slash at the end

	Carriers []string // the names of the carriers that a number may name
}

// Seen is what somebody has seen of a thing they change. It must still be so; what is zero is
// not asked for.
type Seen struct {
	Version *int64    // of a bin
	Updated time.Time // when it was last changed
}

// still returns error 20409 when the thing was changed after it was seen.
func (s Seen) still(what string, updated time.Time) error {
	if !s.Updated.IsZero() && !s.Updated.Equal(updated) {
		return repli.Errorf(20409, "The %s has been changed meanwhile, at %s", what, updated.Format(time.RFC3339))
	}
	return nil
}

// change is [store.DB.Configure] for a change that returns what it has written. After an error that
// is the zero value.
func change[T any](ctx context.Context, db *store.DB, do func(tx *store.Tx) (T, error)) (T, error) {
	var made T
	err := db.Configure(ctx, func(tx *store.Tx) (err error) {
		made, err = do(tx)
		return err
	})
	if err != nil {
		var zero T
		return zero, err
	}
	return made, nil
}

// now returns the time as the store keeps it.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// after returns the time as the store keeps it; it is later than the one given, so that two
// states of a thing never have the same.
func after(t time.Time) time.Time {
	at := now()
	if !at.After(t) {
		return t.Add(time.Microsecond)
	}
	return at
}
