package repli

import "time"

// A Backoff computes the pause before a retry: First after the first try, doubled after each
// further try, at most Most.
type Backoff struct{ First, Most time.Duration }

// After returns the pause after the given number of tries; fewer than one count as one.
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

// Jittered is After shortened by up to half, in proportion to random, a number from 0 to 1, so
// that things that failed together are not all retried together.
func (b Backoff) Jittered(tries int, random float64) time.Duration {
	wait := b.After(tries)
	return wait - time.Duration(random*float64(wait)/2)
}
