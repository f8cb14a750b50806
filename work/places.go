package work

import "slices"

// share is how many times the places left free one number may hold. So no number can use up
// the places that all have in common: one that is alone may hold 16 of 17, two 16 of 33 each,
// and there is a place for the next one.
const share = 16

// mayTake reports whether a number may have another place. The caller holds l.mu.
func (l *Lane[T]) mayTake(number string) bool {
	return l.free > 0 && (l.kind.Number == nil || l.taken[number] < share*l.free)
}

// number returns whose work a row is.
func (l *Lane[T]) number(t T) string {
	if l.kind.Number == nil {
		return ""
	}
	return l.kind.Number(t)
}

// takeFor takes a place for each row, in their order, until there is none for one, and
// returns how many. A lane that is stopping has none.
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

// leave gives back the places of rows.
func (l *Lane[T]) leave(rows ...*T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, t := range rows {
		l.free++
		down(l.taken, l.number(*t))
	}
	l.tell()
}

// await notes that rows wait for a place. If there is none at all the sweeper comes as soon
// as there is; a number that only has its share waits for the next sweep.
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
		l.tell()
	}
}

// IsBehind reports whether as much work of a number waits for a place as may.
func (l *Lane[T]) IsBehind(number string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.waiting[number] >= l.cfg.Waiting
}

// reserve takes places for what a claim will bring, but leaves as many to new work. It
// returns how many and the numbers that may have no more.
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

// claimed gives the places reserved to the rows claimed, and the others back. When a claim has
// brought less than it could, nobody waits whom it was not to pass over.
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
	l.tell()
}

// unreserve gives reserved places back after a claim that failed. Who waits, waits still.
func (l *Lane[T]) unreserve(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.free += n
	l.tell()
}

// down takes one off a count, which is forgotten at zero.
func down(counts map[string]int, of string) {
	if counts[of]--; counts[of] <= 0 {
		delete(counts, of)
	}
}

// want wakes the sweeper as soon as there is a free place, because there may be work for it.
func (l *Lane[T]) want() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wanted = true
	l.tell()
}

// stop takes no more work: from now on places only become free.
func (l *Lane[T]) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stopping = true
	l.tell()
}

// tell tells Run what it waits for. The caller holds l.mu.
func (l *Lane[T]) tell() {
	switch {
	case l.stopping:
		if l.free == l.cfg.Places && !l.stopped { // it stays so
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
