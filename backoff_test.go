package repli

import (
	"math"
	"testing"
	"time"
)

func TestBackoff(t *testing.T) {
	b := Backoff{First: time.Second, Most: 5 * time.Minute}
	for _, row := range []struct {
		tries  int
		random float64
		want   time.Duration
	}{
		{-1, 0, time.Second},
		{0, 0, time.Second},
		{1, 0, time.Second},
		{2, 0, 2 * time.Second},
		{3, 0, 4 * time.Second},
		{9, 0, 256 * time.Second},
		{10, 0, 5 * time.Minute},
		{math.MaxInt, 0, 5 * time.Minute},
		{1, 1, 500 * time.Millisecond},
		{3, 0.5, 3 * time.Second},
		{1000, 1, 150 * time.Second},
	} {
		if got := b.Jittered(row.tries, row.random); got != row.want {
			t.Errorf("after %d tries, random number %g: %v, want %v", row.tries, row.random, got, row.want)
		}
	}
	if got := (Backoff{First: time.Hour, Most: time.Minute}).After(1); got != time.Minute {
		t.Errorf("the first wait is %v, want no more than the most, 1m0s", got)
	}
	if got := (Backoff{First: time.Second, Most: math.MaxInt64}).After(math.MaxInt); got != math.MaxInt64 {
		t.Errorf("it overflows: %v", got)
	}
}
