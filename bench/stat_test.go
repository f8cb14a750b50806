package main

import (
	"testing"
	"time"
)

func TestMedianAndRatioOfRounds(t *testing.T) {
	for _, row := range []struct {
		name   string
		values []float64
		want   float64
	}{
		{"nothing was measured", nil, 0},
		{"the middle of an odd number, in any order", []float64{9, 1, 5}, 5},
		{"between the two in the middle of an even number", []float64{4, 1, 2, 100}, 3},
	} {
		if got := median(row.values); got != row.want {
			t.Errorf("%s: got %v, want %v", row.name, got, row.want)
		}
	}
	// Other load halved both sides of the second round and slowed one side of the third.
	if got, want := ratio([]float64{80, 40, 20}, []float64{100, 50, 100}), 0.8; got != want {
		t.Errorf("the median of the ratios: got %v, want %v", got, want)
	}
}

func TestPercentileIsAMeasuredValue(t *testing.T) {
	hundred := make([]time.Duration, 100)
	for i := range hundred {
		hundred[i] = time.Duration(i + 1)
	}
	for _, row := range []struct {
		name   string
		sorted []time.Duration
		share  float64
		want   time.Duration
	}{
		{"nothing was measured", nil, .5, 0},
		{"half of a hundred", hundred, .5, 50},
		{"all but the slowest", hundred, .99, 99},
		{"the slowest", hundred, 1, 100},
		{"a share that falls between two", hundred[:3], .5, 2},
		{"one value is every percentile", hundred[:1], .01, 1},
	} {
		if got := percentile(row.sorted, row.share); got != row.want {
			t.Errorf("%s: got %d, want %d", row.name, got, row.want)
		}
	}
}
