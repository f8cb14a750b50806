package endpoint

import (
	"time"

	"github.com/repli-sms/repli"
)

// Each applies show to each item. The result is never nil, which JSON would encode as null.
func Each[T, R any](items []T, show func(T) R) []R {
	shown := make([]R, 0, len(items))
	for _, item := range items {
		shown = append(shown, show(item))
	}
	return shown
}

// Maybe returns nil, which JSON encodes as null, for the zero value, and otherwise a pointer to
// v.
func Maybe[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// RFC2822 formats a time like the resources of Twilio's 2010-04-01 API, in UTC. It returns nil
// for the zero time.
func RFC2822(t time.Time) *string { return written(t, time.RFC1123Z) }

// ISO8601 formats a time like the resources of Twilio's later APIs, in UTC. It returns nil for
// the zero time.
func ISO8601(t time.Time) *string { return written(t, time.RFC3339) }

func written(t time.Time, layout string) *string {
	if t.IsZero() {
		return nil
	}
	s := t.UTC().Format(layout)
	return &s
}

// The default and the maximum number of items in a page.
const (
	DefaultLimit = 50
	MaxLimit     = 1000
)

// Limit returns the page size for the value of the parameter called name, nil for the default. A
// value out of range is error 20007.
func Limit(name string, asked *int) (int, error) {
	switch {
	case asked == nil:
		return DefaultLimit, nil
	case *asked < 1 || *asked > MaxLimit:
		return 0, repli.Errorf(20007, "%s must lie between 1 and %d; it is %d", name, MaxLimit, *asked)
	}
	return *asked, nil
}
