package app

import (
	"testing"
	"time"
)

func TestWhenRetentionWaits(t *testing.T) {
	now := time.Date(2026, time.November, 5, 12, 0, 0, 0, time.UTC)
	never := time.Time{}
	for _, row := range []struct {
		shows    string
		held     time.Time
		old, all int
		want     time.Time
	}{
		{"nothing is old", never, 0, 0, never},
		{"a tenth is old", never, 100, 1000, never},
		{"more than a tenth is old", never, 101, 1000, now},
		{"all is old", never, 5, 5, now},
		{"it waits since an hour", now.Add(-time.Hour), 101, 1000, now.Add(-time.Hour)},
		{"it has waited for a day", now.Add(-24 * time.Hour), 101, 1000, never},
		{"it waits, and the clock was set right", now.Add(-time.Hour), 0, 1000, never},
		{"it waited by a clock that has been set back since", now.Add(31 * 24 * time.Hour), 101, 1000, now},
		{"the same, and nothing is old any more", now.Add(31 * 24 * time.Hour), 0, 1000, never},
	} {
		if got := heldSince(now, row.held, row.old, row.all); !got.Equal(row.want) {
			t.Errorf("%s: held since %v, want %v", row.shows, got, row.want)
		}
	}
}
