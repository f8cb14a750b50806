package repli

import "time"

// A Backoff says how long to wait before something that failed is tried again: First after the
// first try, twice as long after each further one, and Most at most.
type Backoff struct{ First, Most time.Duration }

// After returns how long to wait after so many tries; fewer than one count as one.
func (b Backoff) After(tries int) time.Duration {
	wait := min(b.First, b.Most)
	for range tries - 1 {
		if wait > b.Most/2 {
			return b.Most
		}
		wait *= 2
	}
	return wait
}

// Jittered is After with up to half of it taken off, by a random number from 0 to 1, so that not
// everything that failed together is tried again together.
func (b Backoff) Jittered(tries int, random float64) time.Duration {
	wait := b.After(tries)
	return wait - time.Duration(random*float64(wait)/2)
}
