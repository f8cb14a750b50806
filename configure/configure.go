// Package configure changes what an account has set up: its numbers with their chains, and its
// bins. Whoever lets people or programs do so, the API or the console, does it here, so that
// all refuse the same things in the same words.
//
// Every change reads what there is, decides, and writes under [store.DB.Configuring], so that
// none undoes another.
package configure

import (
	"time"

	"github.com/repli-sms/repli"
	"github.com/repli-sms/repli/store"
)

// An Editor changes configuration.
type Editor struct {
	DB      *store.DB
	BaseURL string // how the world reaches this server, without a slash at the end
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
