package work

// take takes up to n places and returns how many. A lane that is stopping has none.
func (l *Lane[T]) take(n int) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopping {
		return 0
	}
	n = min(n, l.free)
	l.free -= n
	return n
}

// put gives n places back.
func (l *Lane[T]) put(n int) {
	if n == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.free += n
	l.tell()
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
		if l.free == l.cfg.Places { // it stays so, and this happens once
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
