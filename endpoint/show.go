package endpoint

import (
	"time"

	"github.com/repli-sms/repli"
)

// Each returns what show makes of each item, and never nil, which JSON would write as null.
func Each[T, R any](items []T, show func(T) R) []R {
	shown := make([]R, 0, len(items))
	for _, item := range items {
		shown = append(shown, show(item))
	}
	return shown
}

// Maybe returns nil for the zero value, which JSON writes as null, and else a pointer to v.
func Maybe[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// RFC2822 returns a time as the resources of Twilio's 2010-04-01 API write it, in UTC, and
// nil for the zero time.
func RFC2822(t time.Time) *string { return written(t, time.RFC1123Z) }

// ISO8601 returns a time as the resources of Twilio's later APIs write it, in UTC, and nil for
// the zero time.
func ISO8601(t time.Time) *string { return written(t, time.RFC3339) }

func written(t time.Time, layout string) *string {
	if t.IsZero() {
		return nil
	}
	s := t.UTC().Format(layout)
	return &s
}

// How many items a page of a list holds: as many as nobody asked for, and at most.
const (
	DefaultLimit = 50
	MaxLimit     = 1000
)

// Limit returns how many items a page may hold when the parameter called name asks for so
// many; out of range is error 20007.
func Limit(name string, asked *int) (int, error) {
	switch {
	case asked == nil:
		return DefaultLimit, nil
	case *asked < 1 || *asked > MaxLimit:
		return 0, repli.Errorf(20007, "%s must lie between 1 and %d; it is %d", name, MaxLimit, *asked)
	}
	return *asked, nil
}
