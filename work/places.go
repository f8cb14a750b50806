package work

import (
	"slices"

	"github.com/repli-sms/repli"
)

// mayTake reports whether a number may take another place. The caller holds l.mu.
func (l *Lane[T]) mayTake(number string) bool {
	if l.kind.Number == nil {
		return l.free > 0
	}
	return repli.MayTake(l.taken[number], l.free)
}

// number returns the number of ours that a row belongs to.
func (l *Lane[T]) number(t T) string {
	if l.kind.Number == nil {
		return ""
	}
	return l.kind.Number(t)
}

// takeFor takes places for the rows, in order, until none is available, and returns how many it
// took. It takes none if the lane is stopping.
func (l *Lane[T]) takeFor(rows []*T) (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for !l.stopping && n < len(rows) && l.mayTake(l.number(*rows[n])) {
		l.free--
		l.taken[l.number(*rows[n])]++
		n++
	}
	return n
}

// leave returns the places of rows.
func (l *Lane[T]) leave(rows ...*T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, t := range rows {
		l.free++
		down(l.taken, l.number(*t))
	}
	l.signal()
}

// await counts rows that wait for a place. If no place is free, it requests a sweep as soon as
// one is. If only this number has used up its share, its rows wait for the next regular sweep.
func (l *Lane[T]) await(rows []*T) {
	if len(rows) == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, t := range rows {
		l.waiting[l.number(*t)]++
	}
	if l.kind.Number == nil || l.free == 0 {
		l.wanted = true
		l.signal()
	}
}

// IsBehind reports whether the rows of a number that wait for a place have reached
// Config.Waiting.
func (l *Lane[T]) IsBehind(number string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.waiting[number] >= l.cfg.Waiting
}

// reserve takes places for the rows that a claim will return, leaving as many for new work. It
// returns how many it took, and the numbers that may not take more.
func (l *Lane[T]) reserve() (n int, full []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopping || l.free == 0 {
		return 0, nil
	}
	for number := range l.taken {
		if !l.mayTake(number) {
			full = append(full, number)
		}
	}
	n = min(claimAtOnce, max(1, l.free/2))
	l.free -= n
	return n, full
}

// claimed assigns the reserved places to the claimed rows and returns the rest. A claim that
// returned fewer rows than it could shows that no row of any number outside full is waiting, so
// their counts are deleted.
func (l *Lane[T]) claimed(rows []T, reserved int, full []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, t := range rows {
		l.taken[l.number(t)]++
		down(l.waiting, l.number(t))
	}
	if len(rows) < reserved {
		for number := range l.waiting {
			if !slices.Contains(full, number) {
				delete(l.waiting, number)
			}
		}
	}
	l.free += reserved - len(rows)
	l.signal()
}

// unreserve returns reserved places after a failed claim. Rows that waited still wait.
func (l *Lane[T]) unreserve(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.free += n
	l.signal()
}

// down decrements a count and deletes it at zero.
func down(counts map[string]int, of string) {
	if counts[of]--; counts[of] <= 0 {
		delete(counts, of)
	}
}

// want requests a sweep as soon as a place is free.
func (l *Lane[T]) want() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wanted = true
	l.signal()
}

// stop makes the lane accept no more work.
func (l *Lane[T]) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stopping = true
	l.signal()
}

// signal signals Run: that the last work has ended after stop, or that a requested sweep can run.
// The caller holds l.mu.
func (l *Lane[T]) signal() {
	switch {
	case l.stopping:
		if l.free == l.cfg.Places && !l.stopped { // no more work is accepted
			l.stopped = true
			close(l.idle)
		}
	case l.wanted && l.free > 0:
		l.wanted = false
		select {
		case l.wake <- struct{}{}:
		default:
		}
	}
}
