package repli

import "testing"

func TestMayTake(t *testing.T) {
	for _, row := range []struct {
		says       string
		held, free int
		want       bool
	}{
		{"the first of many", 0, 100, true},
		{"the last place, for a new holder", 0, 1, true},
		{"none is free", 0, 0, false},
		{"none is free, and some are held", 3, 0, false},
		{"fewer than none is free", 0, -1, false},
		{"the sixteenth of seventeen", 15, 2, true},
		{"the last of seventeen", 16, 1, false},
		{"below the share", 31, 2, true},
		{"at the share", 32, 2, false},
	} {
		if got := MayTake(row.held, row.free); got != row.want {
			t.Errorf("%s: with %d held and %d free: %t, want %t", row.says, row.held, row.free, got, row.want)
		}
	}
}

// A single holder of many places leaves one of seventeen, and two leave one of thirty-three.
func TestPlacesRemainForTheNextHolder(t *testing.T) {
	for holders, places := range map[int]int{1: 17, 2: 33} {
		held, free := make([]int, holders), places
		for took := true; took; {
			took = false
			for i := range held {
				if MayTake(held[i], free) {
					held[i], free, took = held[i]+1, free-1, true
				}
			}
		}
		if free != 1 {
			t.Errorf("%d holders of %d places leave %d, want 1", holders, places, free)
		}
	}
}
